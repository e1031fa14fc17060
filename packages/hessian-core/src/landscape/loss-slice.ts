/** The loss along one or two directions around a point. */
import { requireCount } from '../estimators/probes.js';

type LossFunction = (w: Float64Array) => number | Promise<number>;

/** Options of `lossSlice`. */
export interface LossSliceOptions {
  /** How far to go each way, in units of the directions' own lengths. Default 1. */
  readonly radius?: number;
  /** Points along each direction. Default 41 for one direction, 21 for two. */
  readonly points?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** Losses on a line or a square. */
export interface LossSlice {
  /** Coordinates along each direction: −radius … radius. */
  readonly coordinates: Float64Array;
  /** With one direction [points]; with two [points × points], the first direction along the rows: value (i, j) is at cᵢ along the second and cⱼ along the first. */
  readonly loss: Float64Array;
  readonly points: number;
  /** Losses that were not finite: far from a minimum a landscape may overflow. */
  readonly overflows: number;
}

/**
 * A 1-D or 2-D slice of the landscape, L(w + α u + β v). Along eigenvectors of the Hessian the slice shows how far its quadratic model holds: its
 * curvature at the centre is the eigenvalue (Li et al. 2018, arXiv:1712.09913; Yao et al. 2020, arXiv:1912.07145). Cost: `points` or `points`² losses.
 * @throws RangeError on none or more than two directions, or directions of another length than the point
 */
export async function lossSlice(loss: LossFunction, center: ArrayLike<number>, directions: readonly ArrayLike<number>[], options: LossSliceOptions = {}): Promise<LossSlice> {
  if (directions.length < 1 || directions.length > 2) throw new RangeError(`lossSlice: directions must be one or two, got ${directions.length}`);
  const [u, v] = directions as [ArrayLike<number>, ArrayLike<number> | undefined];
  const { radius = 1, points = v ? 21 : 41, signal, onProgress } = options;
  requireCount('points', points, 2);
  if (!(radius > 0 && radius < Infinity)) throw new RangeError(`lossSlice: radius must be positive, got ${radius}`);
  directions.forEach((direction, i) => {
    if (direction.length !== center.length) throw new RangeError(`lossSlice: directions[${i}] must have the point's length ${center.length}, got ${direction.length}`);
  });
  const coordinates = Float64Array.from({ length: points }, (_, i) => -radius + (2 * radius * i) / (points - 1));
  const total = v ? points * points : points;
  const values = new Float64Array(total);
  let overflows = 0;
  for (let at = 0; at < total; at++) {
    signal?.throwIfAborted();
    const [alpha, beta] = [coordinates[at % points]!, coordinates[Math.floor(at / points)]!];
    values[at] = await loss(Float64Array.from(center, (x, i) => x + alpha * u[i]! + (v ? beta * v[i]! : 0)));
    if (!Number.isFinite(values[at])) overflows++;
    onProgress?.({ done: at + 1, total });
  }
  return { coordinates, loss: values, points, overflows };
}
