/** Fréchet means of SPD matrices. */
import { compile, type Engine, type Tensor, tensor } from '@curv/tensor';
import { requireCount, requirePositive, requireWeights } from '../checks.js';
import type { SpdMetric } from './api.js';
import { bures } from './bures.js';
import { requireSpd } from './checks.js';
import { innerProduct } from './shapes.js';

/** Options of `frechetMean`. */
export interface FrechetMeanOptions {
  /** Default the Bures-Wasserstein metric. */
  readonly metric?: SpdMetric;
  /** Of the matrices; need not sum to 1. Default equal. */
  readonly weights?: ArrayLike<number>;
  /** Default 200. */
  readonly maxIterations?: number;
  /** Bound of ‖Σ w Log_G X‖_F, w summing to 1, as a part of ‖G‖_F; default 1e-12. */
  readonly tolerance?: number;
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly iteration: number; readonly maxIterations: number; readonly error: number }) => void;
}

/** A Fréchet mean, and how it was found. */
export interface FrechetMean {
  /** [n, n] */
  readonly mean: Tensor;
  /** Σ w d²(X, mean). */
  readonly variance: number;
  readonly converged: boolean;
  readonly iterations: number;
  /** What the tolerance is about, at the mean. */
  readonly residual: number;
}

/** Σ w_i X_i over the first axis. */
export const weightedMean = (xs: Tensor, weights: Tensor): Tensor => xs.mul(weights.reshape([xs.shape[0]!, 1, 1])).sum([0]);

/**
 * The point G with the least Σ w d²(X, G) for matrices [N, n, n]: from the arithmetic mean, G ← Exp_G(Σ w Log_G X), which under the Bures-Wasserstein metric is the
 * fixed point of Álvarez-Esteban et al. 2016 (arXiv:1511.05355). Not converging is a result. Cost of an iteration: N + 1 eigenproblems.
 * @throws RangeError, TypeError on matrices that are not SPD (naming the sample and the eigenvalue), shapes or weights that do not fit
 */
export async function frechetMean(xs: Tensor, options: FrechetMeanOptions = {}): Promise<FrechetMean> {
  const { metric = bures, maxIterations = 200, tolerance = 1e-12, engine, signal, onProgress } = options;
  if (xs?.rank !== 3) throw new RangeError(`frechetMean: xs must be matrices [N, n, n], got ${xs === undefined ? 'undefined' : `[${xs.shape.join(', ')}]`}`);
  requireCount('frechetMean', 'maxIterations', maxIterations, 0);
  requirePositive('frechetMean', 'tolerance', tolerance);
  const list = requireWeights('frechetMean', 'weights', options.weights, xs.shape[0]!);
  await requireSpd('frechetMean', 'xs', xs);
  const total = list.reduce((sum, w) => sum + w, 0);
  const weights = tensor(list.map((w) => w / total), [list.length], 'float64').cast(xs.dtype);
  const run = compile(
    (g: Tensor) => {
      const v = weightedMean(metric.log(g, xs), weights);
      const residual = innerProduct(v, v).div(innerProduct(g, g)).sqrt();
      return { next: metric.exp(g, v), residual, variance: metric.distance2(g, xs).mul(weights).sum() };
    },
    engine ? { engine } : {},
  ) as (g: Tensor) => { next: Tensor; residual: Tensor; variance: Tensor };
  let mean = weightedMean(xs, weights);
  for (let iteration = 0; ; iteration++) {
    signal?.throwIfAborted();
    const { next, residual, variance } = run(mean);
    const error = (await residual.data())[0]!;
    onProgress?.({ iteration, maxIterations, error });
    if (error <= tolerance || iteration === maxIterations) {
      return { mean, variance: (await variance.data())[0]!, converged: error <= tolerance, iterations: iteration, residual: error };
    }
    mean = next;
  }
}
