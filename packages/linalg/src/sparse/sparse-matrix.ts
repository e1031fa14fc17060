import type { Matrix } from '../api.js';
import { describe, firstNonFinite, requireCount, requireMatrix, requireVector } from '../checks.js';
import { pairsOf } from './row-pairs.js';

/**
 * A sparse float64 matrix by compressed rows (CSR): the entries of row i are at positions `pointers[i]` to `pointers[i + 1] − 1`, their columns
 * ascending. The CSC form of A is the CSR form of its transpose: `sparseTranspose`.
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 offsets. */
  readonly pointers: Int32Array;
  /** The column of each entry. */
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/**
 * A sparse matrix from triplets (i, j, value) in any order; those of one place are added. Zeros are kept, so that patterns can be prescribed.
 * Cost O(entries + rows + columns).
 * @throws TypeError, RangeError where lengths differ, an index is outside, or a value is not finite
 */
export function sparseFromTriplets(
  rows: number, columns: number, i: ArrayLike<number>, j: ArrayLike<number>, values: ArrayLike<number>,
): SparseMatrix {
  const where = 'sparseFromTriplets';
  requireCount(where, 'rows', rows, 0);
  requireCount(where, 'columns', columns, 0);
  const count = values.length;
  if (i.length !== count || j.length !== count) throw new RangeError(`${where}: i, j and values must have one length, got ${i.length}, ${j.length} and ${count}`);
  const pointers = new Int32Array(columns + 1);
  for (let t = 0; t < count; t++) {
    const [row, column, value] = [i[t]!, j[t]!, values[t]!];
    if (!(Number.isInteger(row) && row >= 0 && row < rows && Number.isInteger(column) && column >= 0 && column < columns))
      throw new RangeError(`${where}: entry ${t} must lie in a ${rows}×${columns} matrix, got (${row}, ${column})`);
    if (!Number.isFinite(value)) throw new RangeError(`${where}: values must be finite, got ${value} at entry ${t}`);
    pointers[column + 1]!++;
  }
  // a first sort by columns; transposing sorts by rows and leaves columns in order
  for (let c = 0; c < columns; c++) pointers[c + 1]! += pointers[c]!;
  const next = pointers.slice();
  const indices = new Int32Array(count);
  const sorted = new Float64Array(count);
  for (let t = 0; t < count; t++) {
    const at = next[j[t]!]!++;
    indices[at] = i[t]!;
    sorted[at] = values[t]!;
  }
  return addedUp(turned({ rows: columns, columns: rows, pointers, indices, values: sorted }));
}

/** Adds up entries of one place, which stand side by side. */
function addedUp(a: SparseMatrix): SparseMatrix {
  const pointers = new Int32Array(a.rows + 1);
  const indices = new Int32Array(a.indices.length);
  const values = new Float64Array(a.values.length);
  let at = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let t = a.pointers[i]!; t < a.pointers[i + 1]!; t++) {
      if (at > pointers[i]! && indices[at - 1] === a.indices[t]) values[at - 1]! += a.values[t]!;
      else {
        indices[at] = a.indices[t]!;
        values[at++] = a.values[t]!;
      }
    }
    pointers[i + 1] = at;
  }
  return { rows: a.rows, columns: a.columns, pointers, indices: indices.slice(0, at), values: values.slice(0, at) };
}

/**
 * Aᵀ, a copy with sorted columns. Cost O(entries + rows + columns).
 * @throws TypeError, RangeError unless a sparse matrix
 */
export function sparseTranspose(a: SparseMatrix): SparseMatrix {
  requireSparse('sparseTranspose', 'a', a);
  return turned(a);
}

/** `sparseTranspose`, unchecked. Columns of a row need not be sorted; those of the result are. */
export function turned({ rows, columns, pointers, indices, values }: SparseMatrix): SparseMatrix {
  const starts = new Int32Array(columns + 1);
  const count = pointers[rows]!;
  for (let t = 0; t < count; t++) starts[indices[t]! + 1]!++;
  for (let j = 0; j < columns; j++) starts[j + 1]! += starts[j]!;
  const next = starts.slice();
  const out = new Int32Array(count);
  const moved = new Float64Array(count);
  for (let i = 0; i < rows; i++) {
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) {
      const at = next[indices[t]!]!++;
      out[at] = i;
      moved[at] = values[t]!;
    }
  }
  return { rows: columns, columns: rows, pointers: starts, indices: out, values: moved };
}

/**
 * The entries of a dense matrix that are not 0.
 * @throws TypeError, RangeError unless a finite matrix
 */
export function sparseFromDense(a: Matrix): SparseMatrix {
  requireMatrix('sparseFromDense', 'a', a);
  const pointers = new Int32Array(a.rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) {
      const x = a.data[i * a.columns + j]!;
      if (x === 0) continue;
      indices.push(j);
      values.push(x);
    }
    pointers[i + 1] = values.length;
  }
  return { rows: a.rows, columns: a.columns, pointers, indices: Int32Array.from(indices), values: Float64Array.from(values) };
}

/**
 * The dense matrix.
 * @throws TypeError, RangeError unless a sparse matrix
 */
export function sparseToDense(a: SparseMatrix): Matrix {
  requireSparse('sparseToDense', 'a', a);
  const data = new Float64Array(a.rows * a.columns);
  for (let i = 0; i < a.rows; i++) for (let t = a.pointers[i]!; t < a.pointers[i + 1]!; t++) data[i * a.columns + a.indices[t]!] = a.values[t]!;
  return { rows: a.rows, columns: a.columns, data };
}

