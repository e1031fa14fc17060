import type { Matrix } from '../api.js';
import { requireSquareMatrix } from '../checks.js';
import { gemm, view } from '../dense/gemm.js';
import { matmul } from '../dense/matmul.js';
import { transpose } from '../dense/matrix.js';
import { svd } from '../dense/svd.js';
import type { SymmetricOptions } from '../dense/symmetric.js';
import { norm } from '../vector.js';
import { symmetricInverseSqrt, symmetricSqrt } from './symmetric-function.js';

/** Two covariances seen as Gaussians with one mean. */
export interface Bures {
  /** The distance: the 2-Wasserstein distance of the Gaussians. */
  readonly distance: number;
  /** tr (A^½ B A^½)^½, so that distance² = tr A + tr B − 2 fidelity. */
  readonly fidelity: number;
  /**
   * The symmetric positive semidefinite T with T A T = B, the optimal transport map of the Gaussians. @throws RangeError where A is not positive
   * definite to rounding
   */
  map(): Matrix;
}

/**
 * The Bures distance of symmetric positive semidefinite matrices (R. Bhatia, T. Jain & Y. Lim, "On the Bures-Wasserstein distance between
 * positive definite matrices", 2019, arXiv:1712.01504), from the polar factor of A^½ B^½ (theorem 1): no difference of traces, so that small
 * distances keep their digits. Cost about 30 n³.
 * @throws TypeError, RangeError where A or B is not square, finite, symmetric, positive semidefinite, or of one order
 */
export function bures(a: Matrix, b: Matrix, options: SymmetricOptions = {}): Bures {
  const n = requireSquareMatrix('bures', 'a', a);
  if (requireSquareMatrix('bures', 'b', b) !== n) throw new RangeError(`bures: b must be ${n}×${n} as a, got ${b.rows}×${b.columns}`);
  const rootA = symmetricSqrt(a, options);
  const rootB = symmetricSqrt(b, options);
  // A^½ B^½ = P Σ Qᵀ: the nearest B^½ U to A^½ has U = Q Pᵀ
  const { U: P, values, V: Q } = svd(matmul(rootA, rootB));
  const polar = matmul(Q, transpose(P));
  const nearest = matmul(rootB, polar);
  return {
    distance: norm(rootA.data.map((x, k) => x - nearest.data[k]!)),
    fidelity: values.reduce((sum, s) => sum + s, 0),
    map: () => {
      // (A^½ B A^½)^½ = A^½ B^½ Q Pᵀ, so that T = B^½ Q Pᵀ A^−½
      const data = new Float64Array(n * n);
      gemm(n, n, n, 1, view(nearest.data, 0, n), view(symmetricInverseSqrt(a, options).data, 0, n), view(data, 0, n));
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[i * n + j] = data[j * n + i] = (data[i * n + j]! + data[j * n + i]!) / 2;
      return { rows: n, columns: n, data };
    },
  };
}
