import type { LinearOperator, OperatorStructure } from '../api.js';
import { requireVector } from '../checks.js';
import { multiply, multiplyTransposed, requireSparse, requireSymmetricSparse, type SparseMatrix } from './sparse-matrix.js';

/**
 * A sparse matrix as an operator. The matrix is not copied.
 * @throws TypeError, RangeError unless a sparse matrix; RangeError where declared symmetric and it is not
 */
export function sparseOperator(a: SparseMatrix, structure: OperatorStructure = {}): LinearOperator {
  const symmetric = structure.symmetric === true || structure.positiveSemidefinite === true || structure.positiveDefinite === true;
  if (symmetric) requireSymmetricSparse('sparseOperator', 'a', a);
  else requireSparse('sparseOperator', 'a', a);
  return {
    shape: [a.rows, a.columns],
    dtype: 'float64',
    structure,
    apply: (v, out = new Float64Array(a.rows)) => {
      requireVector('sparseOperator.apply', 'v', v, a.columns);
      multiply(a, v, out);
      return out;
    },
    applyTranspose: (u) => {
      requireVector('sparseOperator.applyTranspose', 'u', u, a.rows);
      const out = new Float64Array(a.columns);
      multiplyTransposed(a, u, out);
      return out;
    },
  };
}
