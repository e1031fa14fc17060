/** Optimal transport between Gaussian distributions. */
import { matmul, type Tensor, tensor } from '@curv/tensor';
import { requirePositive } from '../checks.js';
import { bures, buresMap } from '../spd/bures.js';
import { requireSpd } from '../spd/checks.js';
import { frechetMean, type FrechetMean, type FrechetMeanOptions } from '../spd/frechet-mean.js';
import { covariancePooling } from '../spd/layers.js';
import { requireMatrices } from '../spd/shapes.js';

/** A Gaussian distribution, or a batch of them. */
export interface Gaussian {
  /** [..., n] */
  readonly mean: Tensor;
  /** [..., n, n], symmetric positive (semi)definite. */
  readonly covariance: Tensor;
}

/** @throws TypeError, RangeError unless mean and covariance fit */
function requireGaussian(where: string, name: string, g: Gaussian): void {
  requireMatrices(where, `${name}.covariance`, g?.covariance);
  if (g.mean === undefined || String(g.mean.shape) !== String(g.covariance.shape.slice(0, -1)))
    throw new RangeError(`${where}: ${name}.mean must be [${g.covariance.shape.slice(0, -1).join(', ')}], got [${g.mean?.shape.join(', ') ?? ''}]`);
}

/**
 * W₂² = ‖m − m′‖² + d²_BW(Σ, Σ′) [...], in squared units of the samples (Dowson & Landau 1982). Differentiable in both, to any order where the covariances are
 * positive definite; semidefinite covariances have a value.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit
 */
export function gaussianDistance2(a: Gaussian, b: Gaussian): Tensor {
  requireGaussian('gaussianDistance2', 'a', a);
  requireGaussian('gaussianDistance2', 'b', b);
  const shift = a.mean.sub(b.mean);
  return shift.square().sum([shift.rank - 1]).add(bures.distance2(a.covariance, b.covariance));
}

/**
 * The optimal map x ↦ m′ + T (x − m) from a to b, on points [..., p, n]. T is symmetric positive definite: see `buresMap`.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit
 */
export function gaussianMap(a: Gaussian, b: Gaussian): (points: Tensor) => Tensor {
  requireGaussian('gaussianMap', 'a', a);
  requireGaussian('gaussianMap', 'b', b);
  const matrix = buresMap(a.covariance, b.covariance);
  return (points) => matmul(points.sub(a.mean.expandDims(-2)), matrix).add(b.mean.expandDims(-2));
}

/**
 * The distribution at t of the displacement interpolation from a (t = 0) to b (t = 1) (McCann 1997), a Gaussian too.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit
 */
export function gaussianGeodesic(a: Gaussian, b: Gaussian, t: number): Gaussian {
  requireGaussian('gaussianGeodesic', 'a', a);
  requireGaussian('gaussianGeodesic', 'b', b);
  return { mean: a.mean.mul(1 - t).add(b.mean.mul(t)), covariance: bures.geodesic(a.covariance, b.covariance, t) };
}

/** The barycenter of Gaussians, and how its covariance was found. */
export interface GaussianBarycenter extends Gaussian, Omit<FrechetMean, 'mean' | 'variance'> {
  /** Σ w W₂²(·, barycenter). */
  readonly variance: number;
}

/**
 * The W₂ barycenter of a batch of Gaussians, mean [N, n] and covariance [N, n, n]: the mean of the means, and the Bures-Wasserstein mean of the covariances (Agueh &
 * Carlier 2011). Options and errors as `frechetMean`.
 */
export async function gaussianBarycenter(gaussians: Gaussian, options: Omit<FrechetMeanOptions, 'metric'> = {}): Promise<GaussianBarycenter> {
  requireGaussian('gaussianBarycenter', 'gaussians', gaussians);
  const { mean: covariance, variance, ...report } = await frechetMean(gaussians.covariance, options);
  const [count, n] = gaussians.mean.shape as [number, number];
  const list = Array.from({ length: count }, (_, i) => options.weights?.[i] ?? 1);
  const total = list.reduce((x, y) => x + y, 0);
  const means = await gaussians.mean.data();
  const center = Array.from({ length: n }, (_, j) => list.reduce((sum, w, i) => sum + (w / total) * means[i * n + j]!, 0));
  const spread = list.reduce((sum, w, i) => sum + (w / total) * center.reduce((square, c, j) => square + (means[i * n + j]! - c) ** 2, 0), 0);
  return { mean: tensor(center, [n], 'float64').cast(gaussians.mean.dtype), covariance, variance: variance + spread, ...report };
}

/**
 * Mean and covariance + ε I of points [p, n], or of batches [N, p, n]; the covariance is divided by p − 1.
 * @throws RangeError on points of another rank, fewer than two, or values that are not finite
 */
export async function fitGaussian(points: Tensor, epsilon = 1e-9): Promise<Gaussian> {
  requirePositive('fitGaussian', 'epsilon', epsilon);
  if (points?.rank !== 2 && points?.rank !== 3) throw new RangeError(`fitGaussian: points must be [p, n] or [N, p, n], got ${points === undefined ? 'undefined' : `[${points.shape.join(', ')}]`}`);
  const batch = points.rank === 3 ? points : points.expandDims(0);
  const covariance = covariancePooling(batch, epsilon);
  await requireSpd('fitGaussian', 'the covariance', covariance);
  const mean = batch.mean([1]);
  return points.rank === 3 ? { mean, covariance } : { mean: mean.squeeze([0]), covariance: covariance.squeeze([0]) };
}
