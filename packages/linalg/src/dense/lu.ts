import type { Matrix } from '../api.js';
import { requireSquareMatrix } from '../checks.js';
import { axpyRange } from '../vector.js';
import { inverseNormEstimate, oneNorm } from './condition.js';
import { gemm, view } from './gemm.js';
import { solveEach } from './right-hand-side.js';
import { backwardSolve, backwardSolveTransposed, forwardSolve, forwardSolveTransposed } from './triangular.js';

/** P A = L U with rows exchanged. */
export interface LU {
  /** L below the diagonal (its own diagonal is 1), U on and above it. */
  readonly factors: Matrix;
  /** Row i of P A is row `permutation[i]` of A. */
  readonly permutation: Uint32Array;
  /** Whether a pivot is exactly 0. Nearly singular matrices show in `conditionEstimate`. */
  readonly singular: boolean;
  /** The column of the first zero pivot, or −1. */
  readonly zeroPivot: number;
  /** A⁻¹ b for a vector of n elements, or for each column of a matrix. @throws RangeError where singular or b does not fit */
  solve<T extends Float64Array | Matrix>(b: T): T;
  /** A⁻ᵀ b. @throws as `solve` */
  solveTransposed<T extends Float64Array | Matrix>(b: T): T;
  /** det A; may overflow where `logDeterminant` does not. */
  determinant(): number;
  /** log |det A| and the sign of det A (0 where singular). */
  logDeterminant(): { readonly value: number; readonly sign: -1 | 0 | 1 };
  /** An estimate of ‖A‖₁ ‖A⁻¹‖₁ from a few solves; Infinity where singular. */
  conditionEstimate(): number;
}

const BLOCK = 32;

/**
 * LU factorization with partial pivoting, in blocks. A singular matrix is a result (`singular: true`), not an error. Cost 2/3 n³.
 * @throws TypeError, RangeError where A is not square or not finite
 */
export function lu(a: Matrix): LU {
  const n = requireSquareMatrix('lu', 'a', a);
  const data = a.data.slice();
  const size = oneNorm(data, n);
  const permutation = Uint32Array.from({ length: n }, (_, i) => i);
  const parity = factorize(data, n, permutation);
  const zeroPivot = permutation.findIndex((_, i) => data[i * n + i] === 0);
  const singular = zeroPivot >= 0;
  const solve = (x: Float64Array): void => {
    x.set(Float64Array.from(permutation, (i) => x[i]!));
    forwardSolve(data, n, n, x, true);
    backwardSolve(data, n, n, x);
  };
  const solveTransposed = (x: Float64Array): void => {
    backwardSolveTransposed(data, n, n, x);
    forwardSolveTransposed(data, n, n, x, true);
    const turned = x.slice();
    permutation.forEach((to, i) => (x[to] = turned[i]!));
  };
  const checked = <T extends Float64Array | Matrix>(where: string, b: T, run: (x: Float64Array) => void): T => {
    if (singular) throw new RangeError(`${where}: a must be regular, but the pivot of column ${zeroPivot} is 0`);
    return solveEach(where, b, n, n, run);
  };
  const diagonal = (): Float64Array => Float64Array.from({ length: n }, (_, i) => data[i * n + i]!);
  return {
    factors: { rows: n, columns: n, data },
    permutation,
    singular,
    zeroPivot,
    solve: (b) => checked('lu.solve', b, solve),
    solveTransposed: (b) => checked('lu.solveTransposed', b, solveTransposed),
    determinant: () => diagonal().reduce((product, u) => product * u, parity),
    logDeterminant: () => {
      const sign = diagonal().reduce((s, u) => s * Math.sign(u), parity) as -1 | 0 | 1;
      return { value: diagonal().reduce((sum, u) => sum + Math.log(Math.abs(u)), 0), sign };
    },
    conditionEstimate: () => (singular ? Infinity : size * inverseNormEstimate(n, solve, solveTransposed)),
  };
}

/** Right-looking; returns the sign of the permutation. */
function factorize(a: Float64Array, n: number, permutation: Uint32Array): number {
  let parity = 1;
  for (let k = 0; k < n; k += BLOCK) {
    const end = Math.min(n, k + BLOCK);
    for (let j = k; j < end; j++) {
      const at = pivotRow(a, n, j);
      if (at !== j) {
        swapRows(a, n, permutation, at, j);
        parity = -parity;
      }
      eliminate(a, n, j, end);
    }
    for (let i = k + 1; i < end; i++) for (let t = k; t < i; t++) axpyRange(-a[i * n + t]!, a, t * n + end, a, i * n + end, n - end);
    gemm(n - end, n - end, end - k, -1, view(a, end * n + k, n), view(a, k * n + end, n), view(a, end * n + end, n));
  }
  return parity;
}

function pivotRow(a: Float64Array, n: number, j: number): number {
  let best = j;
  let most = Math.abs(a[j * n + j]!);
  for (let i = j + 1; i < n; i++) {
    const size = Math.abs(a[i * n + j]!);
    if (size > most) {
      most = size;
      best = i;
    }
  }
  return best;
}

function swapRows(a: Float64Array, n: number, permutation: Uint32Array, i: number, j: number): void {
  const row = a.slice(i * n, (i + 1) * n);
  a.copyWithin(i * n, j * n, (j + 1) * n);
  a.set(row, j * n);
  [permutation[i], permutation[j]] = [permutation[j]!, permutation[i]!];
}

/** Column j below the pivot, in the panel's columns up to `end`. A zero pivot means a zero column, which needs nothing. */
function eliminate(a: Float64Array, n: number, j: number, end: number): void {
  const pivot = a[j * n + j]!;
  if (pivot === 0) return;
  for (let i = j + 1; i < n; i++) {
    const factor = a[i * n + j]! / pivot;
    a[i * n + j] = factor;
    if (factor !== 0) axpyRange(-factor, a, j * n + j + 1, a, i * n + j + 1, end - j - 1);
  }
}
