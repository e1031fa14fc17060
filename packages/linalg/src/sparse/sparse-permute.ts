import { describe } from '../checks.js';
import { requireSparse, type SparseMatrix, turned } from './sparse-matrix.js';

/**
 * Row i, column j of the result is row `rowOrder[i]`, column `columnOrder[j]` of A; `columnOrder` is `rowOrder` where left out: P A Pᵀ.
 * @throws TypeError, RangeError unless permutations of the right lengths
 */
export function sparsePermute(a: SparseMatrix, rowOrder: ArrayLike<number>, columnOrder: ArrayLike<number> = rowOrder): SparseMatrix {
  requireSparse('sparsePermute', 'a', a);
  inverseOrder('sparsePermute', 'rowOrder', rowOrder, a.rows);
  return permute(a, rowOrder, inverseOrder('sparsePermute', 'columnOrder', columnOrder, a.columns));
}

/** Unchecked; `places` is the inverse of the columns' order. */
export function permute(a: SparseMatrix, rowOrder: ArrayLike<number>, places: Int32Array): SparseMatrix {
  const pointers = new Int32Array(a.rows + 1);
  const indices = new Int32Array(a.indices.length);
  const values = new Float64Array(a.values.length);
  let at = 0;
  for (let i = 0; i < a.rows; i++) {
    const from = rowOrder[i]!;
    for (let t = a.pointers[from]!; t < a.pointers[from + 1]!; t++) {
      indices[at] = places[a.indices[t]!]!;
      values[at++] = a.values[t]!;
    }
    pointers[i + 1] = at;
  }
  return turned(turned({ rows: a.rows, columns: a.columns, pointers, indices, values }));
}

/** The inverse of a permutation. @throws TypeError, RangeError unless one of n elements */
export function inverseOrder(where: string, name: string, order: ArrayLike<number>, n: number): Int32Array {
  if (order === null || typeof order !== 'object' || order.length !== n) throw new RangeError(`${where}: ${name} must be a permutation of ${n} elements, got ${describe(order)}`);
  const inverse = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    const at = order[i]!;
    if (inverse[at] !== -1) throw new RangeError(`${where}: ${name} must be a permutation of 0 … ${n - 1}, got ${at} at ${i}`);
    inverse[at] = i;
  }
  return inverse;
}
