import type { Matrix } from '../api.js';
import { solveEach } from '../dense/right-hand-side.js';
import { inverseNormEstimate } from '../dense/condition.js';
import { lowerTriangle } from './incomplete-cholesky.js';
import { minimumDegree } from './minimum-degree.js';
import { reverseCuthillMckee } from './reverse-cuthill-mckee.js';
import { inverseOrder, permute } from './sparse-permute.js';
import { requireSymmetricSparse, type SparseMatrix, turned } from './sparse-matrix.js';

/** Options of `sparseCholesky`. */
export interface SparseCholeskyOptions {
  /** The order of elimination: approximate minimum degree (default), reverse Cuthill-McKee, as given, or your own permutation. */
  readonly ordering?: 'minimum-degree' | 'reverse-cuthill-mckee' | 'natural' | ArrayLike<number>;
}

/** P A Pᵀ = L Lᵀ, or where it broke down. */
export interface SparseCholesky {
  /** n×n by rows, lower triangular. Where `ok` is false, of the leading block before `failedPivot` only. */
  readonly L: SparseMatrix;
  /** Row i of P A is row `permutation[i]` of A. */
  readonly permutation: Int32Array;
  /** Whether A is positive definite to rounding. */
  readonly ok: boolean;
  /** The row of A whose pivot was not positive; −1 where `ok`. */
  readonly failedPivot: number;
  /** A⁻¹ b for a vector of n elements, or for each column of a matrix. @throws RangeError where `ok` is false or b does not fit */
  solve<T extends Float64Array | Matrix>(b: T): T;
  /** log det A. @throws RangeError where `ok` is false */
  logDeterminant(): number;
  /** An estimate of ‖A‖₁ ‖A⁻¹‖₁ from a few solves; Infinity where `ok` is false. */
  conditionEstimate(): number;
}

/**
 * Cholesky factorization of a sparse symmetric matrix, both of whose triangles are stored: row by row along the elimination tree (J. W. H. Liu
 * 1986; T. A. Davis, "Direct Methods for Sparse Linear Systems", 2006, chapter 4). An indefinite matrix is a result. Cost Σ |L column|².
 * @throws TypeError, RangeError where A is not square or not symmetric, or the ordering is no permutation
 */
export function sparseCholesky(a: SparseMatrix, options: SparseCholeskyOptions = {}): SparseCholesky {
  const n = requireSymmetricSparse('sparseCholesky', 'a', a);
  const permutation = orderOf(a, n, options);
  const lower = lowerTriangle(permute(a, permutation, inverseOrder('sparseCholesky', 'ordering', permutation, n)));
  const parents = eliminationTree(lower);
  const counts = columnCounts(lower, parents);
  const columns = factorize(lower, parents, counts);
  const { failed } = columns;
  const ok = failed < 0;
  const failedPivot = ok ? -1 : permutation[failed]!;
  const requireOk = (what: string): void => {
    if (!ok) throw new RangeError(`sparseCholesky.${what}: a must be positive definite, but the pivot of row ${failedPivot} is not positive`);
  };
  const solve = (x: Float64Array): void => {
    const y = Float64Array.from(permutation, (i) => x[i]!);
    solveColumns(columns, n, y);
    for (let i = 0; i < n; i++) x[permutation[i]!] = y[i]!;
  };
  return {
    L: turned({ rows: n, columns: n, ...trimmed(columns, n) }),
    permutation,
    ok,
    failedPivot,
    solve: (b) => {
      requireOk('solve');
      return solveEach('sparseCholesky.solve', b, n, n, solve);
    },
    logDeterminant: () => {
      requireOk('logDeterminant');
      let sum = 0;
      for (let j = 0; j < n; j++) sum += Math.log(columns.values[columns.pointers[j]!]!);
      return 2 * sum;
    },
    conditionEstimate: () => {
      if (!ok) return Infinity;
      let size = 0;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let t = a.pointers[i]!; t < a.pointers[i + 1]!; t++) sum += Math.abs(a.values[t]!);
        size = Math.max(size, sum);
      }
      return size * inverseNormEstimate(n, solve, solve);
    },
  };
}

function orderOf(a: SparseMatrix, n: number, { ordering = 'minimum-degree' }: SparseCholeskyOptions): Int32Array {
  if (ordering === 'minimum-degree') return minimumDegree(a);
  if (ordering === 'reverse-cuthill-mckee') return reverseCuthillMckee(a);
  if (ordering === 'natural') return Int32Array.from({ length: n }, (_, i) => i);
  if (typeof ordering === 'string') throw new TypeError(`sparseCholesky: ordering must be minimum-degree, reverse-cuthill-mckee, natural or a permutation, got ${ordering}`);
  inverseOrder('sparseCholesky', 'ordering', ordering, n);
  return Int32Array.from(ordering);
}

