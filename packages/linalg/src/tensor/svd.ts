import { concat, reverse, slice, symmetricEigen, type Tensor, zeros } from '@curv/tensor';
import { swapLast } from './shapes.js';

/** A = U diag(values) Vᵀ, thin: r = min(m, n). */
export interface TensorSVD {
  /** [..., m, r] */
  readonly U: Tensor;
  /** [..., r], descending. */
  readonly values: Tensor;
  /** [..., n, r] */
  readonly V: Tensor;
}

/**
 * The singular value decomposition of matrices [..., m, n] as part of a graph, from the eigenpairs ±σ of [[0, A], [Aᵀ, 0]] (Jordan; Lanczos 1958): values
 * to rounding of the largest, at the cost of an eigenproblem of order m + n.
 *
 * Derivatives of any order are exact where singular values are distinct and, for vectors, not 0. Vectors of equal singular values have none: see
 * `symmetricEigen` of `@curv/tensor`. Of a pair u, v the largest component of both together is positive. Where a singular value is 0, U and V are not
 * orthonormal.
 * @throws TypeError, RangeError unless the tensor has rank 2 or more and a float dtype
 */
export function svd(a: Tensor): TensorSVD {
  if (a.rank < 2) throw new RangeError(`svd: a must be matrices [..., m, n], got [${a.shape.join(', ')}]`);
  const [m, n] = a.shape.slice(-2) as [number, number];
  const batch = a.shape.slice(0, -2);
  const row = a.rank - 2;
  const column = a.rank - 1;
  const upper = concat([zeros([...batch, m, m], a.dtype), a], column);
  const lower = concat([swapLast(a), zeros([...batch, n, n], a.dtype)], column);
  const { values, vectors } = symmetricEigen(concat([upper, lower], row));
  const r = Math.min(m, n);
  const origin = batch.map(() => 0);
  // the r largest eigenvalues, largest first
  const top = reverse(slice(vectors, [...origin, 0, m + n - r]), [column]).mul(Math.SQRT2);
  return {
    U: slice(top, [...origin, 0, 0], [...batch, m, r]),
    values: reverse(slice(values, [...origin, m + n - r]), [a.rank - 2]),
    V: slice(top, [...origin, m, 0]),
  };
}
