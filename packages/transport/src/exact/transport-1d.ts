/** Optimal transport on a line: the monotone coupling, in closed form. */
import type { SparseMatrix } from '@curv/linalg';
import type { TransportResult } from '../api.js';
import { requireBalancedWeights, requireFinite, sum } from '../checks.js';
import { marginalErrors } from '../plan.js';
import { ascending } from './ascending.js';

/** Options of transport on a line or a circle. */
export interface Transport1dOptions {
  /** n masses; uniform unless given. */
  readonly a?: ArrayLike<number>;
  /** m masses. */
  readonly b?: ArrayLike<number>;
  /** The cost is |x − y|^p; p ≥ 1, default 1. On a line also ∞: the largest distance that mass goes. */
  readonly p?: number;
  /** Scales the masses to sum 1 instead of refusing sums that differ. */
  readonly normalise?: boolean;
}

/** Two samples in ascending order, and where each element was. */
export interface SortedPair {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly xOrder: Int32Array;
  readonly yOrder: Int32Array;
}

/**
 * An optimal plan of samples or histograms on a line for the cost |x − y|^p, with dual variables: mass goes in order (Villani 2003, theorem 2.18). O(n log n).
 * For p = ∞ the `cost` is the largest distance, and the dual variables are those of p = 1.
 * @param x n positions, such as samples or centres of bins
 * @param y m positions
 * @throws TypeError, RangeError on positions that are not finite, masses as in `exactTransport`, p below 1
 */
export function transport1d(x: ArrayLike<number>, y: ArrayLike<number>, options: Transport1dOptions = {}): TransportResult<SparseMatrix> {
  const sorted = sortedPair('transport1d', x, y, options);
  const p = requirePower('transport1d', options.p ?? 1, true);
  const cells = monotoneCells(sorted.a, sorted.b);
  const { n, m, rows, columns, mass } = cells;
  const ground = groundCost(p === Infinity ? 1 : p);
  const [u, v] = [new Float64Array(n), new Float64Array(m)];
  let cost = 0;
  for (let k = 0; k < rows.length; k++) {
    const [i, j] = [rows[k]!, columns[k]!];
    const c = ground(sorted.x[i]! - sorted.y[j]!);
    cost = p === Infinity ? Math.max(cost, mass[k]! > 0 ? c : 0) : cost + mass[k]! * c;
    // Each cell after the first brings one new row or column.
    if (k > 0 && rows[k] === rows[k - 1]) v[j] = c - u[i]!;
    else u[i] = c - (k === 0 ? 0 : v[j]!);
    if (k === 0) v[j] = 0;
  }
  const constant = (sum(v) / m - sum(u) / n) / 2;
  const [dualX, dualY] = [new Float64Array(n), new Float64Array(m)];
  sorted.xOrder.forEach((at, i) => (dualX[at] = u[i]! + constant));
  sorted.yOrder.forEach((at, j) => (dualY[at] = v[j]! - constant));
  const plan = planOfCells(sorted, cells);
  const dual = p === Infinity ? cost : sorted.a.reduce((total, w, i) => total + w * (u[i]! + constant), 0) + sorted.b.reduce((total, w, j) => total + w * (v[j]! - constant), 0);
  const errors = marginalErrors(plan, unsorted(sorted.a, sorted.xOrder), unsorted(sorted.b, sorted.yOrder));
  return { plan, x: dualX, y: dualY, cost, dual, status: 'converged', converged: true, counts: { iterations: rows.length }, errors: Float64Array.of(0), ...errors };
}

/** The p-Wasserstein distance (Σ P_ij |x_i − y_j|^p)^(1/p) of samples or histograms on a line; p = 1 unless given. O(n log n). @throws as `transport1d` */
export function wasserstein1d(x: ArrayLike<number>, y: ArrayLike<number>, options: Transport1dOptions = {}): number {
  const p = requirePower('wasserstein1d', options.p ?? 1, true);
  const { x: xs, y: ys, a, b } = sortedPair('wasserstein1d', x, y, { ...options, normalise: options.normalise ?? false });
  return rooted(monotoneCost(xs, ys, a, b, p), p);
}

/** |d|^p */
export const groundCost = (p: number): ((d: number) => number) => (p === 1 ? Math.abs : p === 2 ? (d) => d * d : (d) => Math.abs(d) ** p);

export const rooted = (cost: number, p: number): number => (p === 1 || p === Infinity ? cost : p === 2 ? Math.sqrt(cost) : cost ** (1 / p));

