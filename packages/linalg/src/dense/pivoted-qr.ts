import type { Matrix } from '../api.js';
import { requireMatrix, requireTolerance } from '../checks.js';
import { axpyRange, dotRange, EPSILON, maxAbs, powerOfTwo } from '../vector.js';
import { applyBlock, type Block, blockOf, reflect } from './reflections.js';
import { solveEach } from './right-hand-side.js';
import { backwardSolve } from './triangular.js';

/** Options of rank-revealing factorizations. */
export interface RankOptions {
  /** Pivots up to this part of the largest count as 0. Default max(m, n)·2⁻⁵². */
  readonly tolerance?: number;
}

/** A P = Q R with columns exchanged. */
export interface PivotedQR {
  /** min(m, n)×n, upper triangular; |rᵢᵢ| descend. */
  readonly R: Matrix;
  /** Column j of A P is column `permutation[j]` of A. */
  readonly permutation: Uint32Array;
  /** How many |rᵢᵢ| exceed the tolerance. Kahan's matrix shows that it can be too large; `svd` is sure. */
  readonly rank: number;
  /** Q, m×min(m, n) with orthonormal columns. */
  thinQ(): Matrix;
  /**
   * A basic solution: of least ‖A x − b‖, with zeros for all but the first `rank` columns of A P. @throws RangeError where b does not fit
   */
  solve<T extends Float64Array | Matrix>(b: T): T;
}

/**
 * Householder QR with column pivoting (P. Businger & G. H. Golub 1965), column norms updated with the safeguard of Z. Drmač & Z. Bujanović
 * (ACM TOMS 35, 2008). A deficient rank is a result. Cost 4 m n r − 2 r² (m + n) + 4/3 r³, r = min(m, n).
 * @throws TypeError, RangeError where A is not a finite matrix
 */
export function pivotedQR(a: Matrix, options: RankOptions = {}): PivotedQR {
  requireMatrix('pivotedQR', 'a', a);
  const { rows: m, columns: n } = a;
  const { tolerance = Math.max(m, n) * EPSILON } = options;
  requireTolerance('pivotedQR', 'tolerance', tolerance);
  const most = maxAbs(a.data);
  const unit = most > 0 ? powerOfTwo(most) : 1;
  // columns as rows, so that all work runs along memory
  const w = new Float64Array(n * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) w[j * m + i] = a.data[i * n + j]! / unit;
  const permutation = Uint32Array.from({ length: n }, (_, j) => j);
  const r = Math.min(m, n);
  const taus = factorize(w, m, n, r, permutation);
  const R = new Float64Array(r * n);
  for (let i = 0; i < r; i++) for (let j = i; j < n; j++) R[i * n + j] = w[j * m + i]! * unit;
  let rank = 0;
  while (rank < r && Math.abs(R[rank * n + rank]!) > tolerance * Math.abs(R[0]!)) rank++;
  const blocks = blocksOf(w, m, r, taus);
  return {
    R: { rows: r, columns: n, data: R },
    permutation,
    rank,
    thinQ: () => {
      const q = new Float64Array(m * r);
      for (let i = 0; i < r; i++) q[i * r + i] = 1;
      for (const block of blocks.toReversed()) applyBlock(block, false, q, r, block.start, r - block.start);
      return { rows: m, columns: r, data: q };
    },
    solve: (b) =>
      solveEach('pivotedQR.solve', b, m, n, (x) => {
        const rest = x.subarray(0, m);
        for (const block of blocks) applyBlock(block, true, rest, 1, 0, 1);
        backwardSolve(R, n, rank, x);
        const y = x.slice(0, rank);
        x.fill(0);
        y.forEach((value, j) => (x[permutation[j]!] = value));
      }),
  };
}

function factorize(w: Float64Array, m: number, n: number, r: number, permutation: Uint32Array): Float64Array {
  const taus = new Float64Array(r);
  const norms = Float64Array.from({ length: n }, (_, j) => Math.sqrt(dotRange(w, j * m, w, j * m, m)));
  const references = norms.slice();
  for (let k = 0; k < r; k++) {
    let at = k;
    for (let j = k + 1; j < n; j++) if (norms[j]! > norms[at]!) at = j;
    if (at !== k) {
      const column = w.slice(k * m, (k + 1) * m);
      w.copyWithin(k * m, at * m, (at + 1) * m);
      w.set(column, at * m);
      for (const list of [permutation, norms, references]) [list[k], list[at]] = [list[at]!, list[k]!];
    }
    const p = k * m + k;
    const tau = reflect(w, p, m - k);
    taus[k] = tau;
    const head = w[p]!;
    w[p] = 1;
    for (let j = k + 1; j < n; j++) {
      const q = j * m + k;
      axpyRange(-tau * dotRange(w, p, w, q, m - k), w, p, w, q, m - k);
      const ratio = norms[j]! === 0 ? 0 : Math.abs(w[q]!) / norms[j]!;
      const left = Math.max(0, (1 - ratio) * (1 + ratio));
      const trust = left * (references[j]! === 0 ? 0 : norms[j]! / references[j]!) ** 2;
      if (trust > Math.sqrt(EPSILON)) norms[j]! *= Math.sqrt(left);
      else references[j] = norms[j] = Math.sqrt(dotRange(w, q + 1, w, q + 1, m - k - 1));
    }
    w[p] = head;
  }
  return taus;
}

const BLOCK = 32;

function blocksOf(w: Float64Array, m: number, r: number, taus: Float64Array): Block[] {
  const blocks: Block[] = [];
  for (let k = 0; k < r; k += BLOCK) {
    const count = Math.min(BLOCK, r - k);
    const V = new Float64Array(count * (m - k));
    for (let t = 0; t < count; t++) {
      V.set(w.subarray((k + t) * m + k + t + 1, (k + t + 1) * m), t * (m - k) + t + 1);
      V[t * (m - k) + t] = 1;
    }
    blocks.push(blockOf(k, count, m - k, V, taus.subarray(k, k + count)));
  }
  return blocks;
}
