import type { Matrix } from '../api.js';
import { dotRange } from '../vector.js';
import { inverseNormEstimate, oneNorm } from './condition.js';
import { gemm, view } from './gemm.js';
import { solveEach } from './right-hand-side.js';
import { symmetricCopy, type SymmetricOptions } from './symmetric.js';
import { forwardSolve, forwardSolveTransposed } from './triangular.js';

/** A = L Lᵀ, or where it broke down. */
export interface Cholesky {
  /** n×n, lower triangular. Where `ok` is false, rows from `failedPivot` on are 0. */
  readonly L: Matrix;
  /** Whether A is positive definite to rounding. */
  readonly ok: boolean;
  /** The row whose pivot was not positive; −1 where `ok`. The leading block of that order is positive definite. */
  readonly failedPivot: number;
  /** A⁻¹ b for a vector of n elements, or for each column of a matrix. @throws RangeError where `ok` is false or b does not fit */
  solve<T extends Float64Array | Matrix>(b: T): T;
  /** log det A. @throws RangeError where `ok` is false */
  logDeterminant(): number;
  /** An estimate of ‖A‖₁ ‖A⁻¹‖₁ from a few solves; Infinity where `ok` is false. */
  conditionEstimate(): number;
}

const BLOCK = 32;

/**
 * Cholesky factorization of a dense symmetric matrix, in blocks. An indefinite matrix is a result (`ok: false`), not an error. Cost n³/3.
 * @throws TypeError, RangeError where A is not square, not finite or not symmetric
 */
export function cholesky(a: Matrix, options: SymmetricOptions = {}): Cholesky {
  const data = symmetricCopy('cholesky', a, options);
  const n = a.rows;
  const size = oneNorm(data, n);
  const failedPivot = factorize(data, n);
  return fromFactor(data, n, failedPivot, () => size);
}

/** The result for a factor in the lower triangle of `data`, whose upper triangle is cleared. */
export function fromFactor(data: Float64Array, n: number, failedPivot: number, oneNormOf: () => number): Cholesky {
  const ok = failedPivot < 0;
  for (let i = 0; i < n; i++) data.fill(0, i * n + (ok || i < failedPivot ? i + 1 : 0), (i + 1) * n);
  const requireOk = (what: string): void => {
    if (!ok) throw new RangeError(`cholesky.${what}: a must be positive definite, but the pivot of row ${failedPivot} is not positive`);
  };
  const solve = (x: Float64Array): void => {
    forwardSolve(data, n, n, x);
    forwardSolveTransposed(data, n, n, x);
  };
  return {
    L: { rows: n, columns: n, data },
    ok,
    failedPivot,
    solve: (b) => {
      requireOk('solve');
      return solveEach('cholesky.solve', b, n, n, solve);
    },
    logDeterminant: () => {
      requireOk('logDeterminant');
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.log(data[i * n + i]!);
      return 2 * sum;
    },
    conditionEstimate: () => (ok ? oneNormOf() * inverseNormEstimate(n, solve, solve) : Infinity),
  };
}

/** Overwrites the lower triangle by L, block column by block column (left-looking); returns the failing row or −1. */
function factorize(a: Float64Array, n: number): number {
  for (let k = 0; k < n; k += BLOCK) {
    const end = Math.min(n, k + BLOCK);
    const done = view(a, k * n, n);
    gemm(n - k, end - k, k, -1, done, view(a, k * n, 1, n), view(a, k * n + k, n));
    for (let i = k; i < end; i++) {
      const row = i * n;
      for (let j = k; j < i; j++) a[row + j] = (a[row + j]! - dotRange(a, row + k, a, j * n + k, j - k)) / a[j * n + j]!;
      const pivot = a[row + i]! - dotRange(a, row + k, a, row + k, i - k);
      if (!(pivot > 0)) return i;
      a[row + i] = Math.sqrt(pivot);
    }
    solvePanel(a, n, k, end);
  }
  return -1;
}

/** Rows below the diagonal block: X ← X L⁻ᵀ, four rows at a time. */
function solvePanel(a: Float64Array, n: number, k: number, end: number): void {
  let i = end;
  for (; i + 3 < n; i += 4) {
    const p0 = i * n;
    const p1 = p0 + n;
    const p2 = p1 + n;
    const p3 = p2 + n;
    for (let j = k; j < end; j++) {
      const q = j * n;
      let s0 = a[p0 + j]!, s1 = a[p1 + j]!, s2 = a[p2 + j]!, s3 = a[p3 + j]!;
      for (let t = k; t < j; t++) {
        const l = a[q + t]!;
        s0 -= a[p0 + t]! * l;
        s1 -= a[p1 + t]! * l;
        s2 -= a[p2 + t]! * l;
        s3 -= a[p3 + t]! * l;
      }
      const pivot = a[q + j]!;
      a[p0 + j] = s0 / pivot;
      a[p1 + j] = s1 / pivot;
      a[p2 + j] = s2 / pivot;
      a[p3 + j] = s3 / pivot;
    }
  }
  for (; i < n; i++) {
    for (let j = k; j < end; j++) a[i * n + j] = (a[i * n + j]! - dotRange(a, i * n + k, a, j * n + k, j - k)) / a[j * n + j]!;
  }
}