/** Σ P_ij |x_i − y_j|^p of sorted positions, or the largest distance for p = ∞. O(n + m) */
export function monotoneCost(x: Float64Array, y: Float64Array, a: Float64Array, b: Float64Array, p: number): number {
  const ground = groundCost(p === Infinity ? 1 : p);
  let total = 0;
  let [i, j] = [0, 0];
  let [left, asked] = [a[0]!, b[0]!];
  while (i < x.length && j < y.length) {
    const mass = Math.min(left, asked);
    const c = ground(x[i]! - y[j]!);
    total = p < Infinity ? total + mass * c : Math.max(total, mass > 0 ? c : 0);
    left -= mass;
    asked -= mass;
    // The last of one side takes what rounding leaves of the other.
    if (left <= 0 && (i + 1 < x.length || asked <= 0)) left = a[++i]!;
    else if (asked <= 0) asked = b[++j]!;
    else break;
  }
  return total;
}

/** The cells of the north-west corner rule: n + m − 1 of them, a tree. */
interface Cells {
  readonly n: number;
  readonly m: number;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly mass: Float64Array;
}

function monotoneCells(a: Float64Array, b: Float64Array): Cells {
  const [n, m] = [a.length, b.length];
  const count = n + m - 1;
  const cells = { n, m, rows: new Int32Array(count), columns: new Int32Array(count), mass: new Float64Array(count) };
  let [i, j] = [0, 0];
  let [left, asked] = [a[0]!, b[0]!];
  for (let k = 0; k < count; k++) {
    const down = j === m - 1 || (i < n - 1 && left <= asked);
    const mass = j === m - 1 ? left : i === n - 1 ? asked : Math.min(left, asked);
    cells.rows[k] = i;
    cells.columns[k] = j;
    cells.mass[k] = Math.max(0, mass);
    left -= mass;
    asked -= mass;
    if (down) left = a[++i]!;
    else asked = b[++j]!;
  }
  return cells;
}

function planOfCells({ xOrder, yOrder }: SortedPair, { n, m, rows, columns, mass }: Cells): SparseMatrix {
  const pointers = new Int32Array(n + 1);
  const kept = [...mass.keys()].filter((k) => mass[k]! > 0);
  for (const k of kept) pointers[xOrder[rows[k]!]! + 1]!++;
  for (let i = 0; i < n; i++) pointers[i + 1]! += pointers[i]!;
  const place = pointers.slice();
  const [indices, values] = [new Int32Array(kept.length), new Float64Array(kept.length)];
  kept.sort((k, l) => yOrder[columns[k]!]! - yOrder[columns[l]!]!);
  for (const k of kept) {
    const at = place[xOrder[rows[k]!]!]!++;
    indices[at] = yOrder[columns[k]!]!;
    values[at] = mass[k]!;
  }
  return { rows: n, columns: m, pointers, indices, values };
}

/** Positions with their masses in ascending order. */
export function sortedPair(where: string, x: ArrayLike<number>, y: ArrayLike<number>, options: Transport1dOptions): SortedPair {
  const [xs, ys] = [requirePositions(where, 'x', x), requirePositions(where, 'y', y)];
  const { a, b } = requireBalancedWeights(where, options.a, options.b, xs.length, ys.length, options.normalise);
  const [xOrder, yOrder] = [ascending(xs), ascending(ys)];
  return { x: pick(xs, xOrder), y: pick(ys, yOrder), a: pick(a, xOrder), b: pick(b, yOrder), xOrder, yOrder };
}

/** Elements in an order. */
export function pick(values: Float64Array, order: Int32Array): Float64Array {
  const out = new Float64Array(order.length);
  for (let k = 0; k < order.length; k++) out[k] = values[order[k]!]!;
  return out;
}

function unsorted(values: Float64Array, order: Int32Array): Float64Array {
  const out = new Float64Array(values.length);
  order.forEach((at, k) => (out[at] = values[k]!));
  return out;
}

function requirePositions(where: string, name: string, value: ArrayLike<number>): Float64Array {
  if (typeof (value as { length?: unknown } | null)?.length !== 'number' || typeof value === 'string') throw new TypeError(`${where}: ${name} must be a list of positions, got ${String(value)}`);
  if (value.length === 0) throw new RangeError(`${where}: ${name} must not be empty`);
  const positions = new Float64Array(value);
  requireFinite(where, name, positions);
  return positions;
}

/** @throws RangeError unless at least 1; for smaller p the monotone coupling is not optimal */
export function requirePower(where: string, p: number, infinite: boolean): number {
  if (!(p >= 1 && (infinite || p < Infinity))) throw new RangeError(`${where}: p must be a ${infinite ? '' : 'finite '}number of at least 1, got ${String(p)}`);
  return p;
}
