/** What a rank-one coupling leaves as it is (the deflation of divide and conquer), and the columns that it turns. Unchecked. */
import { gemm, view } from './gemm.js';

/** Problems are scaled to 1; below this, squares would vanish. */
export const LEAST_COUPLING = 1e-140;

/** A matrix whose columns are turned along with the problem's. */
export interface TurnedColumns {
  readonly data: Float64Array;
  readonly offset: number;
  readonly stride: number;
  readonly rows: number;
}

/** Which indices remain coupled. */
export interface Deflation {
  /** Coupled indices, their values ascending. */
  readonly kept: readonly number[];
  readonly deflated: readonly number[];
  /** Positions in `kept` of columns with entries in the first half of the rows, and in the second. */
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/**
 * Indices with a small zᵢ are set apart; of two with nearly equal values one is made so by a rotation. Changes `values` and `z`, and turns
 * columns. Indices below `split` belong to the first half. `pinned`, if given, comes first, is never rotated or set apart, and belongs to both halves.
 */
export function deflate(
  values: Float64Array, z: Float64Array, split: number, isSmall: (z: number) => boolean, isClose: (gap: number, cs: number) => boolean,
  turned: readonly TurnedColumns[], pinned = -1,
): Deflation {
  const n = values.length;
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (i === pinned ? -1 : j === pinned ? 1 : values[i]! - values[j]!));
  const half = Uint8Array.from({ length: n }, (_, i) => (i === pinned ? 3 : i < split ? 1 : 2));
  const kept: number[] = [];
  const deflated: number[] = [];
  for (const j of order) {
    if (j !== pinned && isSmall(z[j]!)) {
      deflated.push(j);
      continue;
    }
    const before = kept.at(-1);
    if (before !== undefined && before !== pinned) {
      const length = Math.hypot(z[before]!, z[j]!);
      const c = z[j]! / length;
      const s = -z[before]! / length;
      if (isClose(values[j]! - values[before]!, c * s)) {
        z[j] = length;
        z[before] = 0;
        for (const columns of turned) rotateColumns(columns, before, j, c, s);
        const low = values[before]!;
        const high = values[j]!;
        values[before] = low * c * c + high * s * s;
        values[j] = low * s * s + high * c * c;
        half[j]! |= half[before]!;
        half[before] = half[j]!;
        kept.pop();
        deflated.push(before);
      }
    }
    kept.push(j);
  }
  const within = (mask: number): number[] => kept.flatMap((j, t) => ((half[j]! & mask) !== 0 ? [t] : []));
  return { kept, deflated, first: within(1), second: within(2) };
}

/** Rows from … to of the kept columns times s, with only the columns at `places` of `kept` not zero there. Adds to `out`. */
export function multiplyKept(
  { data, offset, stride }: TurnedColumns, from: number, to: number, kept: readonly number[], places: readonly number[], s: Float64Array,
  out: Float64Array,
): void {
  const k = kept.length;
  const width = places.length;
  const rows = to - from;
  if (width === 0 || rows === 0) return;
  const left = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const at = offset + (from + i) * stride;
    for (let t = 0; t < width; t++) left[i * width + t] = data[at + kept[places[t]!]!]!;
  }
  const right = new Float64Array(width * k);
  for (let t = 0; t < width; t++) right.set(s.subarray(places[t]! * k, (places[t]! + 1) * k), t * k);
  gemm(rows, k, width, 1, view(left, 0, width), view(right, 0, k), view(out, from * k, k));
}

/** Column t of the result is column `order[t]` of the products, or behind these a deflated column. */
export function arrange(
  { data, offset, stride, rows }: TurnedColumns, products: Float64Array, deflated: readonly number[], order: Uint32Array,
): void {
  const n = order.length;
  const k = n - deflated.length;
  const row = new Float64Array(n);
  for (let i = 0; i < rows; i++) {
    const at = offset + i * stride;
    for (let t = 0; t < n; t++) {
      const j = order[t]!;
      row[t] = j < k ? products[i * k + j]! : data[at + deflated[j - k]!]!;
    }
    data.set(row, at);
  }
}

/** (x, y) ← (c x + s y, −s x + c y) of columns i and j. */
function rotateColumns({ data, offset, stride, rows }: TurnedColumns, i: number, j: number, c: number, s: number): void {
  for (let r = 0; r < rows; r++) {
    const at = offset + r * stride;
    const x = data[at + i]!;
    const y = data[at + j]!;
    data[at + i] = c * x + s * y;
    data[at + j] = c * y - s * x;
  }
}
