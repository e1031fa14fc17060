/** Transport of a part of the mass. */
import type { Matrix, SparseMatrix } from '@curv/linalg';
import type { TransportResult } from '../api.js';
import { requireMatrix, requireNonNegative, requireWeights, sum } from '../checks.js';
import { type ExactTransportOptions, ROUNDING, solveBasis } from '../exact/exact-transport.js';
import { marginals, planCost } from '../plan.js';

/** Options of partial transport. */
export interface PartialTransportOptions extends Omit<ExactTransportOptions, 'initial' | 'normalise' | 'tolerance'> {
  /** How much mass moves; default the smaller total. */
  readonly mass?: number;
}

/**
 * The cheapest way to move a given mass: min ⟨C, P⟩ with row sums at most a, column sums at most b and total `mass`. Exact, by one dummy source and one dummy
 * sink that take the rest at no cost (Chapel, Alaya & Gasso 2020, arXiv:2002.08276, proposition 1). The dual variables satisfy x_i + y_j ≤ c_ij, with the
 * constant such that `dual` is the cost: the mass times the price of the last unit, less what full sources and sinks save.
 * @param cost n×m, finite, or ∞ where nothing may go
 * @param a n masses; uniform of sum 1 unless given
 * @param b m masses
 * @throws TypeError, RangeError as `exactTransport`; RangeError where `mass` is more than either total, or more than the allowed pairs can carry
 */
export function partialTransport(cost: Matrix, a?: ArrayLike<number>, b?: ArrayLike<number>, options: PartialTransportOptions = {}): TransportResult<SparseMatrix> {
  const where = 'partialTransport';
  const allowed = withoutForbidden(where, cost);
  const { rows: n, columns: m } = cost;
  const [sources, sinks] = [requireWeights(where, 'a', a, n), requireWeights(where, 'b', b, m)];
  const least = Math.min(sum(sources), sum(sinks));
  const { mass = least, ...rest } = options;
  requireNonNegative(where, 'mass', mass);
  if (mass > least * (1 + 1e-12)) throw new RangeError(`${where}: mass must be at most the smaller total, ${least}, got ${mass}`);
  const moved = Math.min(mass, least);
  const { data, range } = allowed;
  const shift = data.reduce((low, c) => Math.min(low, c), Infinity);
  const extended = extend(data, n, m, shift, range);
  const weights = { a: Float64Array.of(...sources, sum(sinks) - moved), b: Float64Array.of(...sinks, sum(sources) - moved) };
  const largest = extended.data.reduce((high, c) => Math.max(high, c), 0);
  const basis = solveBasis(where, extended, weights, { ...rest, tolerance: largest > 0 ? (ROUNDING * range) / largest : ROUNDING });
  const plan = innerPlan(basis, n, m);
  const stuck = forbiddenFlow(cost, plan);
  if (stuck > 1e-12 * moved) throw new RangeError(`${where}: the pairs of finite cost carry at most ${moved - stuck} of the mass ${moved}: the problem is disconnected`);
  // Potentials without the dummies: theirs are 0 in those of the nodes that keep mass; what is left is the price of one more unit.
  const [dummySource, dummySink] = [basis.x[n]!, basis.y[m]!];
  const x = basis.x.subarray(0, n).map((u) => u + dummySink);
  const y = basis.y.subarray(0, m).map((v) => v + dummySource);
  const price = shift - dummySink - dummySource;
  const dual = moved * price + sum(x.map((u, i) => u * sources[i]!)) + sum(y.map((v, j) => v * sinks[j]!));
  const { rows, columns } = marginals(plan);
  const over = (sums: Float64Array, bound: Float64Array): number => sums.reduce((total, s, k) => total + Math.max(0, s - bound[k]!), 0);
  const [rowError, columnError] = [over(rows, sources), over(columns, sinks)];
  return {
    plan, x: x.map((u) => u + price / 2), y: y.map((v) => v + price / 2), cost: planCost(cost, plan), dual, status: basis.optimal ? 'converged' : 'max-iterations', converged: basis.optimal,
    counts: { iterations: basis.pivots }, errors: Float64Array.of(Math.abs(sum(rows) - moved)), rowError, columnError, marginalError: rowError + columnError,
  };
}

/** Costs with a finite penalty in place of ∞ that no allowed detour reaches, and the range of the finite ones. */
function withoutForbidden(where: string, cost: Matrix): { data: Float64Array; range: number } {
  const { rows, columns, data } = (cost ?? {}) as Partial<Matrix>;
  if (!(data instanceof Float64Array) || !data.includes(Infinity)) {
    requireMatrix(where, 'cost', cost);
    return { data: data!, range: rangeOf(data!) };
  }
  const finite = data.filter((c) => c !== Infinity);
  requireMatrix(where, 'cost', { rows: rows!, columns: columns!, data: data.map((c) => (c === Infinity ? 0 : c)) });
  const range = finite.length === 0 ? 1 : rangeOf(finite);
  // An alternating path has at most 2 min(n, m) arcs and two dummies.
  const penalty = (finite.length === 0 ? 0 : Math.max(...minMax(finite))) + 2 * (Math.min(rows!, columns!) + 2) * range;
  return { data: data.map((c) => (c === Infinity ? penalty : c)), range };
}

function minMax(values: Float64Array): [number, number] {
  return values.reduce<[number, number]>(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);
}

/** Largest less smallest, 1 where they are equal. */
function rangeOf(values: Float64Array): number {
  const [low, high] = minMax(values);
  return high - low || Math.abs(high) || 1;
}

/** Costs from 0 up, bordered by dummies at cost 0 that never serve each other. */
function extend(data: Float64Array, n: number, m: number, shift: number, range: number): Matrix {
  const out = new Float64Array((n + 1) * (m + 1));
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[i * (m + 1) + j] = data[i * m + j]! - shift;
  out[out.length - 1] = 2 * (out.reduce((high, c) => Math.max(high, c), 0) + range);
  return { rows: n + 1, columns: m + 1, data: out };
}

function innerPlan({ parent, flow }: { readonly parent: Int32Array; readonly flow: Float64Array }, n: number, m: number): SparseMatrix {
  const entries: [number, number, number][] = [];
  parent.forEach((p, x) => {
    const [i, j] = [Math.min(p, x), Math.max(p, x) - n - 1];
    if (p >= 0 && flow[x]! > 0 && i < n && j < m) entries.push([i, j, flow[x]!]);
  });
  entries.sort(([i, j], [k, l]) => i - k || j - l);
  const pointers = new Int32Array(n + 1);
  for (const [i] of entries) pointers[i + 1]!++;
  for (let i = 0; i < n; i++) pointers[i + 1]! += pointers[i]!;
  return { rows: n, columns: m, pointers, indices: Int32Array.from(entries, ([, j]) => j), values: Float64Array.from(entries, ([, , value]) => value) };
}

function forbiddenFlow({ data, columns }: Matrix, { rows, pointers, indices, values }: SparseMatrix): number {
  let total = 0;
  for (let i = 0; i < rows; i++) for (let t = pointers[i]!; t < pointers[i + 1]!; t++) if (data[i * columns + indices[t]!] === Infinity) total += values[t]!;
  return total;
}
