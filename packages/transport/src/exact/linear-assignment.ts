/** The linear assignment problem. */
import type { Matrix } from '@curv/linalg';
import { requireMatrix } from '../checks.js';
import { type Assignment, shortestAugmentingPaths } from './shortest-augmenting-paths.js';

/** An optimal assignment of min(n, m) pairs. */
export interface AssignmentResult {
  /** Column of each row [n], or −1. */
  readonly columnOf: Int32Array;
  /** Row of each column [m], or −1. */
  readonly rowOf: Int32Array;
  /** Total over the pairs. */
  readonly cost: number;
  /** Dual variables [n] and [m]: x_i + y_j ≤ c_ij (≥ when maximized), with equality on pairs and 0 on what stays single. Their total is the cost. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Options of the assignment. */
export interface LinearAssignmentOptions {
  /** Look for the largest total. */
  readonly maximize?: boolean;
}

/**
 * Pairs rows with columns, each at most once and as many as there can be, at least total cost: shortest augmenting paths (Jonker & Volgenant 1987). O(n³) at
 * worst for n rows and columns; a copy of the cost is made.
 * @param cost n×m; ∞ forbids a pair (−∞ when maximized)
 * @throws TypeError unless a matrix; RangeError on NaN, the other infinity, and where forbidden pairs leave no assignment of all, naming a row (or column)
 */
export function linearAssignment(cost: Matrix, { maximize = false }: LinearAssignmentOptions = {}): AssignmentResult {
  const where = 'linearAssignment';
  const sign = maximize ? -1 : 1;
  const signed = checked(where, cost, sign);
  const { rows: n, columns: m } = cost;
  const turned = n > m;
  const found = turned ? shortestAugmentingPaths(transposed(signed, n, m), m, n) : shortestAugmentingPaths(signed, n, m);
  if (found.unassigned >= 0)
    throw new RangeError(`${where}: cost must allow ${Math.min(n, m)} pairs, but its forbidden pairs leave ${turned ? 'column' : 'row'} ${found.unassigned} without a partner`);
  return result(cost, turned, found, sign);
}

function result({ columns, data }: Matrix, turned: boolean, { columnOf, rowOf, u, v }: Assignment, sign: number): AssignmentResult {
  const [columnOfRow, rowOfColumn, x, y] = turned ? [rowOf, columnOf, v, u] : [columnOf, rowOf, u, v];
  let total = 0;
  columnOfRow.forEach((j, i) => (total += j < 0 ? 0 : data[i * columns + j]!));
  // Adding 0 makes −0 a plain 0.
  return { columnOf: columnOfRow, rowOf: rowOfColumn, cost: total, x: x.map((value) => sign * value + 0), y: y.map((value) => sign * value + 0) };
}

/** The costs to be minimized. */
function checked(where: string, cost: Matrix, sign: number): Float64Array {
  const { rows, columns, data } = (cost ?? {}) as Partial<Matrix>;
  // Infinite entries are allowed here: only the rest is as for any matrix.
  if (!(data instanceof Float64Array && rows! >= 1 && columns! >= 1 && data.length === rows! * columns!)) requireMatrix(where, 'cost', cost);
  const forbidden = sign * Infinity;
  let probe = 0;
  for (let k = 0; k < data!.length; k++) probe += data![k]! - data![k]!;
  const bad = probe === 0 ? -1 : data!.findIndex((c) => !Number.isFinite(c) && c !== forbidden);
  if (bad >= 0)
    throw new RangeError(`${where}: cost must be finite, or ${forbidden} where a pair is forbidden, got ${data![bad]!} at row ${Math.floor(bad / columns!)}, column ${bad % columns!}`);
  return sign === 1 ? data! : data!.map((c) => -c);
}

function transposed(data: Float64Array, n: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = data[i * m + j]!;
  return out;
}
