import type { Matrix } from '../api.js';
import { axpyRange } from '../vector.js';
import { inverseNormEstimate, oneNorm } from './condition.js';
import { solveEach } from './right-hand-side.js';
import { symmetricCopy, type SymmetricOptions } from './symmetric.js';
import { forwardSolve, forwardSolveTransposed } from './triangular.js';

/** P A Pᵀ = L D Lᵀ. */
export interface LDLT {
  /** n×n, unit lower triangular. */
  readonly L: Matrix;
  /** n×n, symmetric, with blocks of order 1 and 2 on its diagonal; 2×2 blocks have eigenvalues of both signs. */
  readonly D: Matrix;
  /** Row i of P A is row `permutation[i]` of A. */
  readonly permutation: Uint32Array;
  /** How many eigenvalues of A are positive, negative, and exactly 0 (Sylvester's law of inertia). */
  readonly inertia: { readonly positive: number; readonly negative: number; readonly zero: number };
  /** Whether a pivot is exactly 0. Nearly singular matrices show in `conditionEstimate`. */
  readonly singular: boolean;
  /** The row of the first zero pivot, or −1. */
  readonly zeroPivot: number;
  /** A⁻¹ b for a vector of n elements, or for each column of a matrix. @throws RangeError where singular or b does not fit */
  solve<T extends Float64Array | Matrix>(b: T): T;
  /** log |det A| and the sign of det A (0 where singular). */
  logDeterminant(): { readonly value: number; readonly sign: -1 | 0 | 1 };
  /** An estimate of ‖A‖₁ ‖A⁻¹‖₁ from a few solves; Infinity where singular. */
  conditionEstimate(): number;
}

/** (1 + √17) / 8 bounds the growth of elements alike for one step of order 2 and two of order 1. */
const ALPHA = (1 + Math.sqrt(17)) / 8;

/**
 * The factorization of a symmetric matrix, indefinite as it may be, with pivots of order 1 and 2 (J. R. Bunch & L. Kaufman, Math. Comp. 31,
 * 1977): half the cost of LU, and the inertia. A singular matrix is a result. Cost n³/3.
 * @throws TypeError, RangeError where A is not square, not finite or not symmetric
 */
export function ldlt(a: Matrix, options: SymmetricOptions = {}): LDLT {
  const data = symmetricCopy('ldlt', a, options);
  const n = a.rows;
  const size = oneNorm(data, n);
  const permutation = Uint32Array.from({ length: n }, (_, i) => i);
  const orders = factorize(data, n, permutation);
  const D = separate(data, n, orders);
  const { inertia, zeroPivot, value, sign } = census(D, n, orders);
  const singular = zeroPivot >= 0;
  const solve = (x: Float64Array): void => {
    const y = Float64Array.from(permutation, (i) => x[i]!);
    forwardSolve(data, n, n, y, true);
    solveBlocks(D, n, orders, y);
    forwardSolveTransposed(data, n, n, y, true);
    permutation.forEach((to, i) => (x[to] = y[i]!));
  };
  return {
    L: { rows: n, columns: n, data },
    D: { rows: n, columns: n, data: D },
    permutation,
    inertia,
    singular,
    zeroPivot,
    solve: (b) => {
      if (singular) throw new RangeError(`ldlt.solve: a must be regular, but the pivot of row ${zeroPivot} is 0`);
      return solveEach('ldlt.solve', b, n, n, solve);
    },
    logDeterminant: () => ({ value, sign }),
    conditionEstimate: () => (singular ? Infinity : size * inverseNormEstimate(n, solve, solve)),
  };
}

/** Works on the lower triangle; returns the order of the block that begins at each row (0 in the second row of one of order 2). */
function factorize(a: Float64Array, n: number, permutation: Uint32Array): Uint8Array {
  const orders = new Uint8Array(n);
  const multipliers = new Float64Array(2 * n);
  for (let k = 0; k < n; ) {
    const [order, r] = choosePivot(a, n, k);
    const at = k + order - 1;
    if (r !== at) exchange(a, n, permutation, at, r);
    orders[k] = order;
    if (order === 1) eliminateOne(a, n, k, multipliers);
    else eliminateTwo(a, n, k, multipliers);
    k += order;
  }
  return orders;
}

/** The order of the pivot, and the row that has to come to its (last) place. */
function choosePivot(a: Float64Array, n: number, k: number): [1 | 2, number] {
  let r = k;
  let lambda = 0;
  for (let i = k + 1; i < n; i++) {
    const size = Math.abs(a[i * n + k]!);
    if (size > lambda) {
      lambda = size;
      r = i;
    }
  }
  const diagonal = Math.abs(a[k * n + k]!);
  if (lambda === 0 || diagonal >= ALPHA * lambda) return [1, k];
  let sigma = 0;
  for (let j = k; j < r; j++) sigma = Math.max(sigma, Math.abs(a[r * n + j]!));
  for (let i = r + 1; i < n; i++) sigma = Math.max(sigma, Math.abs(a[i * n + r]!));
  if (diagonal * sigma >= ALPHA * lambda * lambda) return [1, k];
  return Math.abs(a[r * n + r]!) >= ALPHA * sigma ? [1, r] : [2, r];
}

