import type { LinearOperator, Matrix } from '../api.js';
import { requireCount, requireSymmetric, requireVector } from '../checks.js';
import { cholesky } from '../dense/cholesky.js';
import { matmul } from '../dense/matmul.js';
import { transpose } from '../dense/matrix.js';
import { qr } from '../dense/qr.js';
import { svd } from '../dense/svd.js';
import { solveLower } from '../dense/triangular.js';
import { Products } from '../krylov/products.js';
import { randomStream } from '../random.js';
import { EPSILON, norm } from '../vector.js';

/** Options of `nystrom`. */
export interface NystromOptions {
  /** Products with random vectors, and the rank. */
  readonly rank: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** A ≈ U diag(values) Uᵀ from below: A minus it is positive semidefinite to rounding. */
export interface Nystrom {
  /** n×rank, orthonormal columns. */
  readonly U: Matrix;
  /** Descending, at least 0. */
  readonly values: Float64Array;
  /** Products with the operator. */
  readonly iterations: number;
  /** U diag(values) Uᵀ. */
  operator(): LinearOperator;
  /**
   * (λᵣ + μ) U (diag(values) + μ)⁻¹ Uᵀ + I − U Uᵀ for systems with A + μ I (Z. Frangella, J. A. Tropp & M. Udell 2021, arXiv:2110.02820).
   * @throws RangeError unless μ > 0
   */
  preconditioner(mu: number): LinearOperator;
}

/**
 * The randomized Nyström approximation of a symmetric positive semidefinite operator, by the shifted form that is stable in floating point
 * (J. A. Tropp, A. Yurtsever, M. Udell & V. Cevher 2017, arXiv:1706.05736, algorithm 3).
 * @throws TypeError, RangeError on wrong arguments, products that are not finite, an operator that is not positive semidefinite; the signal's reason
 */
export async function nystrom(operator: LinearOperator, options: NystromOptions): Promise<Nystrom> {
  const where = 'nystrom';
  const n = requireSymmetric(where, 'operator', operator);
  const { rank, seed = 0, signal } = options;
  requireCount(where, 'rank', rank);
  if (rank > n) throw new RangeError(`${where}: rank must be at most the dimension ${n}, got ${rank}`);
  const products = new Products(where, operator, signal);
  const test = qr({ rows: n, columns: rank, data: randomStream(seed).vector(n * rank) }).thinQ();
  const sample = transpose({ rows: rank, columns: n, data: await products.applyBlock(transpose(test).data, rank) });
  const shift = Math.sqrt(n) * EPSILON * norm(sample.data);
  const shifted = { ...sample, data: sample.data.map((x, k) => x + shift * test.data[k]!) };
  const core = matmul(transpose(test), shifted);
  const factored = cholesky(core, { symmetryTolerance: 1e-4 });
  const values = new Float64Array(rank);
  let U: Matrix = test;
  if (norm(sample.data) > 0) {
    if (!factored.ok) throw new RangeError(`${where}: operator must be positive semidefinite, but its sample has a pivot that is not positive`);
    // B = Y L⁻ᵀ: L⁻¹ Yᵀ, transposed
    const b = transpose(shifted);
    solveLower(factored.L.data, rank, b.data, n);
    const decomposed = svd(transpose(b));
    U = decomposed.U;
    decomposed.values.forEach((s, j) => (values[j] = Math.max(0, s * s - shift)));
  }
  const filtered = (weights: Float64Array, rest: number, v: Float64Array): Float64Array => {
    requireVector(where, 'v', v, n);
    const h = new Float64Array(rank);
    for (let i = 0; i < n; i++) for (let j = 0; j < rank; j++) h[j]! += U.data[i * rank + j]! * v[i]!;
    for (let j = 0; j < rank; j++) h[j]! *= weights[j]! - rest;
    return v.map((x, i) => {
      let sum = rest * x;
      for (let j = 0; j < rank; j++) sum += U.data[i * rank + j]! * h[j]!;
      return sum;
    });
  };
  return {
    U,
    values,
    iterations: products.count,
    operator: () => ({ shape: [n, n], dtype: 'float64', structure: { positiveSemidefinite: true }, apply: (v) => filtered(values, 0, v) }),
    preconditioner: (mu) => {
      if (!(mu > 0 && mu < Infinity)) throw new RangeError(`${where}.preconditioner: mu must be positive, got ${String(mu)}`);
      const weights = values.map((x) => (values[rank - 1]! + mu) / (x + mu));
      return { shape: [n, n], dtype: 'float64', structure: { positiveDefinite: true }, apply: (v) => filtered(weights, 1, v) };
    },
  };
}
