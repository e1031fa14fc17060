import type { LinearOperator } from '../api.js';
import { requireVector } from '../checks.js';
import { requireSquareSparse, type SparseMatrix } from './sparse-matrix.js';
import { diagonalPlaces, solvePlain } from './triangular-solve.js';

/** A ≈ L U on A's own pattern. */
export interface IncompleteLU {
  /** L below the diagonal (its own diagonal is 1), U on and above it; the pattern of A. */
  readonly factors: SparseMatrix;
  /** Whether no pivot vanished. */
  readonly ok: boolean;
  /** The row whose pivot was 0 or missing, where the factorization stopped; −1 where `ok`. */
  readonly failedPivot: number;
  /** (L U)⁻¹ as an operator, for `preconditioner`. @throws RangeError where not `ok` */
  preconditioner(): LinearOperator;
}

/**
 * ILU(0): elimination that keeps A's pattern and drops all else (J. A. Meijerink & H. A. van der Vorst 1977; Saad, algorithm 10.4). No pivoting.
 * @throws TypeError, RangeError where A is not a square sparse matrix
 */
export function incompleteLU(a: SparseMatrix): IncompleteLU {
  const n = requireSquareSparse('incompleteLU', 'a', a);
  const values = a.values.slice();
  const { pointers, indices } = a;
  const diagonal = diagonalPlaces(a);
  const place = new Int32Array(n).fill(-1);
  let failedPivot = -1;
  for (let i = 0; i < n && failedPivot < 0; i++) {
    const end = pointers[i + 1]!;
    for (let t = pointers[i]!; t < end; t++) place[indices[t]!] = t;
    for (let t = pointers[i]!; t < end && indices[t]! < i; t++) {
      const k = indices[t]!;
      const factor = values[t]! / values[diagonal[k]!]!;
      values[t] = factor;
      for (let s = diagonal[k]! + 1; s < pointers[k + 1]!; s++) {
        const at = place[indices[s]!]!;
        if (at >= 0) values[at]! -= factor * values[s]!;
      }
    }
    for (let t = pointers[i]!; t < end; t++) place[indices[t]!] = -1;
    if (diagonal[i]! < 0 || !(Math.abs(values[diagonal[i]!]!) > 0 && Number.isFinite(values[diagonal[i]!]!))) failedPivot = i;
  }
  const factors = { ...a, values };
  const ok = failedPivot < 0;
  return {
    factors,
    ok,
    failedPivot,
    preconditioner: () => {
      if (!ok) throw new RangeError(`incompleteLU.preconditioner: the pivot of row ${failedPivot} vanished`);
      const apply = (v: Float64Array): Float64Array => {
        requireVector('incompleteLU.preconditioner', 'v', v, n);
        const x = v.slice();
        solvePlain(factors, diagonal, true, true, x);
        solvePlain(factors, diagonal, false, false, x);
        return x;
      };
      return { shape: [n, n], dtype: 'float64', apply };
    },
  };
}
