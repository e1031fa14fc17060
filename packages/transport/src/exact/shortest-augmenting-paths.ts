/**
 * The assignment problem by shortest augmenting paths (Jonker & Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse linear
 * assignment problems"; rectangular: Crouse 2016). Rows are assigned one by one; the dual variables keep c_ij − u_i − v_j ≥ 0 with equality on assigned
 * pairs, v ≤ 0, and v = 0 on free columns.
 */
import { BLOCK, type Relaxation, relaxation } from './relaxation.js';

export interface Assignment {
  /** Column of each row, and row of each column, or −1. */
  readonly columnOf: Int32Array;
  readonly rowOf: Int32Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  /** A row that cannot be assigned, or −1. */
  readonly unassigned: number;
}

interface State {
  readonly rows: number;
  readonly columns: number;
  readonly cost: Float64Array;
  readonly columnOf: Int32Array;
  readonly rowOf: Int32Array;
  readonly v: Float64Array;
}

/**
 * Assigns all rows, at least total cost.
 * @param cost row-major [rows · columns], rows ≤ columns; ∞ forbids a pair; unchecked. O(rows² · columns) at worst
 */
export function shortestAugmentingPaths(cost: Float64Array, rows: number, columns: number): Assignment {
  const state: State = { rows, columns, cost, columnOf: new Int32Array(rows).fill(-1), rowOf: new Int32Array(columns).fill(-1), v: new Float64Array(columns) };
  if (rows === columns) columnReduction(state);
  const free = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) if (state.columnOf[i]! < 0) free[count++] = i;
  // Two rounds, as Jonker and Volgenant found best.
  for (let round = 0; round < 2 && count > 0; round++) count = rowReduction(state, free, count);
  const unassigned = augmentAll(state, free.subarray(0, count));
  const { columnOf, rowOf, v } = state;
  const u = Float64Array.from(columnOf, (j, i) => (j < 0 ? NaN : cost[i * columns + j]! - v[j]!));
  return { columnOf, rowOf, u, v, unassigned };
}

/** Every column offers itself to its cheapest row. Only for square problems: it moves v of columns that could stay free. */
function columnReduction({ rows, columns, cost, columnOf, rowOf, v }: State): void {
  const best = new Int32Array(columns).fill(-1);
  v.fill(Infinity);
  for (let i = 0; i < rows; i++) {
    const base = i * columns;
    for (let j = 0; j < columns; j++) {
      const c = cost[base + j]!;
      if (c < v[j]!) {
        v[j] = c;
        best[j] = i;
      }
    }
  }
  for (let j = columns - 1; j >= 0; j--) {
    const i = best[j]!;
    if (i < 0) v[j] = 0;
    else if (columnOf[i]! < 0) {
      columnOf[i] = j;
      rowOf[j] = i;
    }
  }
}

/** Augmenting row reduction: a free row takes its best column at the price of its second best, and drives out who had it. Returns how many stay free. */
function rowReduction({ columns, cost, columnOf, rowOf, v }: State, free: Int32Array, count: number): number {
  let kept = 0;
  let k = 0;
  // Small gains in price can go on long: what is left after this many turns waits for augmentation.
  let turns = 0;
  while (k < count) {
    const i = free[k++]!;
    const base = i * columns;
    let first = Infinity;
    let second = Infinity;
    let at = -1;
    let next = -1;
    for (let j = 0; j < columns; j++) {
      const r = cost[base + j]! - v[j]!;
      if (r < second) {
        if (r < first) {
          second = first;
          next = at;
          first = r;
          at = j;
        } else {
          second = r;
          next = j;
        }
      }
    }
    // A row with a single finite column has no second price: augmentation settles it.
    if (second === Infinity) {
      free[kept++] = i;
      continue;
    }
    let owner = rowOf[at]!;
    const lower = v[at]! - (second - first);
    const moves = lower < v[at]!;
    if (moves) v[at] = lower;
    else if (owner >= 0) {
      // Of equally good columns a free one drives nobody out.
      at = freeColumn(cost, base, first, rowOf, v, next);
      owner = rowOf[at]!;
    }
    columnOf[i] = at;
    rowOf[at] = i;
    if (owner < 0) continue;
    columnOf[owner] = -1;
    if (moves && ++turns < 8 * count) free[--k] = owner;
    else free[kept++] = owner;
  }
  return kept;
}

