import type { SparseMatrix } from './sparse-matrix.js';
import { requireSparse, turned } from './sparse-matrix.js';

/**
 * A B of sparse matrices, row by row (F. G. Gustavson, ACM TOMS 4, 1978). Cost O(products of entries).
 * @throws TypeError, RangeError where the inner sizes differ
 */
export function sparseProduct(a: SparseMatrix, b: SparseMatrix): SparseMatrix {
  requireSparse('sparseProduct', 'a', a);
  requireSparse('sparseProduct', 'b', b);
  if (a.columns !== b.rows) throw new RangeError(`sparseProduct: b must have ${a.columns} rows, as many as a has columns, got ${b.rows}`);
  const pointers = new Int32Array(a.rows + 1);
  const seen = new Int32Array(b.columns).fill(-1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < a.rows; i++) {
    const start = values.length;
    for (let t = a.pointers[i]!; t < a.pointers[i + 1]!; t++) {
      const k = a.indices[t]!;
      const x = a.values[t]!;
      for (let s = b.pointers[k]!; s < b.pointers[k + 1]!; s++) {
        const j = b.indices[s]!;
        const at = seen[j]!;
        if (at >= start) values[at]! += x * b.values[s]!;
        else {
          seen[j] = values.length;
          indices.push(j);
          values.push(x * b.values[s]!);
        }
      }
    }
    pointers[i + 1] = values.length;
  }
  // transposing twice sorts the columns of each row
  return turned(turned({ rows: a.rows, columns: b.columns, pointers, indices: Int32Array.from(indices), values: Float64Array.from(values) }));
}
