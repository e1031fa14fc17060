import type { Matrix } from '../api.js';
import { requireCount, requireMatrix } from '../checks.js';
import { inverseNormEstimate } from '../dense/condition.js';
import { solveEach } from '../dense/right-hand-side.js';
import { axpyRange, dotRange } from '../vector.js';

/** A = L Lᵀ of a banded matrix, or where it broke down. */
export interface BandedCholesky {
  /** n×(bandwidth + 1): row i holds L(i, i − bandwidth) … L(i, i). Where `ok` is false, rows from `failedPivot` on are 0. */
  readonly L: Matrix;
  readonly ok: boolean;
  /** The row whose pivot was not positive; −1 where `ok`. */
  readonly failedPivot: number;
  /** A⁻¹ b for a vector of n elements, or for each column of a matrix. @throws RangeError where `ok` is false or b does not fit */
  solve<T extends Float64Array | Matrix>(b: T): T;
  /** log det A. @throws RangeError where `ok` is false */
  logDeterminant(): number;
  /** An estimate of ‖A‖₁ ‖A⁻¹‖₁ from a few solves; Infinity where `ok` is false. */
  conditionEstimate(): number;
}

/**
 * Cholesky factorization of a symmetric matrix with aᵢⱼ = 0 for |i − j| > bandwidth, given as an n×(bandwidth + 1) matrix whose row i holds
 * a(i, i − bandwidth) … a(i, i); places before column 0 are not read. An indefinite matrix is a result. Cost n · bandwidth².
 * @throws TypeError, RangeError where the band is not a finite matrix of at least one column
 */
export function bandedCholesky(band: Matrix): BandedCholesky {
  requireMatrix('bandedCholesky', 'band', band);
  const { rows: n, columns: width } = band;
  requireCount('bandedCholesky', 'band.columns', width);
  const w = width - 1;
  const data = band.data.slice();
  for (let i = 0; i < Math.min(w, n); i++) data.fill(0, i * width, i * width + w - i);
  const size = bandNorm(data, n, width);
  const failedPivot = factorize(data, n, width);
  const ok = failedPivot < 0;
  if (!ok) data.fill(0, failedPivot * width);
  const requireOk = (what: string): void => {
    if (!ok) throw new RangeError(`bandedCholesky.${what}: a must be positive definite, but the pivot of row ${failedPivot} is not positive`);
  };
  const solve = (x: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      const k = Math.min(i, w);
      x[i] = (x[i]! - dotRange(data, i * width + w - k, x, i - k, k)) / data[i * width + w]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      const k = Math.min(i, w);
      x[i]! /= data[i * width + w]!;
      axpyRange(-x[i]!, data, i * width + w - k, x, i - k, k);
    }
  };
  return {
    L: { rows: n, columns: width, data },
    ok,
    failedPivot,
    solve: (b) => {
      requireOk('solve');
      return solveEach('bandedCholesky.solve', b, n, n, solve);
    },
    logDeterminant: () => {
      requireOk('logDeterminant');
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.log(data[i * width + w]!);
      return 2 * sum;
    },
    conditionEstimate: () => (ok ? size * inverseNormEstimate(n, solve, solve) : Infinity),
  };
}

/** Row by row; returns the failing row or −1. */
function factorize(a: Float64Array, n: number, width: number): number {
  const w = width - 1;
  for (let i = 0; i < n; i++) {
    const row = i * width;
    for (let j = Math.max(0, i - w); j <= i; j++) {
      // common columns of rows i and j: from i − w on
      const from = Math.max(0, i - w);
      const at = row + w - i + j;
      const sum = a[at]! - dotRange(a, row + w - i + from, a, j * width + w - j + from, j - from);
      if (j < i) a[at] = sum / a[j * width + w]!;
      else if (!(sum > 0)) return i;
      else a[at] = Math.sqrt(sum);
    }
  }
  return -1;
}

function bandNorm(a: Float64Array, n: number, width: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let k = Math.max(0, width - 1 - i); k < width; k++) {
      const j = i - width + 1 + k;
      const x = Math.abs(a[i * width + k]!);
      sums[i]! += x;
      if (j !== i) sums[j]! += x;
    }
  }
  return sums.reduce((most, x) => Math.max(most, x), 0);
}
