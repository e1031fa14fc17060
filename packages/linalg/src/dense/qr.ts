import type { Matrix } from '../api.js';
import { requireMatrix } from '../checks.js';
import { axpyRange, dotRange, EPSILON, maxAbs, powerOfTwo } from '../vector.js';
import { applyBlock, type Block, blockOf, reflect } from './reflections.js';
import { solveEach } from './right-hand-side.js';
import { backwardSolve } from './triangular.js';

/** A = Q R. */
export interface QR {
  /** min(m, n)×n, upper triangular; signs of its diagonal are as the reflections give them. */
  readonly R: Matrix;
  /** Whether every |rᵢᵢ| exceeds max(m, n)·2⁻⁵² times the largest; without column pivoting a rank can hide, but not be invented. */
  readonly fullRank: boolean;
  /** The thin Q, m×min(m, n) with orthonormal columns, formed on call. Cost 2 m n². */
  thinQ(): Matrix;
  /** Qᵀ b for a vector of m elements (the full Q). */
  applyQTranspose<T extends Float64Array | Matrix>(b: T): T;
  /**
   * The x of least ‖A x − b‖ for a vector of m elements, or for each column. @throws RangeError where m < n, rank is deficient or b does
   * not fit
   */
  solve<T extends Float64Array | Matrix>(b: T): T;
}

const BLOCK = 32;

/**
 * Householder QR of a dense m×n matrix, in blocks of 32 reflections in compact WY form (Schreiber & Van Loan 1989). Cost 2 n² (m − n/3).
 * @throws TypeError, RangeError where A is not a finite matrix
 */
export function qr(a: Matrix): QR {
  requireMatrix('qr', 'a', a);
  const { rows: m, columns: n } = a;
  const most = maxAbs(a.data);
  const unit = most > 0 ? powerOfTwo(most) : 1;
  const work = a.data.map((x) => x / unit);
  const rank = Math.min(m, n);
  const blocks: Block[] = [];
  for (let k = 0; k < rank; k += BLOCK) {
    const end = Math.min(rank, k + BLOCK);
    const block = factorPanel(work, m, n, k, end);
    blocks.push(block);
    applyBlock(block, true, work, n, end, n - end);
  }
  const R = new Float64Array(rank * n);
  for (let i = 0; i < rank; i++) for (let j = i; j < n; j++) R[i * n + j] = work[i * n + j]! * unit;
  let largest = 0;
  for (let i = 0; i < rank; i++) largest = Math.max(largest, Math.abs(R[i * n + i]!));
  let fullRank = true;
  for (let i = 0; i < rank; i++) if (!(Math.abs(R[i * n + i]!) > Math.max(m, n) * EPSILON * largest)) fullRank = false;
  const turn = (x: Float64Array): void => {
    for (const block of blocks) applyBlock(block, true, x, 1, 0, 1);
  };
  return {
    R: { rows: rank, columns: n, data: R },
    fullRank,
    thinQ: () => {
      const q = new Float64Array(m * rank);
      for (let i = 0; i < rank; i++) q[i * rank + i] = 1;
      // rows and columns before the block are still those of I
      for (const block of blocks.toReversed()) applyBlock(block, false, q, rank, block.start, rank - block.start);
      return { rows: m, columns: rank, data: q };
    },
    applyQTranspose: (b) => solveEach('qr.applyQTranspose', b, m, m, turn),
    solve: (b) => {
      if (m < n) throw new RangeError(`qr.solve: a must have at least as many rows as columns, got ${m}×${n}`);
      if (!fullRank) throw new RangeError('qr.solve: a must have full column rank; check fullRank first');
      return solveEach('qr.solve', b, m, n, (x) => {
        turn(x);
        backwardSolve(R, n, n, x);
      });
    },
  };
}

/** Reflections for columns k … end; leaves R in those columns. */
function factorPanel(a: Float64Array, m: number, n: number, k: number, end: number): Block {
  const count = end - k;
  const length = m - k;
  // columns become rows, so that all work runs along memory
  const V = new Float64Array(count * length);
  for (let i = 0; i < length; i++) for (let j = 0; j < count; j++) V[j * length + i] = a[(k + i) * n + k + j]!;
  const taus = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const at = j * length + j;
    const tau = reflect(V, at, length - j);
    const value = V[at]!;
    V[at] = 1;
    for (let l = j + 1; l < count; l++) {
      const other = l * length + j;
      axpyRange(-tau * dotRange(V, at, V, other, length - j), V, at, V, other, length - j);
    }
    for (let i = 0; i <= j; i++) a[(k + i) * n + k + j] = i < j ? V[j * length + i]! : value;
    V.fill(0, j * length, at);
    taus[j] = tau;
  }
  return blockOf(k, count, length, V, taus);
}
