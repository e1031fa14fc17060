import type { Matrix } from '../api.js';
import { requireTolerance } from '../checks.js';
import { dotRange, EPSILON } from '../vector.js';
import type { RankOptions } from './pivoted-qr.js';
import { symmetricCopy, type SymmetricOptions } from './symmetric.js';

/** Pᵀ A P ≈ L Lᵀ of a positive semidefinite matrix. */
export interface PivotedCholesky {
  /** n×rank, lower trapezoidal. */
  readonly L: Matrix;
  /** Row i of Pᵀ A P is row `permutation[i]` of A. */
  readonly permutation: Uint32Array;
  readonly rank: number;
  /** Whether what is left is no more negative than positive pivots are dropped: A is positive semidefinite to the tolerance. */
  readonly ok: boolean;
  /** The trace of what is left, A − P L Lᵀ Pᵀ: where `ok`, its nuclear norm. */
  readonly residualTrace: number;
}

/**
 * Cholesky factorization with diagonal pivoting of a symmetric positive semidefinite matrix, stopped where the largest pivot left is at most
 * `tolerance` (default n·2⁻⁵²) times the largest diagonal element (N. J. Higham, "Analysis of the Cholesky decomposition of a semi-definite
 * matrix", 1990). A low rank and an indefinite matrix are results. Cost n · rank².
 * @throws TypeError, RangeError where A is not square, not finite or not symmetric
 */
export function pivotedCholesky(a: Matrix, options: RankOptions & SymmetricOptions & { readonly maxRank?: number } = {}): PivotedCholesky {
  const data = symmetricCopy('pivotedCholesky', a, options);
  const n = a.rows;
  const { tolerance = n * EPSILON, maxRank = n } = options;
  requireTolerance('pivotedCholesky', 'tolerance', tolerance);
  const permutation = Uint32Array.from({ length: n }, (_, i) => i);
  // row i of `rows` belongs to index i of A; pivoting exchanges indices only
  const width = Math.min(n, maxRank);
  const rows = new Float64Array(n * width);
  const left = Float64Array.from({ length: n }, (_, i) => data[i * n + i]!);
  const limit = tolerance * left.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  let rank = 0;
  for (; rank < width; rank++) {
    let at = rank;
    for (let t = rank + 1; t < n; t++) if (left[permutation[t]!]! > left[permutation[at]!]!) at = t;
    const pivot = permutation[at]!;
    if (!(left[pivot]! > limit)) break;
    [permutation[rank], permutation[at]] = [pivot, permutation[rank]!];
    const root = Math.sqrt(left[pivot]!);
    rows[pivot * width + rank] = root;
    left[pivot] = 0;
    for (let t = rank + 1; t < n; t++) {
      const i = permutation[t]!;
      const value = (data[i * n + pivot]! - dotRange(rows, i * width, rows, pivot * width, rank)) / root;
      rows[i * width + rank] = value;
      left[i]! -= value * value;
    }
  }
  const L = new Float64Array(n * rank);
  permutation.forEach((i, t) => L.set(rows.subarray(i * width, i * width + rank), t * rank));
  const rest = permutation.subarray(rank);
  const least = rest.reduce((low, i) => Math.min(low, left[i]!), 0);
  // of a semidefinite matrix no element exceeds the diagonal
  let ok = -least <= Math.max(limit, n * EPSILON * limit);
  if (ok && rank < width) ok = restIsSmall(data, n, rows, width, rank, rest, limit);
  return { L: { rows: n, columns: rank, data: L }, permutation, rank, ok, residualTrace: rest.reduce((sum, i) => sum + left[i]!, 0) };
}

function restIsSmall(data: Float64Array, n: number, rows: Float64Array, width: number, rank: number, rest: Uint32Array, limit: number): boolean {
  for (const i of rest) {
    for (const j of rest) {
      if (j >= i) continue;
      if (Math.abs(data[i * n + j]! - dotRange(rows, i * width, rows, j * width, rank)) > 4 * limit) return false;
    }
  }
  return true;
}
