/** Entropic barycenters whose points move. */
import type { Matrix } from '@curv/linalg';
import type { ConvergenceReport, TransportStatus } from '../api.js';
import { requireCount, requireMatrix, requireNonNegative, requireWeights, sum } from '../checks.js';
import { costMatrix } from '../costs.js';
import type { Regularization } from './problem.js';
import { sns } from './sns.js';

/** A weighted point cloud. */
export interface PointMeasure {
  /** m×d, one point a row. */
  readonly points: Matrix;
  /** m masses, scaled to sum 1; uniform unless given. */
  readonly weights?: ArrayLike<number>;
}

/** Options of `sinkhornFreeSupportBarycenter`. `tolerance` bounds the largest move of a coordinate in an iteration; 1e-6 unless given. */
export interface SinkhornFreeSupportOptions extends Regularization {
  /** n masses of the barycenter, scaled to sum 1; uniform unless given. */
  readonly weights?: ArrayLike<number>;
  /** Weights λ of the measures, scaled to sum 1; uniform unless given. */
  readonly lambda?: ArrayLike<number>;
  readonly maxIterations?: number;
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

/** The barycenter's points. */
export interface SinkhornFreeSupportResult extends Pick<ConvergenceReport, 'status' | 'converged' | 'errors'> {
  readonly points: Matrix;
  readonly iterations: number;
}

/**
 * Points x that minimize Σ λ_k W_ε(x, y_k) for squared Euclidean costs: each moves to where the plans send it on average (Cuturi & Doucet 2014, algorithm 2). A local
 * minimum near the start. Cost O(K n m) times the sweeps of each solve.
 * @param start n×d points to start from
 * @param measures K point clouds of dimension d
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function sinkhornFreeSupportBarycenter(start: Matrix, measures: readonly PointMeasure[], options: SinkhornFreeSupportOptions): SinkhornFreeSupportResult {
  const where = 'sinkhornFreeSupportBarycenter';
  requireMatrix(where, 'start', start);
  const { maxIterations = 100, tolerance = 1e-6, signal } = options;
  requireCount(where, 'maxIterations', maxIterations);
  requireNonNegative(where, 'tolerance', tolerance);
  if (!(measures.length > 0)) throw new RangeError(`${where}: measures must hold at least one`);
  measures.forEach(({ points }, k) => requireMatrix(where, `measures[${k}].points`, points, undefined, start.columns));
  const a = unit(requireWeights(where, 'weights', options.weights, start.rows));
  const lambda = unit(requireWeights(where, 'lambda', options.lambda, measures.length));
  const masses = measures.map(({ points, weights }, k) => unit(requireWeights(where, `measures[${k}].weights`, weights, points.rows)));
  let points = start;
  const errors: number[] = [];
  let status: TransportStatus = 'max-iterations';
  while (errors.length < maxIterations && status !== 'converged') {
    signal?.throwIfAborted();
    const next = moved(points, measures, a, masses, lambda, options);
    errors.push(next.data.reduce((most, value, k) => Math.max(most, Math.abs(value - points.data[k]!)), 0));
    points = next;
    if (errors.at(-1)! <= tolerance) status = 'converged';
  }
  return { points, iterations: errors.length, errors: Float64Array.from(errors), status, converged: status === 'converged' };
}

const unit = (weights: Float64Array): Float64Array => {
  const total = sum(weights);
  return weights.map((w) => w / total);
};

/** x_i ← Σ_k λ_k Σ_j P^k_ij y^k_j / a_i */
function moved(x: Matrix, measures: readonly PointMeasure[], a: Float64Array, masses: readonly Float64Array[], lambda: Float64Array, { epsilon, eta }: Regularization): Matrix {
  const { rows: n, columns: d } = x;
  const data = new Float64Array(n * d);
  const regularization = { ...(epsilon !== undefined && { epsilon }), ...(eta !== undefined && { eta }) };
  measures.forEach(({ points: y }, k) => {
    const { plan } = sns(costMatrix(x, y), a, masses[k], { ...regularization, tolerance: 1e-10 });
    for (let i = 0; i < n; i++)
      for (let j = 0; j < y.rows; j++) {
        const share = (lambda[k]! * plan.data[i * y.rows + j]!) / a[i]!;
        for (let c = 0; c < d; c++) data[i * d + c]! += share * y.data[j * d + c]!;
      }
  });
  return { rows: n, columns: d, data };
}
