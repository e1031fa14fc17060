import { cholesky, customDerivative, eye, linearSolve, type Tensor } from '@curv/tensor';
import { diagonalOf, requireSquare, swapLast } from './shapes.js';
import { svd } from './svd.js';

/**
 * log det A [...] of symmetric positive definite matrices [..., n, n]. A matrix that is not positive definite gives NaN.
 * @throws TypeError, RangeError on shapes or dtypes that do not fit
 */
export function logDeterminant(a: Tensor): Tensor {
  requireSquare('logDeterminant', 'a', a);
  return diagonalOf(cholesky(a)).log().sum([a.rank - 2]).mul(2);
}

/**
 * log |det A| [...] of general matrices [..., n, n]: values from singular values, to about 2⁻⁵² times the condition; derivatives from A⁻ᵀ, exact of any order
 * also where singular values meet. −∞ of a singular matrix.
 * @throws TypeError, RangeError on shapes or dtypes that do not fit
 */
export function logAbsDeterminant(a: Tensor): Tensor {
  requireSquare('logAbsDeterminant', 'a', a);
  return logSingularValues(a);
}

const logSingularValues = customDerivative((a: Tensor): Tensor => svd(a).values.abs().log().sum([a.rank - 2]), {
  // d log |det A| = tr(A⁻¹ dA)
  jvp: ([a]: Tensor[], [da]: Tensor[]) => {
    const n = a!.shape[a!.rank - 1]!;
    const unit = eye(n, a!.dtype).broadcastTo(a!.shape);
    return swapLast(linearSolve(a!, unit)).mul(da!).sum([a!.rank - 2, a!.rank - 1]);
  },
});
