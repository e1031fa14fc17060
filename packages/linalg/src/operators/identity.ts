import type { LinearOperator } from '../api.js';
import { requireCount, requireVector } from '../checks.js';

/** The identity of order n. @throws RangeError unless n is a non-negative integer */
export function identityOperator(n: number): LinearOperator {
  requireCount('identityOperator', 'n', n, 0);
  const copy = (v: Float64Array): Float64Array => {
    requireVector('identityOperator.apply', 'v', v, n);
    return v.slice();
  };
  return {
    shape: [n, n],
    dtype: 'float64',
    structure: { symmetric: true, diagonal: true, positiveSemidefinite: true, positiveDefinite: true },
    apply: copy,
    applyTranspose: copy,
    applyBlock: (block) => block.slice(),
  };
}
