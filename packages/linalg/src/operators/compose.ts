import type { Awaitable, LinearOperator } from '../api.js';
import { requireOperator } from '../checks.js';
import { after, blockOf, claim, commonDType, transposeOf } from './combine.js';

/** The product A B ⋯ Z, the last applied first. @throws TypeError of none; RangeError where inner sizes differ */
export function composeOperators(...operators: readonly LinearOperator[]): LinearOperator {
  if (operators.length === 0) throw new TypeError('composeOperators: expected at least one operator, got none');
  operators.forEach((operator, i) => {
    requireOperator('composeOperators', `operators[${i}]`, operator);
    const left = operators[i - 1];
    if (left && left.shape[1] !== operator.shape[0]) {
      const expected = `${left.shape[1]} rows, as many as the one before has columns`;
      throw new RangeError(`composeOperators: operators[${i}] must have ${expected}, got ${operator.shape[0]}`);
    }
  });
  const reversed = operators.toReversed();
  const transposes = operators.map(transposeOf);
  const chain = (v: Float64Array, steps: readonly ((v: Float64Array) => Awaitable<Float64Array>)[]): Awaitable<Float64Array> =>
    steps.reduce<Awaitable<Float64Array>>((value, step) => after(value, step), v);
  const diagonal = operators.every((o) => o.structure?.diagonal === true);
  const definite = diagonal && operators.every((o) => o.structure?.positiveDefinite === true);
  const single = operators.length === 1 ? operators[0]!.structure : undefined;
  return {
    shape: [operators[0]!.shape[0], reversed[0]!.shape[1]],
    dtype: commonDType(operators),
    // the product of symmetric operators is not symmetric in general
    structure: single ?? claim({ symmetric: diagonal, diagonal, positiveSemidefinite: definite, positiveDefinite: definite }),
    apply: (v) =>
      chain(
        v,
        reversed.map((o) => (x) => o.apply(x)),
      ),
    ...(transposes.every((t) => t !== undefined) && {
      applyTranspose: (u: Float64Array) =>
        chain(
          u,
          transposes.map((t) => (x) => t!(x)),
        ),
    }),
    applyBlock: (block, count) =>
      chain(
        block,
        reversed.map((o) => (x) => blockOf(o, x, count)),
      ),
  };
}
