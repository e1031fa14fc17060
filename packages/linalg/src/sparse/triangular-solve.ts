import type { Matrix } from '../api.js';
import { solveEach } from '../dense/right-hand-side.js';
import { requireSquareSparse, type SparseMatrix } from './sparse-matrix.js';

/** Options of `sparseTriangularSolve`. */
export interface SparseTriangularOptions {
  /** Whether the matrix is lower triangular (default) or upper. Entries of the other triangle are not read. */
  readonly lower?: boolean;
  /** Solve with the transposed matrix. */
  readonly transpose?: boolean;
  /** Take the diagonal for ones without reading it. */
  readonly unit?: boolean;
}

/**
 * The x with T x = b for a sparse triangular T, for a vector or each column of a matrix. Cost 2 · entries.
 * @throws TypeError, RangeError where T is not square, a diagonal element is 0 (naming the row), or b does not fit
 */
export function sparseTriangularSolve<T extends Float64Array | Matrix>(a: SparseMatrix, b: T, options: SparseTriangularOptions = {}): T {
  const where = 'sparseTriangularSolve';
  const n = requireSquareSparse(where, 'a', a);
  const { lower = true, transpose = false, unit = false } = options;
  const diagonal = diagonalPlaces(a);
  if (!unit) {
    const zero = diagonal.findIndex((at) => at < 0 || a.values[at] === 0);
    if (zero >= 0) throw new RangeError(`${where}: a must be regular, but the diagonal element of row ${zero} is 0`);
  }
  const solve = transpose ? solveTransposed : solvePlain;
  return solveEach(where, b, n, n, (x) => solve(a, diagonal, lower, unit, x));
}

/** Where row i holds its diagonal element, or −1. Unchecked. */
export function diagonalPlaces({ rows, pointers, indices }: SparseMatrix): Int32Array {
  const places = new Int32Array(rows).fill(-1);
  for (let i = 0; i < rows; i++) for (let t = pointers[i]!; t < pointers[i + 1]!; t++) if (indices[t] === i) places[i] = t;
  return places;
}

/** x ← T⁻¹ x. Unchecked. */
export function solvePlain({ rows: n, pointers, indices, values }: SparseMatrix, diagonal: Int32Array, lower: boolean, unit: boolean, x: Float64Array): void {
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    let sum = x[i]!;
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) {
      const j = indices[t]!;
      if (lower ? j < i : j > i) sum -= values[t]! * x[j]!;
    }
    x[i] = unit ? sum : sum / values[diagonal[i]!]!;
  }
}

/** x ← T⁻ᵀ x. Unchecked. */
export function solveTransposed({ rows: n, pointers, indices, values }: SparseMatrix, diagonal: Int32Array, lower: boolean, unit: boolean, x: Float64Array): void {
  for (let step = 0; step < n; step++) {
    const i = lower ? n - 1 - step : step;
    if (!unit) x[i]! /= values[diagonal[i]!]!;
    const value = x[i]!;
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) {
      const j = indices[t]!;
      if (lower ? j < i : j > i) x[j]! -= values[t]! * value;
    }
  }
}
