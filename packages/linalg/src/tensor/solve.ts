import { cholesky, linearSolve, type Tensor, triangularSolve } from '@curv/tensor';
import { requireRightSide } from './shapes.js';

function asColumns(where: string, a: Tensor, b: Tensor, run: (columns: Tensor) => Tensor): Tensor {
  if (!requireRightSide(where, a, b)) return run(b);
  return run(b.reshape([b.shape[0]!, 1])).reshape(b.shape);
}

/**
 * A⁻¹ b for general A [..., n, n] and b [..., n, k], or [n] for one matrix. Exact derivatives of any order in both. A singular matrix gives NaN, as
 * values of a graph are not looked at.
 * @throws TypeError, RangeError on shapes or dtypes that do not fit
 */
export const solve = (a: Tensor, b: Tensor): Tensor => asColumns('solve', a, b, (x) => linearSolve(a, x));

/**
 * `solve` for symmetric positive definite A, at half the cost; of A its symmetric part is taken. A matrix that is not positive definite gives NaN.
 * @throws as `solve`
 */
export const positiveDefiniteSolve = (a: Tensor, b: Tensor): Tensor =>
  asColumns('positiveDefiniteSolve', a, b, (x) => {
    const l = cholesky(a);
    return triangularSolve(l, triangularSolve(l, x), { transpose: true });
  });
