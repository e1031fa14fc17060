/** Entropic transport between point clouds, without a cost matrix. */
import type { Matrix } from '@curv/linalg';
import { breathe } from '@curv/plugin';
import type { ConvergenceReport, Potentials, TransportStatus } from '../api.js';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative, sum } from '../checks.js';
import type { Metric } from '../costs.js';
import { BlockKernel } from './block-kernel.js';
import { type EntropicOptions, requireRegularization } from './problem.js';

/** Options of `sinkhornPointClouds`. */
export interface PointCloudOptions extends EntropicOptions {
  /** Default `sqeuclidean`, which runs on vectors. */
  readonly metric?: Metric;
}

/** Potentials of a plan that is not stored, and what is asked of it most. */
export interface PointCloudResult extends Potentials, ConvergenceReport {
  /** ⟨C, P⟩ */
  readonly cost: number;
  /** ⟨a, x⟩ + ⟨b, y⟩ − ε Σ P */
  readonly dual: number;
  /** The barycentric projection Σ_j P_ij y_j / Σ_j P_ij, n×d: where the plan sends each source on average. */
  readonly projection: Matrix;
}

/**
 * `sinkhorn` between points, with costs and exponentials computed a block of rows at a time: memory O((n + m) d), cost O(n m d) a sweep, each with one evaluation of
 * every exponential. The error is ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁.
 * @param xs n×d, one point a row
 * @param ys m×d
 * @param a n masses above 0; uniform unless given
 * @param b m masses above 0, of the same sum
 * @param options tolerance 1e-6, maxIterations 1000 unless given
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export async function sinkhornPointClouds(xs: Matrix, ys: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: PointCloudOptions): Promise<PointCloudResult> {
  const where = 'sinkhornPointClouds';
  requireMatrix(where, 'xs', xs);
  requireMatrix(where, 'ys', ys, undefined, xs.columns);
  const eta = requireRegularization(where, options);
  const { tolerance = 1e-6, maxIterations = 1000, metric = 'sqeuclidean', signal = new AbortController().signal, onProgress, initial } = options;
  requireNonNegative(where, 'tolerance', tolerance);
  requireCount(where, 'maxIterations', maxIterations);
  const weights = requireBalancedWeights(where, a, b, xs.rows, ys.rows, options.normalise);
  for (const name of ['a', 'b'] as const) {
    const empty = weights[name].indexOf(0);
    if (empty >= 0) throw new RangeError(`${where}: every mass must be above 0, got 0 at element ${empty} of ${name}: leave the point out`);
  }
  const kernel = new BlockKernel(xs, ys, metric, weights.a, weights.b, eta);
  if (initial !== undefined) {
    if (initial.y.length !== ys.rows) throw new RangeError(`${where}: initial.y must have ${ys.rows} elements, got ${initial.y.length}`);
    kernel.v.set(initial.y.map((y) => eta * y));
  }
  const run = async <T>(steps: Generator<void, T>): Promise<T> => {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await breathe(signal);
    }
  };
  await run(kernel.stabilise());
  const errors: number[] = [];
  let status: TransportStatus = 'max-iterations';
  while (errors.length < maxIterations) {
    const error = await run(kernel.sweep(tolerance));
    errors.push(error);
    onProgress?.({ iteration: errors.length, maxIterations, error });
    if (error <= tolerance || !Number.isFinite(error)) {
      status = error <= tolerance ? 'converged' : 'underflow';
      break;
    }
  }
  return run(finish(kernel, ys, weights.a, weights.b, eta, status, errors));
}

/** One more pass: errors, cost and projection of the plan at the potentials. */
function* finish(kernel: BlockKernel, ys: Matrix, a: Float64Array, b: Float64Array, eta: number, status: TransportStatus, errors: number[]): Generator<void, PointCloudResult> {
  const { n, m, u, v } = kernel;
  const d = ys.columns;
  const rows = new Float64Array(n);
  const columns = new Float64Array(m);
  const projection = new Float64Array(n * d);
  let cost = 0;
  yield* kernel.kernelBlocks((from, to, block, stride) => {
    for (let i = from; i < to; i++)
      for (let j = 0, k = (i - from) * stride; j < m; j++, k++) {
        const value = block[k]!;
        if (value === 0) continue;
        rows[i]! += value;
        columns[j]! += value;
        // η C = u + v − log P
        cost += value * (u[i]! + v[j]! - Math.log(value));
        for (let c = 0; c < d; c++) projection[i * d + c]! += value * ys.data[j * d + c]!;
      }
  });
  for (let i = 0; i < n; i++) for (let c = 0; c < d; c++) projection[i * d + c]! /= rows[i]!;
  const [rowError, columnError] = [rows.reduce((s, value, i) => s + Math.abs(value - a[i]!), 0), columns.reduce((s, value, j) => s + Math.abs(value - b[j]!), 0)];
  const inner = (w: Float64Array, p: Float64Array): number => p.reduce((total, value, i) => total + w[i]! * value, 0);
  const shift = (inner(b, v) - inner(a, u)) / (2 * sum(a));
  const dual = (inner(a, u) + inner(b, v) + (sum(a) + sum(b)) / 2 - sum(rows)) / eta;
  return {
    x: u.map((value) => (value + shift + 0.5) / eta), y: v.map((value) => (value - shift + 0.5) / eta), cost: cost / eta, dual,
    projection: { rows: n, columns: d, data: projection }, status, converged: status === 'converged', errors: Float64Array.from(errors),
    counts: { iterations: errors.length, sweeps: errors.length, kernelPasses: kernel.kernelPasses }, rowError, columnError, marginalError: rowError + columnError,
  };
}
