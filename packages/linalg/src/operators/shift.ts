import type { LinearOperator } from '../api.js';
import { requireOperator } from '../checks.js';
import { after, blockOf, claim, isSemidefinite, isSymmetric, transposeOf } from './combine.js';

/** A + shift · I: damping. @throws TypeError unless an operator; RangeError unless square and the shift finite */
export function shiftOperator(operator: LinearOperator, shift: number): LinearOperator {
  requireOperator('shiftOperator', 'operator', operator);
  const { shape, dtype, structure } = operator;
  if (shape[0] !== shape[1]) throw new RangeError(`shiftOperator: operator must be square, got shape [${shape.join(', ')}]`);
  if (!Number.isFinite(shift)) throw new RangeError(`shiftOperator: shift must be finite, got ${String(shift)}`);
  const transposed = transposeOf(operator);
  const plus =
    (v: Float64Array) =>
    (av: Float64Array): Float64Array =>
      av.map((x, i) => x + shift * v[i]!);
  const semidefinite = isSemidefinite(structure);
  return {
    shape,
    dtype,
    structure: claim({
      symmetric: isSymmetric(structure),
      diagonal: structure?.diagonal === true,
      positiveSemidefinite: shift >= 0 && semidefinite,
      positiveDefinite: (shift > 0 && semidefinite) || (shift === 0 && structure?.positiveDefinite === true),
    }),
    apply: (v) => after(operator.apply(v), plus(v)),
    ...(transposed && { applyTranspose: (u: Float64Array) => after(transposed(u), plus(u)) }),
    applyBlock: (block, count) => after(blockOf(operator, block, count), plus(block)),
  };
}
