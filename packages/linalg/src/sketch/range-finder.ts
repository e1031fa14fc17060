import type { LinearOperator, Matrix } from '../api.js';
import { requireCount, requireOperator } from '../checks.js';
import { qr } from '../dense/qr.js';
import { transpose } from '../dense/matrix.js';
import { Products } from '../krylov/products.js';
import { transposeOperator } from '../operators/transpose.js';
import { randomStream, type RandomStream } from '../random.js';
import { dotRange, norm } from '../vector.js';

/** Options of randomized low-rank methods. */
export interface RandomizedOptions {
  /** The rank wanted. */
  readonly rank: number;
  /** Further random directions. Default 10. */
  readonly oversampling?: number;
  /** Times that A Aᵀ sharpens the range, orthonormalized in between: for slowly falling singular values. Default 2. */
  readonly powerIterations?: number;
  /** Random vectors for the error estimate, one product each. Default 5. */
  readonly probes?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** An orthonormal basis of most of an operator's range. */
export interface RangeFinderResult {
  /** m×(rank + oversampling), at most min(m, n) columns, orthonormal. */
  readonly Q: Matrix;
  /** With probability 1 − 10^−probes, ‖A − QQᵀA‖₂ is at most this (Halko, Martinsson & Tropp 2011, equation 4.3). */
  readonly errorBound: number;
  /** Products with A and Aᵀ. */
  readonly iterations: number;
}

/** What the methods on a range share. */
export interface Range {
  readonly Q: Matrix;
  readonly forward: Products;
  readonly backward: Products | null;
  readonly stream: RandomStream;
}

/**
 * An orthonormal basis that nearly holds the range of an operator, from products with random vectors (N. Halko, P. G. Martinsson & J. A. Tropp,
 * SIAM Review 53, 2011, arXiv:0909.4061, algorithms 4.1, 4.4), with an a-posteriori bound. The operator needs a transpose unless
 * `powerIterations` is 0.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function randomizedRangeFinder(operator: LinearOperator, options: RandomizedOptions): Promise<RangeFinderResult> {
  const range = await findRange('randomizedRangeFinder', operator, options);
  const errorBound = await boundError(range, operator.shape, options.probes ?? 5);
  return { Q: range.Q, errorBound, iterations: range.forward.count + (range.backward?.count ?? 0) };
}

/** @throws as `randomizedRangeFinder` */
export async function findRange(where: string, operator: LinearOperator, options: RandomizedOptions): Promise<Range> {
  requireOperator(where, 'operator', operator);
  const [m, n] = operator.shape;
  const { rank, oversampling = 10, powerIterations = 2, probes = 5, seed = 0, signal } = options;
  requireCount(where, 'rank', rank);
  requireCount(where, 'oversampling', oversampling, 0);
  requireCount(where, 'powerIterations', powerIterations, 0);
  requireCount(where, 'probes', probes, 0);
  const width = Math.min(m, n, rank + oversampling);
  const stream = randomStream(seed);
  const forward = new Products(where, operator, signal);
  const backward = powerIterations > 0 ? new Products(where, transposeOperator(operator), signal, 'operator.applyTranspose') : null;
  let Q = orthonormalColumns(await forward.applyBlock(stream.vector(n * width), width), m, width);
  for (let k = 0; k < powerIterations; k++) {
    const back = orthonormalColumns(await backward!.applyBlock(transpose(Q).data, width), n, width);
    Q = orthonormalColumns(await forward.applyBlock(transpose(back).data, width), m, width);
  }
  return { Q, forward, backward, stream };
}

/** From vectors stored one after the other. */
const orthonormalColumns = (block: Float64Array, n: number, width: number): Matrix => qr(transpose({ rows: width, columns: n, data: block })).thinQ();

/** 10 √(2/π) max ‖(I − QQᵀ) A ω‖ over normal ω. */
async function boundError({ Q, forward, stream }: Range, [m, n]: readonly [number, number], probes: number): Promise<number> {
  if (probes === 0) return Infinity;
  const basis = transpose(Q);
  let worst = 0;
  for (let p = 0; p < probes; p++) {
    const y = await forward.apply(stream.vector(n));
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < Q.columns; j++) {
        const h = dotRange(basis.data, j * m, y, 0, m);
        for (let i = 0; i < m; i++) y[i]! -= h * basis.data[j * m + i]!;
      }
    }
    worst = Math.max(worst, norm(y));
  }
  return 10 * Math.sqrt(2 / Math.PI) * worst;
}
