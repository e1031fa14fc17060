import type { Awaitable, LinearOperator } from '../api.js';
import { requireOperator } from '../checks.js';
import { after, claim, commonDType, isSemidefinite, isSymmetric, transposeOf } from './combine.js';

/** diag(A, B, …): each operator on its own part of the vector, in order. @throws TypeError of none */
export function blockDiagonalOperator(...operators: readonly LinearOperator[]): LinearOperator {
  if (operators.length === 0) throw new TypeError('blockDiagonalOperator: expected at least one operator, got none');
  operators.forEach((operator, i) => requireOperator('blockDiagonalOperator', `operators[${i}]`, operator));
  const parts = operators.map((o) => o.structure);
  const transposes = operators.map(transposeOf);
  const square = operators.every(({ shape }) => shape[0] === shape[1]);
  const total = (side: 0 | 1): number => operators.reduce((n, { shape }) => n + shape[side], 0);
  const [rows, columns] = [total(0), total(1)];
  return {
    shape: [rows, columns],
    dtype: commonDType(operators),
    structure: claim({
      symmetric: square && parts.every(isSymmetric),
      diagonal: square && parts.every((s) => s?.diagonal === true),
      positiveSemidefinite: parts.every(isSemidefinite),
      positiveDefinite: parts.every((s) => s?.positiveDefinite === true),
    }),
    apply: (v) => pieces(v, operators.map((o) => ({ length: o.shape[1], f: (x: Float64Array) => o.apply(x) })), rows),
    ...(transposes.every((t) => t !== undefined) && {
      applyTranspose: (u: Float64Array) => pieces(u, operators.map((o, i) => ({ length: o.shape[0], f: transposes[i]! })), columns),
    }),
  };
}

interface Piece {
  readonly length: number;
  f(x: Float64Array): Awaitable<Float64Array>;
}

/** One after the other, so that operators that share a device do not compete. */
function pieces(v: Float64Array, list: readonly Piece[], size: number): Awaitable<Float64Array> {
  let from = 0;
  let to = 0;
  return list.reduce<Awaitable<Float64Array>>(
    (sofar, { length, f }) =>
      after(sofar, (out) => {
        const part = v.slice(from, from + length);
        from += length;
        return after(f(part), (result) => {
          out.set(result, to);
          to += result.length;
          return out;
        });
      }),
    new Float64Array(size),
  );
}