/** The parent of column j is the row of the first entry below its diagonal in L; −1 of a root (Liu 1986). */
function eliminationTree({ rows: n, pointers, indices }: SparseMatrix): Int32Array {
  const parents = new Int32Array(n).fill(-1);
  const ancestors = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) {
      for (let j = indices[t]!; j !== -1 && j < i; ) {
        const next = ancestors[j]!;
        ancestors[j] = i;
        if (next === -1) parents[j] = i;
        j = next;
      }
    }
  }
  return parents;
}

/** Entries in each column of L: rows are walked along the tree, each step an entry. */
function columnCounts({ rows: n, pointers, indices }: SparseMatrix, parents: Int32Array): Int32Array {
  const counts = new Int32Array(n).fill(1);
  const mark = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    mark[i] = i;
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) {
      for (let j = indices[t]!; mark[j] !== i; j = parents[j]!) {
        mark[j] = i;
        counts[j]!++;
      }
    }
  }
  return counts;
}

interface Columns {
  readonly pointers: Int32Array;
  /** How far each column is filled. */
  readonly ends: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
  /** The row that failed, or −1. */
  readonly failed: number;
}

/** Row i of L solves L₀ x = aᵢ with the rows before; its pattern is where the tree leads from the entries of aᵢ. */
function factorize({ rows: n, pointers, indices, values }: SparseMatrix, parents: Int32Array, counts: Int32Array): Columns {
  const starts = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) starts[j + 1] = starts[j]! + counts[j]!;
  const ends = starts.slice(0, n);
  const out = new Int32Array(starts[n]!);
  const L = new Float64Array(starts[n]!);
  const x = new Float64Array(n);
  const mark = new Int32Array(n).fill(-1);
  const pattern = new Int32Array(n);
  const path = new Int32Array(n);
  let failed = -1;
  for (let i = 0; i < n; i++) {
    let top = n;
    mark[i] = i;
    let pivot = 0;
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) {
      let j = indices[t]!;
      if (j === i) {
        pivot = values[t]!;
        continue;
      }
      x[j] = values[t]!;
      let length = 0;
      for (; mark[j] !== i; j = parents[j]!) {
        mark[j] = i;
        path[length++] = j;
      }
      // ancestors come after their descendants
      while (length > 0) pattern[--top] = path[--length]!;
    }
    for (; top < n; top++) {
      const j = pattern[top]!;
      const start = starts[j]!;
      const end = ends[j]!;
      const value = x[j]! / L[start]!;
      x[j] = 0;
      for (let t = start + 1; t < end; t++) x[out[t]!]! -= L[t]! * value;
      pivot -= value * value;
      out[end] = i;
      L[end] = value;
      ends[j] = end + 1;
    }
    if (!(pivot > 0)) {
      failed = i;
      break;
    }
    out[starts[i]!] = i;
    L[starts[i]!] = Math.sqrt(pivot);
    ends[i] = starts[i]! + 1;
  }
  return { pointers: starts, ends, indices: out, values: L, failed };
}

/** The filled parts of the columns; those of rows from a failed one on are dropped. */
function trimmed({ pointers, ends, indices, values, failed }: Columns, n: number): { pointers: Int32Array; indices: Int32Array; values: Float64Array } {
  if (failed < 0) return { pointers, indices, values };
  const starts = new Int32Array(n + 1);
  const rows: number[] = [];
  const kept: number[] = [];
  for (let j = 0; j < n; j++) {
    for (let t = pointers[j]!; j < failed && t < ends[j]!; t++) {
      if (indices[t]! >= failed) continue;
      rows.push(indices[t]!);
      kept.push(values[t]!);
    }
    starts[j + 1] = kept.length;
  }
  return { pointers: starts, indices: Int32Array.from(rows), values: Float64Array.from(kept) };
}

/** x ← L⁻ᵀ L⁻¹ x, by columns. */
function solveColumns({ pointers, indices, values }: Columns, n: number, x: Float64Array): void {
  for (let j = 0; j < n; j++) {
    const start = pointers[j]!;
    const value = x[j]! / values[start]!;
    x[j] = value;
    for (let t = start + 1; t < pointers[j + 1]!; t++) x[indices[t]!]! -= values[t]! * value;
  }
  for (let j = n - 1; j >= 0; j--) {
    const start = pointers[j]!;
    let sum = x[j]!;
    for (let t = start + 1; t < pointers[j + 1]!; t++) sum -= values[t]! * x[indices[t]!]!;
    x[j] = sum / values[start]!;
  }
}
