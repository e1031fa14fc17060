import type { Matrix } from '../api.js';
import { requireMatrix } from '../checks.js';
import { gemm, view } from './gemm.js';

/**
 * A B. Cost: 2 · A.rows · A.columns · B.columns operations.
 * @throws RangeError where the inner sizes differ
 */
export function matmul(a: Matrix, b: Matrix): Matrix {
  requireMatrix('matmul', 'a', a);
  requireMatrix('matmul', 'b', b);
  if (a.columns !== b.rows) throw new RangeError(`matmul: b must have ${a.columns} rows, as many as a has columns, got ${b.rows}`);
  const data = new Float64Array(a.rows * b.columns);
  gemm(a.rows, b.columns, a.columns, 1, view(a.data, 0, a.columns), view(b.data, 0, b.columns), view(data, 0, b.columns));
  return { rows: a.rows, columns: b.columns, data };
}
