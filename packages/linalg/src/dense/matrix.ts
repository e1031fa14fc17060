/** Making dense matrices. */
import type { Matrix } from '../api.js';
import { requireCount, requireMatrix, requireVector } from '../checks.js';
import { dotRange } from '../vector.js';

/**
 * A rows×columns matrix over `data` (by rows, not copied), or zeros.
 * @throws TypeError, RangeError on negative sizes or data of another length
 */
export function matrix(rows: number, columns: number, data?: Float64Array | readonly number[]): Matrix {
  requireCount('matrix', 'rows', rows, 0);
  requireCount('matrix', 'columns', columns, 0);
  const values = data === undefined ? new Float64Array(rows * columns) : data instanceof Float64Array ? data : Float64Array.from(data);
  if (values.length !== rows * columns) throw new RangeError(`matrix: data must have ${rows}×${columns} elements, got ${values.length}`);
  return { rows, columns, data: values };
}

/** Aᵀ, a copy. */
export function transpose(a: Matrix): Matrix {
  requireMatrix('transpose', 'a', a);
  const { rows, columns, data } = a;
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]!;
  return { rows: columns, columns: rows, data: out };
}

/**
 * A v.
 * @throws RangeError where v has not as many elements as A has columns
 */
export function matvec(a: Matrix, v: Float64Array): Float64Array {
  requireMatrix('matvec', 'a', a);
  requireVector('matvec', 'v', v, a.columns);
  const out = new Float64Array(a.rows);
  for (let i = 0; i < a.rows; i++) out[i] = dotRange(a.data, i * a.columns, v, 0, a.columns);
  return out;
}
