import type { Awaitable, LinearOperator } from '../api.js';
import { requireOperator } from '../checks.js';
import { after, blockOf, claim, commonDType, isSemidefinite, isSymmetric, transposeOf } from './combine.js';

/** The sum of operators of one shape. @throws TypeError of none; RangeError where shapes differ */
export function addOperators(...operators: readonly LinearOperator[]): LinearOperator {
  const first = operators[0];
  if (first === undefined) throw new TypeError('addOperators: expected at least one operator, got none');
  operators.forEach((operator, i) => {
    requireOperator('addOperators', `operators[${i}]`, operator);
    if (operator.shape.join() !== first.shape.join()) {
      throw new RangeError(`addOperators: operators[${i}] must have shape [${first.shape.join(', ')}], got [${operator.shape.join(', ')}]`);
    }
  });
  const parts = operators.map((o) => o.structure);
  const transposes = operators.map(transposeOf);
  const semidefinite = parts.every(isSemidefinite);
  return {
    shape: first.shape,
    dtype: commonDType(operators),
    structure: claim({
      symmetric: parts.every(isSymmetric),
      diagonal: parts.every((s) => s?.diagonal === true),
      positiveSemidefinite: semidefinite,
      positiveDefinite: semidefinite && parts.some((s) => s?.positiveDefinite === true),
    }),
    apply: (v) => total(operators.map((o) => () => o.apply(v))),
    ...(transposes.every((t) => t !== undefined) && { applyTranspose: (u: Float64Array) => total(transposes.map((t) => () => t!(u))) }),
    applyBlock: (block, count) => total(operators.map((o) => () => blockOf(o, block, count))),
  };
}

/** One after the other, so that operators that share a device do not compete. */
function total(terms: readonly (() => Awaitable<Float64Array>)[]): Awaitable<Float64Array> {
  return terms
    .slice(1)
    .reduce<Awaitable<Float64Array>>(
      (sum, term) => after(sum, (left) => after(term(), (right) => left.map((x, i) => x + right[i]!))),
      terms[0]!(),
    );
}
