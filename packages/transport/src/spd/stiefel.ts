/** Matrices of orthonormal columns. */
import { matmul, random, type Tensor } from '@curv/tensor';
import { matrixInverseSqrt } from './matrix-functions.js';
import { symmetricPart } from './operator-integral.js';

/**
 * A (AᵀA)^−½ for A [n, m] of full rank, m ≤ n: the nearest matrix of orthonormal columns. As a parametrization it lets any optimizer move A; as a retraction it ends a
 * step along a tangent. Exact derivatives of any order.
 * @throws RangeError unless m ≤ n
 */
export function orthonormalColumns(a: Tensor): Tensor {
  const [n, m] = a.shape.slice(-2) as [number, number];
  if (a.rank < 2 || m > n) throw new RangeError(`orthonormalColumns: a must be [n, m] with m ≤ n, got [${a.shape.join(', ')}]`);
  return matmul(a, matrixInverseSqrt(matmul(a, a, { transposeA: true })));
}

/** One step of Riemannian gradient descent on the Stiefel manifold: along G − W sym(WᵀG) (Edelman, Arias & Smith 1998), then the polar retraction. */
export function stiefelStep(w: Tensor, gradient: Tensor, rate: number): Tensor {
  const tangent = gradient.sub(matmul(w, symmetricPart(matmul(w, gradient, { transposeA: true }))));
  return orthonormalColumns(w.sub(tangent.mul(rate)));
}

/** A random matrix of orthonormal columns [n, m] in float64. */
export const randomOrthonormal = (n: number, m: number, seed: number): Tensor => orthonormalColumns(random(seed).fork('orthonormal').tensor('normal', [n, m], 'float64'));
