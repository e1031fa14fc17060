import type { LinearOperator } from '../api.js';
import { requireSymmetric, requireVector } from '../checks.js';
import { orthonormalize } from '../dense/orthonormalize.js';
import { project, subtract } from '../krylov/basis.js';
import { after, claim, isSemidefinite, isSymmetric } from './combine.js';

/**
 * (I − QQᵀ) A (I − QQᵀ), with Q an orthonormal basis of the given vectors: A on the complement of their span. Given eigenvectors, it
 * deflates them: their eigenvalues become 0. Memory: the vectors.
 * @throws TypeError, RangeError unless A is square and the vectors fit
 */
export function projectedOperator(operator: LinearOperator, vectors: readonly Float64Array[]): LinearOperator {
  const n = requireSymmetric('projectedOperator', 'operator', operator);
  vectors.forEach((v, j) => requireVector('projectedOperator', `vectors[${j}]`, v, n));
  const kept = orthonormalize(vectors);
  const basis = new Float64Array(n * kept.length);
  kept.forEach((q, j) => basis.set(q, j * n));
  const clean = (v: Float64Array): Float64Array => {
    const h = new Float64Array(kept.length);
    // twice, since what is left may be much smaller than what is taken away
    for (let pass = 0; pass < 2; pass++) {
      project(basis, kept.length, v, h);
      subtract(basis, kept.length, v, h);
    }
    return v;
  };
  const symmetric = isSymmetric(operator.structure);
  const transposed = operator.applyTranspose?.bind(operator);
  return {
    shape: operator.shape,
    dtype: operator.dtype,
    structure: claim({ symmetric, diagonal: false, positiveSemidefinite: isSemidefinite(operator.structure), positiveDefinite: false }),
    apply: (v) => after(operator.apply(clean(v.slice())), (w) => clean(w.slice())),
    ...(transposed && { applyTranspose: (u: Float64Array) => after(transposed(clean(u.slice())), (w) => clean(w.slice())) }),
  };
}
