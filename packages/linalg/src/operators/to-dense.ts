import type { LinearOperator, Matrix } from '../api.js';
import { requireCount, requireOperator } from '../checks.js';
import { Products } from '../krylov/products.js';

/** Options of `toDense`. */
export interface ToDenseOptions {
  /** Most rows and columns: a guard against forming what cannot be held. Default 2048 (32 MiB). */
  readonly maxSize?: number;
  readonly signal?: AbortSignal;
}

/**
 * The matrix of an operator, from its products with unit vectors, 64 at a time: for tests and small problems.
 * @throws RangeError above `maxSize`
 */
export async function toDense(operator: LinearOperator, options: ToDenseOptions = {}): Promise<Matrix> {
  requireOperator('toDense', 'operator', operator);
  const { maxSize = 2048, signal } = options;
  requireCount('toDense', 'maxSize', maxSize);
  const [rows, columns] = operator.shape;
  if (Math.max(rows, columns) > maxSize) {
    throw new RangeError(`toDense: operator must have at most ${maxSize} rows and columns (maxSize), got shape [${rows}, ${columns}]`);
  }
  const products = new Products('toDense', operator, signal);
  const data = new Float64Array(rows * columns);
  for (let from = 0; from < columns; from += 64) {
    const count = Math.min(64, columns - from);
    const units = new Float64Array(columns * count);
    for (let j = 0; j < count; j++) units[j * columns + from + j] = 1;
    const image = await products.applyBlock(units, count);
    for (let j = 0; j < count; j++) for (let i = 0; i < rows; i++) data[i * columns + from + j] = image[j * rows + i]!;
  }
  return { rows, columns, data };
}
