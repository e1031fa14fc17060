/** Matrices as operators, and operators as matrices. */
import type { LinearOperator, Matrix, Structure } from '../api.js';
import { matrix, matvec, transpose } from '../dense/matrix.js';

/** A dense matrix as an operator. */
export function denseOperator(a: Matrix, structure?: Structure): LinearOperator {
  let flipped: Matrix | undefined;
  return {
    shape: [a.rows, a.columns],
    dtype: 'float64',
    ...(structure && { structure }),
    apply: (v) => matvec(a, v),
    applyTranspose: (v) => matvec((flipped ??= transpose(a)), v),
  };
}

/** A diagonal matrix as an operator. */
export function diagonalOperator(diagonal: Float64Array): LinearOperator {
  const n = diagonal.length;
  const apply = (v: Float64Array): Float64Array => v.map((x, i) => x * diagonal[i]!);
  return { shape: [n, n], dtype: 'float64', structure: { symmetric: true, positiveDefinite: diagonal.every((x) => x > 0) }, apply, applyTranspose: apply };
}

/** The dense matrix of an operator, column by column. Cost: one product for each column. @throws RangeError above `maxSize` rows or columns */
export async function toDense(operator: LinearOperator, options: { readonly maxSize?: number; readonly signal?: AbortSignal } = {}): Promise<Matrix> {
  const { maxSize = 2000, signal } = options;
  const [rows, columns] = operator.shape;
  if (Math.max(rows, columns) > maxSize) {
    throw new RangeError(`toDense: the operator is ${rows} × ${columns} (${((8 * rows * columns) / 2 ** 20).toFixed(0)} MiB); raise maxSize (${maxSize}) if that is meant`);
  }
  const out = matrix(rows, columns);
  for (let j = 0; j < columns; j++) {
    signal?.throwIfAborted();
    const unit = new Float64Array(columns);
    unit[j] = 1;
    (await operator.apply(unit)).forEach((x, i) => (out.data[i * columns + j] = x));
  }
  return out;
}
