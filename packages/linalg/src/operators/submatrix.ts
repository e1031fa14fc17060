import type { LinearOperator } from '../api.js';
import { requireOperator } from '../checks.js';
import { after, claim, isSemidefinite, isSymmetric, transposeOf } from './combine.js';

/** @throws RangeError unless distinct integers in [0, size) */
function requireIndices(name: string, indices: ArrayLike<number>, size: number): Int32Array {
  const list = Int32Array.from(indices);
  const seen = new Set<number>();
  for (let i = 0; i < list.length; i++) {
    const index = indices[i]!;
    if (!Number.isInteger(index) || index < 0 || index >= size || seen.has(index)) {
      throw new RangeError(`submatrixOperator: ${name} must be distinct integers from 0 to ${size - 1}, got ${index} at ${i}`);
    }
    seen.add(index);
  }
  return list;
}

/**
 * The rows and columns with the given numbers, in the order given; without `columns` the principal submatrix. One product with the whole
 * operator each.
 * @throws TypeError unless an operator; RangeError on numbers outside of it, or given twice
 */
export function submatrixOperator(operator: LinearOperator, rows: ArrayLike<number>, columns: ArrayLike<number> = rows): LinearOperator {
  requireOperator('submatrixOperator', 'operator', operator);
  const [height, width] = operator.shape;
  const left = requireIndices('rows', rows, height);
  const right = requireIndices('columns', columns, width);
  const principal = height === width && left.length === right.length && left.every((x, i) => x === right[i]);
  const transposed = transposeOf(operator);
  const spread = (v: Float64Array, at: Int32Array, size: number): Float64Array => {
    const out = new Float64Array(size);
    at.forEach((index, i) => (out[index] = v[i]!));
    return out;
  };
  const pick = (v: Float64Array, at: Int32Array): Float64Array => Float64Array.from(at, (index) => v[index]!);
  const { structure } = operator;
  return {
    shape: [left.length, right.length],
    dtype: operator.dtype,
    structure: claim({
      symmetric: principal && isSymmetric(structure),
      diagonal: principal && structure?.diagonal === true,
      positiveSemidefinite: principal && isSemidefinite(structure),
      positiveDefinite: principal && structure?.positiveDefinite === true,
    }),
    apply: (v) => after(operator.apply(spread(v, right, width)), (w) => pick(w, left)),
    ...(transposed && { applyTranspose: (u: Float64Array) => after(transposed(spread(u, left, height)), (w) => pick(w, right)) }),
  };
}