/** A free column of reduced cost `price`, or `other` where there is none. */
function freeColumn(cost: Float64Array, base: number, price: number, rowOf: Int32Array, v: Float64Array, other: number): number {
  for (let j = 0; j < rowOf.length; j++) if (rowOf[j]! < 0 && cost[base + j]! - v[j]! === price) return j;
  return other;
}

/** Augments from each free row. Returns the first one that reaches no free column, or −1. */
function augmentAll(state: State, free: Int32Array): number {
  if (free.length === 0) return -1;
  const kernel = loaded(state);
  const search: Search = { reached: new Int32Array(state.columns), reachedAt: new Float64Array(state.columns), free: new Int32Array() };
  for (const row of free) {
    search.free = freeColumns(state.rowOf);
    if (!augment(state, kernel, row, search)) return row;
  }
  return -1;
}

function freeColumns(rowOf: Int32Array): Int32Array {
  const out = new Int32Array(rowOf.length);
  let count = 0;
  for (let j = 0; j < rowOf.length; j++) if (rowOf[j]! < 0) out[count++] = j;
  return out.subarray(0, count);
}

function loaded({ rows, columns, cost, v }: State): Relaxation {
  const kernel = relaxation(rows, columns);
  const { stride } = kernel;
  for (let i = 0; i < rows; i++) {
    kernel.cost.set(cost.subarray(i * columns, (i + 1) * columns), i * stride);
    kernel.cost.fill(Infinity, i * stride + columns, (i + 1) * stride);
  }
  kernel.price.set(v);
  return kernel;
}

interface Search {
  /** Columns in the order in which they are reached, and how far they are. */
  readonly reached: Int32Array;
  readonly reachedAt: Float64Array;
  /** Free columns. */
  free: Int32Array;
}

/**
 * Finds the shortest path from a free row to a free column (Dijkstra on reduced costs), updates v and assigns along it. A column that has been reached has
 * distance ∞ and price −∞, which keeps it out of every minimum.
 */
function augment(state: State, kernel: Relaxation, row: number, search: Search): boolean {
  const { reached, reachedAt } = search;
  const { rowOf, v } = state;
  const { distance, price, cost, stride } = kernel;
  distance.fill(Infinity);
  kernel.relax(row, 0);
  let count = 0;
  let end = nearest(search, kernel);
  while (end >= 0 && rowOf[end]! >= 0) {
    const i = rowOf[end]!;
    const d = distance[end]!;
    reached[count] = end;
    reachedAt[count++] = d;
    distance[end] = Infinity;
    price[end] = -Infinity;
    kernel.relax(i, cost[i * stride + end]! - v[end]! - d);
    end = nearest(search, kernel);
  }
  for (let k = 0; k < count; k++) price[reached[k]!] = v[reached[k]!]!;
  if (end < 0) return false;
  const length = distance[end]!;
  assignAlong(state, kernel, row, end);
  for (let k = 0; k < count; k++) {
    const j = reached[k]!;
    price[j] = v[j]! += reachedAt[k]! - length;
  }
  return true;
}

/** The nearest column, a free one where several are equally near, or −1. */
function nearest({ free }: Search, { smallest, distance }: Relaxation): number {
  let best = Infinity;
  let block = 0;
  for (let k = 0; k < smallest.length; k++) {
    if (smallest[k]! >= best) continue;
    best = smallest[k]!;
    block = k >> 1;
  }
  if (best === Infinity) return -1;
  for (const j of free) if (distance[j] === best) return j;
  let j = block * BLOCK;
  while (distance[j] !== best) j++;
  return j;
}

/** Hands columns over along the shortest path, from its end back. */
function assignAlong({ columnOf, rowOf }: State, { from }: Relaxation, row: number, end: number): void {
  for (let j = end; ; ) {
    const i = from[j]!;
    const freed = columnOf[i]!;
    rowOf[j] = i;
    columnOf[i] = j;
    if (i === row) return;
    j = freed;
  }
}
