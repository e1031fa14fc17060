/** Gradients as rows of a matrix in memory, and the passes over it. Sums are taken in float64 whatever is stored. */
import { matmul, type Matrix, transpose } from '@curv/linalg';

/** m gradients of length d, row after row. */
export interface GradientRows {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Columns that are looked at together: a strip of 64 rows fits into the second-level cache. */
const STRIP = 1024;

/** @throws RangeError naming the byte count */
export function requireMemory(where: string, rows: number, columns: number, bytes: 4 | 8, limit: number): void {
  const needed = rows * columns * bytes;
  if (needed > limit) throw new RangeError(`${where}: ${rows} gradients of ${columns} numbers take ${needed} bytes, more than memoryLimit ${limit}; use fewer gradients, float32, or pagedFisherInverse`);
}

/** Index of the first NaN or infinity of a vector, or −1. */
function firstNonFinite(v: ArrayLike<number>): number {
  for (let i = 0; i < v.length; i++) if (!Number.isFinite(v[i]!)) return i;
  return -1;
}

/**
 * Checked rows: a matrix as it is, vectors copied into one.
 * @throws TypeError, RangeError on vectors of different lengths, NaN or infinity, no rows
 */
export function gradientRows(where: string, gradients: readonly ArrayLike<number>[] | GradientRows, memoryLimit: number): GradientRows {
  if ('data' in gradients) {
    const { data, rows, columns } = gradients;
    if (!(data instanceof Float32Array) && !(data instanceof Float64Array)) throw new TypeError(`${where}: gradients.data must be a Float32Array or Float64Array`);
    if (data.length !== rows * columns || rows < 1 || columns < 1) throw new RangeError(`${where}: gradients.data must have ${rows}×${columns} elements, at least one, got ${data.length}`);
    const bad = firstNonFinite(data);
    if (bad >= 0) throw new RangeError(`${where}: gradients must be finite, got ${data[bad]!} at element ${bad % columns} of gradient ${Math.floor(bad / columns)}`);
    return gradients;
  }
  const rows = gradients.length;
  const columns = gradients[0]?.length ?? 0;
  if (rows < 1 || columns < 1) throw new RangeError(`${where}: expected at least one gradient of at least one element, got ${rows} of ${columns}`);
  requireMemory(where, rows, columns, 8, memoryLimit);
  const data = new Float64Array(rows * columns);
  gradients.forEach((g, i) => {
    requireGradient(where, `gradients[${i}]`, g, columns);
    data.set(g, i * columns);
  });
  return { data, rows, columns };
}

/** @throws RangeError unless of length d and finite, naming the element */
export function requireGradient(where: string, name: string, g: ArrayLike<number>, d: number): void {
  if (g.length !== d) throw new RangeError(`${where}: ${name} must have ${d} elements, got ${g.length}`);
  const bad = firstNonFinite(g);
  if (bad >= 0) throw new RangeError(`${where}: ${name} must be finite, got ${g[bad]!} at element ${bad}`);
}

/** G x, four rows at a time so that x is read once for all of them. */
export function timesRows({ data, rows, columns: d }: GradientRows, x: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows);
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const [p0, p1, p2, p3] = [i * d, (i + 1) * d, (i + 2) * d, (i + 3) * d];
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (let j = 0; j < d; j++) {
      const v = x[j]!;
      s0 += data[p0 + j]! * v;
      s1 += data[p1 + j]! * v;
      s2 += data[p2 + j]! * v;
      s3 += data[p3 + j]! * v;
    }
    out[i] = s0;
    out[i + 1] = s1;
    out[i + 2] = s2;
    out[i + 3] = s3;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = 0, p = i * d; j < d; j++) sum += data[p + j]! * x[j]!;
    out[i] = sum;
  }
  return out;
}

/** out −= Gᵀ c. */
export function subtractCombination({ data, rows, columns: d }: GradientRows, c: Float64Array, out: Float64Array): void {
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const [p0, p1, p2, p3] = [i * d, (i + 1) * d, (i + 2) * d, (i + 3) * d];
    const c0 = c[i]!, c1 = c[i + 1]!, c2 = c[i + 2]!, c3 = c[i + 3]!;
    for (let j = 0; j < d; j++) out[j]! -= c0 * data[p0 + j]! + c1 * data[p1 + j]! + (c2 * data[p2 + j]! + c3 * data[p3 + j]!);
  }
  for (; i < rows; i++) for (let j = 0, p = i * d, ci = c[i]!; j < d; j++) out[j]! -= ci * data[p + j]!;
}

/** Columns from … to in float64. */
export function strip({ data, rows, columns }: GradientRows, from: number, to: number): Matrix {
  const width = to - from;
  const out = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * columns + from, i * columns + to), i * width);
  return { rows, columns: width, data: out };
}

/** Visits all columns between `from` and `to`, strip by strip. */
export function forStrips(g: GradientRows, from: number, to: number, visit: (part: Matrix, at: number) => void): void {
  for (let at = from; at < to; at += STRIP) visit(strip(g, at, Math.min(to, at + STRIP)), at);
}

/** G Gᵀ. */
export function gram(g: GradientRows): Matrix {
  const out = new Float64Array(g.rows ** 2);
  forStrips(g, 0, g.columns, (part) => matmul(part, transpose(part)).data.forEach((x, i) => (out[i]! += x)));
  return { rows: g.rows, columns: g.rows, data: out };
}
