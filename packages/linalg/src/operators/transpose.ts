import type { LinearOperator } from '../api.js';
import { requireOperator } from '../checks.js';

/**
 * Aᵀ. A symmetric operator is its own.
 * @throws TypeError unless an operator that has a transpose
 */
export function transposeOperator(operator: LinearOperator): LinearOperator {
  requireOperator('transposeOperator', 'operator', operator);
  const { shape, dtype, structure = {} } = operator;
  const symmetric = structure.symmetric === true || structure.positiveSemidefinite === true || structure.positiveDefinite === true;
  if (symmetric || structure.diagonal === true) return operator;
  if (operator.applyTranspose === undefined) throw new TypeError('transposeOperator: operator must have applyTranspose');
  return {
    shape: [shape[1], shape[0]],
    dtype,
    structure,
    apply: (u) => operator.applyTranspose!(u),
    applyTranspose: (v) => operator.apply(v),
  };
}
