/** Exact optimal transport for dense costs. */
import type { Matrix, SparseMatrix } from '@curv/linalg';
import type { TransportOptions, TransportResult } from '../api.js';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative, sum, type Weights } from '../checks.js';
import { marginalErrors, planCost } from '../plan.js';
import { type ExactBasis, exactBasis } from './exact-basis.js';

/** Options of exact transport. `maxIterations` counts pivots, by default 1000 (n + m). */
export interface ExactTransportOptions extends TransportOptions {
  /** Reduced costs count as negative below −tolerance · max |C|; default 2⁻⁴⁹, a few units of rounding. */
  readonly tolerance?: number;
}

/** Reduced costs count as negative from this many units of rounding of the largest cost. */
export const ROUNDING: number = 2 ** -49;

/**
 * An optimal plan min ⟨C, P⟩ with row sums a and column sums b, and optimal dual variables, by the network simplex.
 *
 * The plan has at most n + m − 1 entries. The dual variables satisfy x_i + y_j ≤ c_ij, with equality where there is flow; they are finite at nodes without mass
 * too, and the constant between them is such that mean x = mean y. `errors` holds the largest violation max(0, x_i + y_j − c_ij); progress tells
 * that of the last pivot. `initial.y` gives a start.
 * Memory: the cost and O(n + m).
 * @param cost n×m, finite
 * @param a n masses; uniform unless given
 * @param b m masses
 * @throws TypeError, RangeError on wrong sizes, entries that are not finite, negative masses, totals that differ; the signal's reason
 */
export function exactTransport(cost: Matrix, a?: ArrayLike<number>, b?: ArrayLike<number>, options: ExactTransportOptions = {}): TransportResult<SparseMatrix> {
  const where = 'exactTransport';
  requireMatrix(where, 'cost', cost);
  const weights = requireBalancedWeights(where, a, b, cost.rows, cost.columns, options.normalise);
  return report(cost, weights, solveBasis(where, cost, weights, options));
}

/** An optimal basis for checked cost and weights. */
export function solveBasis(where: string, cost: Matrix, { a, b }: Weights, options: ExactTransportOptions = {}): ExactBasis {
  const { rows: n, columns: m } = cost;
  const { maxIterations = 1000 * (n + m), tolerance = ROUNDING, signal, onProgress, initial } = options;
  requireCount(where, 'maxIterations', maxIterations, 0);
  requireNonNegative(where, 'tolerance', tolerance);
  if (initial && initial.y.length !== m) throw new RangeError(`${where}: initial.y must have ${m} elements, got ${initial.y.length}`);
  signal?.throwIfAborted();
  return exactBasis(a, b, cost.data, {
    // A sink that another solver knows nothing of is offered at price 0.
    prices: initial ? initial.y.map((v) => (Number.isFinite(v) ? v : 0)) : new Float64Array(m),
    maxPivots: maxIterations,
    tolerance: tolerance * largest(cost.data),
    onPivots: (iteration, error) => {
      signal?.throwIfAborted();
      onProgress?.({ iteration, maxIterations, error });
    },
  });
}

function report(cost: Matrix, { a, b }: Weights, basis: ExactBasis): TransportResult<SparseMatrix> {
  const { x, y, optimal, pivots } = basis;
  const plan = planOf(basis, cost.rows, cost.columns);
  const dual = sum(a.map((w, i) => w * x[i]!)) + sum(b.map((w, j) => w * y[j]!));
  return {
    plan, x, y, cost: planCost(cost, plan), dual, status: optimal ? 'converged' : 'max-iterations', converged: optimal, counts: { iterations: pivots },
    errors: Float64Array.of(violation(cost, x, y)), ...marginalErrors(plan, a, b),
  };
}

/** The arcs of a basis that carry flow, by compressed rows. */
function planOf({ parent, flow }: Pick<ExactBasis, 'parent' | 'flow'>, n: number, m: number): SparseMatrix {
  const lists: [number, number][][] = Array.from({ length: n }, () => []);
  parent.forEach((p, x) => {
    if (p >= 0 && flow[x]! > 0) lists[Math.min(p, x)]!.push([Math.max(p, x) - n, flow[x]!]);
  });
  lists.forEach((list) => list.sort(([i], [j]) => i - j));
  const pointers = new Int32Array(n + 1);
  lists.forEach((list, i) => (pointers[i + 1] = pointers[i]! + list.length));
  const entries = lists.flat();
  return { rows: n, columns: m, pointers, indices: Int32Array.from(entries, ([j]) => j), values: Float64Array.from(entries, ([, value]) => value) };
}

/** max(0, x_i + y_j − c_ij) */
function violation({ columns, data }: Matrix, x: Float64Array, y: Float64Array): number {
  let worst = 0;
  for (let i = 0, k = 0; i < x.length; i++) for (let j = 0; j < columns; j++) worst = Math.max(worst, x[i]! + y[j]! - data[k++]!);
  return worst;
}

/** Largest magnitude. */
function largest(values: Float64Array): number {
  let best = 0;
  for (let k = 0; k < values.length; k++) best = Math.max(best, Math.abs(values[k]!));
  return best;
}
