import type { LinearOperator } from '../api.js';
import { requireTolerance, requireVector } from '../checks.js';
import { requireSymmetricSparse, type SparseMatrix } from './sparse-matrix.js';
import { diagonalPlaces, solvePlain, solveTransposed } from './triangular-solve.js';

/** A + shift · diag(A) ≈ L Lᵀ on the pattern of A's lower triangle. */
export interface IncompleteCholesky {
  readonly L: SparseMatrix;
  /** The part of the diagonal that had to be added for all pivots to be positive; 0 for M-matrices. */
  readonly shift: number;
  /** (L Lᵀ)⁻¹ as an operator, for `preconditioner`. */
  preconditioner(): LinearOperator;
}

/** Options of `incompleteCholesky`. */
export interface IncompleteCholeskyOptions {
  /** The first shift tried; it grows until all pivots are positive (T. A. Manteuffel 1980). Default 0. */
  readonly shift?: number;
}

/**
 * IC(0): the Cholesky factorization that keeps A's pattern and drops all else (Meijerink & van der Vorst 1977), with a shift of the diagonal
 * where a pivot fails.
 * @throws TypeError, RangeError where A is not square or not symmetric, or has a diagonal element that is not positive (naming the row)
 */
export function incompleteCholesky(a: SparseMatrix, options: IncompleteCholeskyOptions = {}): IncompleteCholesky {
  const where = 'incompleteCholesky';
  const n = requireSymmetricSparse(where, 'a', a);
  requireTolerance(where, 'shift', options.shift ?? 0);
  const lower = lowerTriangle(a);
  const diagonal = diagonalPlaces(lower);
  const bad = diagonal.findIndex((at) => at < 0 || !(lower.values[at]! > 0));
  if (bad >= 0) throw new RangeError(`${where}: a must be positive definite, but the diagonal element of row ${bad} is not positive`);
  for (let shift = options.shift ?? 0; ; shift = Math.max(2 * shift, 1e-3)) {
    const values = factorize(lower, diagonal, shift);
    if (values === null) continue;
    const L = { ...lower, values };
    return {
      L,
      shift,
      preconditioner: () => ({
        shape: [n, n],
        dtype: 'float64',
        structure: { positiveDefinite: true },
        apply: (v) => {
          requireVector('incompleteCholesky.preconditioner', 'v', v, n);
          const x = v.slice();
          solvePlain(L, diagonal, true, false, x);
          solveTransposed(L, diagonal, true, false, x);
          return x;
        },
      }),
    };
  }
}

/** The entries on and below the diagonal. Unchecked. */
export function lowerTriangle(a: SparseMatrix): SparseMatrix {
  const pointers = new Int32Array(a.rows + 1);
  const kept: number[] = [];
  for (let i = 0; i < a.rows; i++) {
    for (let t = a.pointers[i]!; t < a.pointers[i + 1]! && a.indices[t]! <= i; t++) kept.push(t);
    pointers[i + 1] = kept.length;
  }
  return { ...a, pointers, indices: Int32Array.from(kept, (t) => a.indices[t]!), values: Float64Array.from(kept, (t) => a.values[t]!) };
}

/** Row by row; null where a pivot is not positive. */
function factorize({ rows: n, pointers, indices, values: given }: SparseMatrix, diagonal: Int32Array, shift: number): Float64Array | null {
  const values = given.slice();
  for (let i = 0; i < n; i++) values[diagonal[i]!]! *= 1 + shift;
  for (let i = 0; i < n; i++) {
    const start = pointers[i]!;
    const end = pointers[i + 1]!;
    for (let t = start; t < end; t++) {
      const j = indices[t]!;
      // Σ over common columns below j of rows i and j
      let sum = values[t]!;
      let u = start;
      let v = pointers[j]!;
      const stop = diagonal[j]!;
      while (u < t && v < stop) {
        const difference = indices[u]! - indices[v]!;
        if (difference === 0) sum -= values[u++]! * values[v++]!;
        else if (difference < 0) u++;
        else v++;
      }
      if (j < i) values[t] = sum / values[stop]!;
      else if (!(sum > 1e-14 * given[t]!)) return null;
      else values[t] = Math.sqrt(sum);
    }
  }
  return values;
}
