import type { LinearOperator } from '../api.js';
import { requireVector } from '../checks.js';

/** The diagonal matrix of `values`, which are not copied. @throws TypeError, RangeError unless a finite vector */
export function diagonalOperator(values: Float64Array): LinearOperator {
  requireVector('diagonalOperator', 'values', values, values?.length);
  const n = values.length;
  const apply = (v: Float64Array): Float64Array => {
    requireVector('diagonalOperator.apply', 'v', v, n);
    return v.map((x, i) => x * values[i]!);
  };
  const least = values.reduce((m, x) => Math.min(m, x), Infinity);
  return {
    shape: [n, n],
    dtype: 'float64',
    structure: { symmetric: true, diagonal: true, positiveSemidefinite: least >= 0, positiveDefinite: least > 0 },
    apply,
    applyTranspose: apply,
  };
}
