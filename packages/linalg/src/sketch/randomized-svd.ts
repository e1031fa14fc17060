import type { LinearOperator, Matrix } from '../api.js';
import { svd } from '../dense/svd.js';
import { matmul } from '../dense/matmul.js';
import { transpose } from '../dense/matrix.js';
import { Products } from '../krylov/products.js';
import { transposeOperator } from '../operators/transpose.js';
import { findRange, type RandomizedOptions } from './range-finder.js';

/** The leading part of a singular value decomposition, A ≈ U diag(values) Vᵀ. */
export interface RandomizedSVD {
  /** m×rank. */
  readonly U: Matrix;
  /** Descending. */
  readonly values: Float64Array;
  /** n×rank. */
  readonly V: Matrix;
  /** ‖A vⱼ − σⱼ uⱼ‖ of each; Aᵀ uⱼ = σⱼ vⱼ holds to rounding. */
  readonly residuals: Float64Array;
  /** Products with A and Aᵀ. */
  readonly iterations: number;
}

/**
 * The `rank` largest singular values and vectors of an operator with a transpose, by the randomized range finder and a small decomposition
 * (Halko, Martinsson & Tropp 2011, algorithm 5.1). The residuals say how good each triplet is; σⱼ lies within its residual of a singular value.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function randomizedSVD(operator: LinearOperator, options: RandomizedOptions): Promise<RandomizedSVD> {
  const where = 'randomizedSVD';
  const { Q, forward, backward } = await findRange(where, operator, options);
  const [m, n] = operator.shape;
  const transposed = backward ?? new Products(where, transposeOperator(operator), options.signal, 'operator.applyTranspose');
  // QᵀA by rows: Aᵀ times each column of Q
  const small = svd({ rows: Q.columns, columns: n, data: await transposed.applyBlock(transpose(Q).data, Q.columns) });
  const rank = Math.min(options.rank, small.values.length);
  const first = (x: Matrix): Matrix => ({ rows: x.rows, columns: rank, data: x.data.filter((_, k) => k % x.columns < rank) });
  const U = matmul(Q, first(small.U));
  const V = first(small.V);
  const values = small.values.slice(0, rank);
  const images = await forward.applyBlock(transpose(V).data, rank);
  const residuals = new Float64Array(rank);
  for (let j = 0; j < rank; j++) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += (images[j * m + i]! - values[j]! * U.data[i * rank + j]!) ** 2;
    residuals[j] = Math.sqrt(sum);
  }
  return { U, values, V, residuals, iterations: forward.count + transposed.count };
}
