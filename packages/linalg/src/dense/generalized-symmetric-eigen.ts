import type { Matrix } from '../api.js';
import { requireSquareMatrix } from '../checks.js';
import { cholesky } from './cholesky.js';
import { solveLower, solveLowerTransposed } from './triangular.js';
import { symmetricCopy } from './symmetric.js';
import { symmetricEigen, type SymmetricEigen, type SymmetricEigenOptions } from './symmetric-eigen.js';

/**
 * All λ, v with A v = λ B v for symmetric A and symmetric positive definite B: eigenpairs of L⁻¹ A L⁻ᵀ with B = L Lᵀ (Wilkinson & Martin 1968).
 * Vectors are B-orthonormal, VᵀBV = I. Errors grow with the condition of B. Cost about 14 n³.
 * @throws TypeError, RangeError where A or B is not square, finite, symmetric, of one order, or B not positive definite (naming the pivot)
 */
export function generalizedSymmetricEigen(a: Matrix, b: Matrix, options: SymmetricEigenOptions = {}): SymmetricEigen {
  const where = 'generalizedSymmetricEigen';
  const n = requireSquareMatrix(where, 'a', a);
  if (requireSquareMatrix(where, 'b', b) !== n) throw new RangeError(`${where}: b must be ${n}×${n} as a, got ${b.rows}×${b.columns}`);
  const work = symmetricCopy(where, a, options);
  const { L, ok, failedPivot } = cholesky(b, options);
  if (!ok) throw new RangeError(`${where}: b must be positive definite, but the pivot of row ${failedPivot} is not positive`);
  solveLower(L.data, n, work, n);
  transposeInPlace(work, n);
  solveLower(L.data, n, work, n);
  const { values, vectors } = symmetricEigen({ rows: n, columns: n, data: work }, { ...options, symmetryTolerance: 1 });
  if (vectors.columns > 0) solveLowerTransposed(L.data, n, vectors.data, n);
  return { values, vectors };
}

function transposeInPlace(x: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const t = x[i * n + j]!;
      x[i * n + j] = x[j * n + i]!;
      x[j * n + i] = t;
    }
  }
}
