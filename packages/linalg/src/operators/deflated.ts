import type { LinearOperator } from '../api.js';
import { requireSymmetric, requireVector } from '../checks.js';
import { axpy, dot } from '../vector.js';
import { after, claim, isSymmetric } from './combine.js';

/**
 * A − Σ λⱼ vⱼ vⱼᵀ (Hotelling's deflation) of a symmetric operator: with eigenpairs of orthonormal vectors, their eigenvalues become 0 and all
 * others stay. Unlike `projectedOperator` it costs no projection, but errors of the pairs stay in the result.
 * @throws TypeError, RangeError unless A is square, and values and vectors fit
 */
export function deflatedOperator(operator: LinearOperator, values: ArrayLike<number>, vectors: readonly Float64Array[]): LinearOperator {
  const n = requireSymmetric('deflatedOperator', 'operator', operator);
  const lambda = Float64Array.from(values);
  requireVector('deflatedOperator', 'values', lambda, vectors.length);
  vectors.forEach((v, j) => requireVector('deflatedOperator', `vectors[${j}]`, v, n));
  return {
    shape: operator.shape,
    dtype: operator.dtype,
    structure: claim({ symmetric: isSymmetric(operator.structure), diagonal: false, positiveSemidefinite: false, positiveDefinite: false }),
    apply: (v) =>
      after(operator.apply(v), (image) => {
        const out = image.slice();
        vectors.forEach((q, j) => axpy(-lambda[j]! * dot(q, v), q, out));
        return out;
      }),
  };
}
