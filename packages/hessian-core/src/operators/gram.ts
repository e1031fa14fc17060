/** Gram matrices of the rows of a matrix. */
import { type LinearOperator, matmul, type Matrix, transpose } from '@curv/linalg';
import type { ExampleOperator } from './example-gradients.js';

/** Options of `gramMatrix`. */
export interface GramOptions {
  /** Most rows: a guard against forming what cannot be held. Default 4096 (128 MiB). */
  readonly maxSize?: number;
}

/**
 * A Aᵀ of the rows of a matrix, as an operator: inner products of the examples' gradients, or (of `outputJacobian`) the neural tangent kernel.
 * A product costs one with A and one with Aᵀ.
 */
export function gramOperator(rows: Pick<ExampleOperator, 'shape' | 'dtype' | 'apply' | 'applyTranspose'>): LinearOperator {
  return {
    shape: [rows.shape[0], rows.shape[0]],
    dtype: rows.dtype,
    structure: { symmetric: true, positiveSemidefinite: true },
    apply: async (u) => rows.apply(await rows.applyTranspose(u)),
  };
}

/**
 * A Aᵀ as a dense matrix, from the rows, two batches of them at a time: with b batches, b (b + 1) / 2 batches of rows are computed.
 * @throws RangeError above `maxSize` rows
 */
export async function gramMatrix(operator: ExampleOperator, options: GramOptions = {}): Promise<Matrix> {
  const { maxSize = 4096 } = options;
  const [n, d] = operator.shape;
  if (n > maxSize) throw new RangeError(`gramMatrix: at most ${maxSize} rows (maxSize), got ${n}, which would take ${n * n * 8} bytes`);
  const data = new Float64Array(n * n);
  let index = 0;
  for await (const left of operator.rows()) {
    const a: Matrix = { rows: left.count, columns: d, data: left.data };
    for await (const right of operator.rows(index)) {
      const product = matmul(a, transpose({ rows: right.count, columns: d, data: right.data }));
      for (let i = 0; i < left.count; i++) {
        for (let j = 0; j < right.count; j++) {
          const value = product.data[i * right.count + j]!;
          data[(left.from + i) * n + right.from + j] = value;
          data[(right.from + j) * n + left.from + i] = value;
        }
      }
    }
    index++;
  }
  return { rows: n, columns: n, data };
}