/** Rows and columns p < q of the symmetric matrix in the lower triangle, and the rows of L before. */
function exchange(a: Float64Array, n: number, permutation: Uint32Array, p: number, q: number): void {
  const swap = (i: number, j: number): void => {
    const t = a[i]!;
    a[i] = a[j]!;
    a[j] = t;
  };
  for (let j = 0; j < p; j++) swap(p * n + j, q * n + j);
  for (let j = p + 1; j < q; j++) swap(j * n + p, q * n + j);
  for (let i = q + 1; i < n; i++) swap(i * n + p, i * n + q);
  swap(p * n + p, q * n + q);
  [permutation[p], permutation[q]] = [permutation[q]!, permutation[p]!];
}

function eliminateOne(a: Float64Array, n: number, k: number, column: Float64Array): void {
  const pivot = a[k * n + k]!;
  // a zero pivot was the largest of its column
  if (pivot === 0) return;
  for (let i = k + 1; i < n; i++) column[i] = a[i * n + k]!;
  for (let i = k + 1; i < n; i++) {
    const l = column[i]! / pivot;
    a[i * n + k] = l;
    if (l !== 0) axpyRange(-l, column, k + 1, a, i * n + k + 1, i - k);
  }
}

function eliminateTwo(a: Float64Array, n: number, k: number, columns: Float64Array): void {
  const off = a[(k + 1) * n + k]!;
  const p = a[k * n + k]! / off;
  const q = a[(k + 1) * n + k + 1]! / off;
  const scale = 1 / (p * q - 1) / off;
  for (let i = k + 2; i < n; i++) {
    columns[i] = a[i * n + k]!;
    columns[n + i] = a[i * n + k + 1]!;
  }
  for (let i = k + 2; i < n; i++) {
    const x = columns[i]!;
    const y = columns[n + i]!;
    const l0 = scale * (q * x - y);
    const l1 = scale * (p * y - x);
    a[i * n + k] = l0;
    a[i * n + k + 1] = l1;
    axpyRange(-l0, columns, k + 2, a, i * n + k + 2, i - k - 1);
    axpyRange(-l1, columns, n + k + 2, a, i * n + k + 2, i - k - 1);
  }
}

/** Takes D out of the triangle and leaves L. */
function separate(a: Float64Array, n: number, orders: Uint8Array): Float64Array {
  const D = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    D[k * n + k] = a[k * n + k]!;
    if (orders[k] === 2) {
      D[(k + 1) * n + k] = D[k * n + k + 1] = a[(k + 1) * n + k]!;
      a[(k + 1) * n + k] = 0;
    }
    a[k * n + k] = 1;
    a.fill(0, k * n + k + 1, (k + 1) * n);
  }
  return D;
}

function census(D: Float64Array, n: number, orders: Uint8Array): Pick<LDLT, 'inertia' | 'zeroPivot'> & { value: number; sign: -1 | 0 | 1 } {
  let [positive, negative, zero, zeroPivot, value] = [0, 0, 0, -1, 0];
  for (let k = 0; k < n; k++) {
    const d = D[k * n + k]!;
    if (orders[k] === 2) {
      positive++;
      negative++;
      const off = D[(k + 1) * n + k]!;
      value += 2 * Math.log(Math.abs(off)) + Math.log1p(-(d / off) * (D[(k + 1) * n + k + 1]! / off));
    } else if (orders[k] === 1) {
      if (d > 0) positive++;
      else if (d < 0) negative++;
      else {
        zero++;
        if (zeroPivot < 0) zeroPivot = k;
      }
      value += Math.log(Math.abs(d));
    }
  }
  return { inertia: { positive, negative, zero }, zeroPivot, value, sign: zero > 0 ? 0 : negative % 2 === 0 ? 1 : -1 };
}

function solveBlocks(D: Float64Array, n: number, orders: Uint8Array, y: Float64Array): void {
  for (let k = 0; k < n; k++) {
    if (orders[k] === 1) y[k]! /= D[k * n + k]!;
    if (orders[k] !== 2) continue;
    const off = D[(k + 1) * n + k]!;
    const p = D[k * n + k]! / off;
    const q = D[(k + 1) * n + k + 1]! / off;
    const [u, v] = [y[k]! / off, y[k + 1]! / off];
    y[k] = (q * u - v) / (p * q - 1);
    y[k + 1] = (p * v - u) / (p * q - 1);
  }
}