/** @throws TypeError unless a sparse matrix; RangeError where its parts do not fit, columns do not ascend, or values are not finite */
export function requireSparse(where: string, name: string, value: SparseMatrix): void {
  const { rows, columns, pointers, indices, values } = (value ?? {}) as Partial<SparseMatrix>;
  if (!(pointers instanceof Int32Array && indices instanceof Int32Array && values instanceof Float64Array))
    throw new TypeError(`${where}: ${name} must be a sparse matrix { rows, columns, pointers, indices, values }, got ${describe(value)}`);
  requireCount(where, `${name}.rows`, rows!, 0);
  requireCount(where, `${name}.columns`, columns!, 0);
  const count = pointers[rows!];
  if (pointers.length !== rows! + 1 || pointers[0] !== 0 || indices.length !== count || values.length !== count)
    throw new RangeError(`${where}: ${name} must have ${rows! + 1} pointers from 0 to the number of its entries`);
  for (let i = 0; i < rows!; i++) {
    if (pointers[i + 1]! < pointers[i]!) throw new RangeError(`${where}: ${name}.pointers must not fall, got ${pointers[i + 1]} after ${pointers[i]}`);
    for (let t = pointers[i]!, before = -1; t < pointers[i + 1]!; t++) {
      const j = indices[t]!;
      if (!(j > before && j < columns!)) throw new RangeError(`${where}: columns of row ${i} of ${name} must ascend within 0 … ${columns! - 1}, got ${j}`);
      before = j;
    }
  }
  const bad = firstNonFinite(values);
  if (bad >= 0) throw new RangeError(`${where}: ${name} must be finite, got ${values[bad]!} at entry ${bad}`);
}

/** @throws as `requireSparse`; RangeError unless square. @returns the order n */
export function requireSquareSparse(where: string, name: string, value: SparseMatrix): number {
  requireSparse(where, name, value);
  if (value.rows !== value.columns) throw new RangeError(`${where}: ${name} must be square, got ${value.rows}×${value.columns}`);
  return value.rows;
}

/** @throws as `requireSquareSparse`; RangeError where entries differ from those of the transpose by more than 1e-8 of the largest. */
export function requireSymmetricSparse(where: string, name: string, value: SparseMatrix): number {
  const n = requireSquareSparse(where, name, value);
  const other = turned(value);
  let most = 0;
  for (const x of value.values) most = Math.max(most, Math.abs(x));
  for (let i = 0; i < n; i++) {
    let s = other.pointers[i]!;
    for (let t = value.pointers[i]!; t < value.pointers[i + 1]!; t++, s++) {
      const same = s < other.pointers[i + 1]! && other.indices[s] === value.indices[t];
      if (!same || !(Math.abs(other.values[s]! - value.values[t]!) <= 1e-8 * most))
        throw new RangeError(`${where}: ${name} must be symmetric, with both (i, j) and (j, i) stored, but row ${i} differs from column ${i}`);
    }
    if (s !== other.pointers[i + 1]!) throw new RangeError(`${where}: ${name} must be symmetric, but row ${i} has fewer entries than column ${i}`);
  }
  return n;
}

/**
 * A v.
 * @throws RangeError where v has not as many elements as A has columns
 */
export function sparseMatvec(a: SparseMatrix, v: Float64Array, out: Float64Array = new Float64Array(a.rows)): Float64Array {
  requireVector('sparseMatvec', 'v', v, a.columns);
  multiply(a, v, out);
  return out;
}

/** out ← A v. Unchecked. */
export function multiply(a: SparseMatrix, v: Float64Array, out: Float64Array): void {
  const { rows, pointers, indices, values } = a;
  for (let i = 0; i < rows;) {
    const start = pointers[i]!;
    const pairs = pairsOf(pointers[i + 1]! - start);
    const next = pairs === null ? i : pairs(pointers, indices, values, v, out, i, rows, start);
    i = next === i ? oddRows(a, v, out, i) : next;
  }
}

/** Rows from i on, until two begin that go in pairs. @returns the first row that is left */
function oddRows({ rows, pointers, indices, values }: SparseMatrix, v: Float64Array, out: Float64Array, i: number): number {
  let t = pointers[i]!;
  let before = 0;
  let paired = false;
  for (; i < rows; i++) {
    const end = pointers[i + 1]!;
    const count = end - t;
    if (count !== before) {
      before = count;
      paired = pairsOf(count) !== null;
    } else if (paired) {
      return i - 1;
    }
    let s0 = 0;
    let s1 = 0;
    for (; t + 3 < end; t += 4) {
      s0 += values[t]! * v[indices[t]!]!;
      s1 += values[t + 1]! * v[indices[t + 1]!]!;
      s0 += values[t + 2]! * v[indices[t + 2]!]!;
      s1 += values[t + 3]! * v[indices[t + 3]!]!;
    }
    for (; t < end; t++) s0 += values[t]! * v[indices[t]!]!;
    out[i] = s0 + s1;
  }
  return i;
}

/** out ← Aᵀ u. Unchecked. */
export function multiplyTransposed({ rows, pointers, indices, values }: SparseMatrix, u: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < rows; i++) {
    const x = u[i]!;
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) out[indices[t]!]! += x * values[t]!;
  }
}
