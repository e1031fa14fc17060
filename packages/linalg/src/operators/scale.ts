import type { LinearOperator } from '../api.js';
import { requireOperator } from '../checks.js';
import { after, blockOf, claim, isSemidefinite, isSymmetric, transposeOf } from './combine.js';

/** factor · A. @throws TypeError unless an operator; RangeError unless the factor is finite */
export function scaleOperator(operator: LinearOperator, factor: number): LinearOperator {
  requireOperator('scaleOperator', 'operator', operator);
  if (!Number.isFinite(factor)) throw new RangeError(`scaleOperator: factor must be finite, got ${String(factor)}`);
  const { shape, dtype, structure } = operator;
  const transposed = transposeOf(operator);
  const times = (v: Float64Array): Float64Array => v.map((x) => factor * x);
  return {
    shape,
    dtype,
    structure: claim({
      symmetric: isSymmetric(structure),
      diagonal: structure?.diagonal === true,
      positiveSemidefinite: factor >= 0 && isSemidefinite(structure),
      positiveDefinite: factor > 0 && structure?.positiveDefinite === true,
    }),
    apply: (v) => after(operator.apply(v), times),
    ...(transposed && { applyTranspose: (u: Float64Array) => after(transposed(u), times) }),
    applyBlock: (block, count) => after(blockOf(operator, block, count), times),
  };
}
