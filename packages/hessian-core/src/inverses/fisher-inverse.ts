/** The inverse of a damped empirical Fisher matrix from given gradients: M-FAC, static. */
import type { LinearOperator } from '@curv/linalg';
import { type Damping, dampingValue } from './damping.js';
import { directBlock, type FisherBlock, kernelBlock, recursionBlock } from './fisher-blocks.js';
import { gradientRows, type GradientRows } from './gradient-rows.js';

/** Options of `fisherInverse`. */
export interface FisherInverseOptions {
  /** λ, or a part of the mean eigenvalue of (1/m) GᵀG. */
  readonly damping: Damping;
  /** Coordinates that are taken together; terms between blocks are dropped. Default: all in one. */
  readonly blockSize?: number;
  /** `cholesky` of an m×m (or, in blocks of fewer than m, block×block) matrix, or the paper's `recursion`; the same matrix. Default `cholesky`. */
  readonly method?: 'cholesky' | 'recursion';
  /** Bytes that the gradients may take. Default 4 GiB. */
  readonly memoryLimit?: number;
}

/** The inverse of a damped Fisher matrix, whose elements can be had one by one. */
export interface FisherInverse extends LinearOperator {
  readonly damping: number;
  /**
   * ‖G‖² / (m d λ): how large the mean eigenvalue of the undamped matrix is beside the damping. Below 1 the damping rules: gradients are near 0, as in
   * an over-trained model, and what is derived from diagonals hardly differs between coordinates.
   */
  readonly strength: number;
  apply(x: Float64Array): Float64Array;
  /** diag F⁻¹, no element below its bound 1/Fⱼⱼ, which cancellation could otherwise break. O(m²d), with `recursion` O(md). */
  diagonal(): Float64Array;
  /** [F⁻¹]ᵢⱼ. O(m²), with `recursion` O(m). */
  entry(i: number, j: number): number;
}

const MEMORY_LIMIT = 2 ** 32;

/**
 * (λI + (1/m) Σ gᵢgᵢᵀ)⁻¹ of m gradients of length d as an operator, without a d×d matrix: M-FAC's static algorithm (Frantar, Kurtic & Alistarh 2021,
 * arXiv:2107.03356). Exact. Products cost 2md operations; building costs m²d. A matrix of gradients is used in place: it must not change.
 * @param gradients m vectors, or one matrix by rows in float32 or float64
 * @throws RangeError, TypeError on damping that is not positive, gradients that are not finite or of one length, too much memory
 */
export function fisherInverse(gradients: readonly ArrayLike<number>[] | GradientRows, options: FisherInverseOptions): FisherInverse {
  const where = 'fisherInverse';
  const { method = 'cholesky', memoryLimit = MEMORY_LIMIT } = options;
  if (method !== 'cholesky' && method !== 'recursion') throw new TypeError(`${where}: method must be cholesky or recursion, got ${String(method)}`);
  const g = gradientRows(where, gradients, memoryLimit);
  const { rows: m, columns: d } = g;
  const { blockSize = d } = options;
  if (!Number.isInteger(blockSize) || blockSize < 1) throw new RangeError(`${where}: blockSize must be a positive integer, got ${blockSize}`);
  const meanSquares = columnMeanSquares(g);
  const mean = meanSquares.reduce((a, b) => a + b, 0) / d;
  const damping = dampingValue(where, options.damping, () => mean);
  const blocks: FisherBlock[] = [];
  for (let from = 0; from < d; from += blockSize) {
    const size = Math.min(blockSize, d - from);
    blocks.push(method === 'recursion' ? recursionBlock(g, damping, from, size) : size < m ? directBlock(g, damping, from, size) : kernelBlock(g, damping, from, size));
  }
  const join = (part: (block: FisherBlock) => Float64Array): Float64Array => {
    const out = new Float64Array(d);
    for (const block of blocks) out.set(part(block), block.from);
    return out;
  };
  return {
    shape: [d, d],
    dtype: 'float64',
    structure: { symmetric: true, positiveDefinite: true },
    damping,
    strength: mean / damping,
    apply(x) {
      if (x.length !== d) throw new RangeError(`${where}: expected a vector of length ${d}, got ${x.length}`);
      return join(({ from, size, apply }) => apply(x.subarray(from, from + size)));
    },
    diagonal: () => join((block) => block.diagonal()).map((value, j) => Math.max(value, 1 / (damping + meanSquares[j]!))),
    entry(i, j) {
      for (const index of [i, j]) if (!Number.isInteger(index) || index < 0 || index >= d) throw new RangeError(`${where}: entry (${i}, ${j}) is outside of ${d}×${d}`);
      const block = blocks[Math.floor(i / blockSize)]!;
      return Math.floor(j / blockSize) === Math.floor(i / blockSize) ? block.entry(i - block.from, j - block.from) : 0;
    },
  };
}

/** (1/m) Σᵢ g²ᵢⱼ: the diagonal of the undamped matrix. */
function columnMeanSquares({ data, rows, columns }: GradientRows): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0, p = i * columns; j < columns; j++) out[j]! += data[p + j]! ** 2 / rows;
  return out;
}
