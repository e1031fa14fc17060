import type { LinearOperator } from '../api.js';
import { requireVector } from '../checks.js';
import { fft, type FFT } from '../transforms/fft.js';

/** A solution, or where the recursion broke down. */
export interface ToeplitzSolution {
  /** T⁻¹ b; where `ok` is false, of the leading block before `failedMinor`, then zeros. */
  readonly x: Float64Array;
  readonly ok: boolean;
  /** The order of the first leading block that is singular to rounding; −1 where `ok`. T itself may be regular. */
  readonly failedMinor: number;
}

/**
 * T x = b for the Toeplitz matrix with first column c and first row r (r₀ is not read; left out, T is symmetric) by Levinson's recursion
 * (N. Levinson 1947; Golub & Van Loan, section 4.7). Stable for symmetric positive definite T; other matrices may have nearly singular leading
 * blocks. Cost 4 n², symmetric 3 n².
 * @throws TypeError, RangeError on vectors of other lengths, NaN or infinity
 */
export function toeplitzSolve(c: Float64Array, b: Float64Array, r: Float64Array = c): ToeplitzSolution {
  const where = 'toeplitzSolve';
  requireVector(where, 'c', c, c?.length);
  const n = c.length;
  requireVector(where, 'r', r, n);
  requireVector(where, 'b', b, n);
  const x = new Float64Array(n);
  // forward f and backward g: Tₘ f = e₀, Tₘ g = eₘ₋₁
  let f = new Float64Array(n);
  let g = new Float64Array(n);
  let nextF = new Float64Array(n);
  let nextG = new Float64Array(n);
  for (let m = 0; m < n; m++) {
    let forward = 0;
    let backward = 0;
    let known = 0;
    for (let i = 0; i < m; i++) {
      forward += c[m - i]! * f[i]!;
      backward += r[i + 1]! * g[i]!;
      known += c[m - i]! * x[i]!;
    }
    const determinant = m === 0 ? c[0]! : 1 - forward * backward;
    const limit = m === 0 ? 0 : 1e-14 * (1 + Math.abs(forward * backward));
    if (!(Math.abs(determinant) > limit)) return { x, ok: false, failedMinor: m + 1 };
    for (let i = 0; i <= m; i++) {
      const u = i < m ? f[i]! : 0;
      const v = i > 0 ? g[i - 1]! : 0;
      nextF[i] = m === 0 ? 1 / determinant : (u - forward * v) / determinant;
      nextG[i] = m === 0 ? 1 / determinant : (v - backward * u) / determinant;
    }
    const step = b[m]! - known;
    for (let i = 0; i <= m; i++) x[i]! += step * nextG[i]!;
    [f, nextF] = [nextF, f];
    [g, nextG] = [nextG, g];
  }
  return { x, ok: true, failedMinor: -1 };
}

/** A solution, or that there is none. */
export interface CirculantSolution {
  /** C⁻¹ b, or where singular the solution of least norm of the nearest consistent system. */
  readonly x: Float64Array;
  /** Whether an eigenvalue is 0 to rounding. */
  readonly singular: boolean;
  /** Index k of the first such eigenvalue Σ cⱼ exp(−2πi jk/n); −1 where regular. */
  readonly zeroEigenvalue: number;
  /** Largest over smallest |eigenvalue|. */
  readonly conditionNumber: number;
}

/**
 * C x = b for the circulant matrix with first column c, by Fourier transforms. Cost O(n log n).
 * @throws TypeError, RangeError on vectors of other lengths, NaN or infinity
 */
export function circulantSolve(c: Float64Array, b: Float64Array): CirculantSolution {
  requireVector('circulantSolve', 'c', c, c?.length);
  const n = c.length;
  requireVector('circulantSolve', 'b', b, n);
  if (n === 0) return { x: new Float64Array(0), singular: false, zeroEigenvalue: -1, conditionNumber: 1 };
  const plan = fft(n);
  const eigenvalues = plan.forwardReal(c);
  const image = plan.forwardReal(b);
  const sizes = Float64Array.from({ length: eigenvalues.length / 2 }, (_, k) => Math.hypot(eigenvalues[2 * k]!, eigenvalues[2 * k + 1]!));
  const most = sizes.reduce((m, s) => Math.max(m, s), 0);
  const limit = n * 2 ** -52 * most;
  for (let k = 0; k < sizes.length; k++) {
    const [re, im] = [image[2 * k]!, image[2 * k + 1]!];
    const [er, ei] = [eigenvalues[2 * k]!, eigenvalues[2 * k + 1]!];
    const s = sizes[k]!;
    image[2 * k] = s > limit ? (re * (er / s) + im * (ei / s)) / s : 0;
    image[2 * k + 1] = s > limit ? (im * (er / s) - re * (ei / s)) / s : 0;
  }
  const zeroEigenvalue = sizes.findIndex((s) => !(s > limit));
  const least = sizes.reduce((m, s) => Math.min(m, s), Infinity);
  return { x: plan.inverseReal(image), singular: zeroEigenvalue >= 0, zeroEigenvalue, conditionNumber: least === 0 ? Infinity : most / least };
}

/**
 * The Toeplitz matrix with first column c (m elements) and first row r (n elements; r₀ is not read; left out, T is symmetric) as an operator:
 * products by Fourier transforms, O((m + n) log(m + n)).
 * @throws TypeError, RangeError on empty vectors, NaN or infinity
 */
export function toeplitzOperator(c: Float64Array, r: Float64Array = c): LinearOperator {
  const where = 'toeplitzOperator';
  requireVector(where, 'c', c, c?.length);
  requireVector(where, 'r', r, r?.length);
  const m = c.length;
  const n = r.length;
  if (m === 0 || n === 0) throw new RangeError(`${where}: c and r must not be empty`);
  let size = 1;
  while (size < m + n - 1) size *= 2;
  const plan = fft(size);
  const embed = (down: Float64Array, across: Float64Array): Float64Array => {
    const column = new Float64Array(size);
    column.set(down);
    for (let j = 1; j < across.length; j++) column[size - j] = across[j]!;
    return plan.forwardReal(column);
  };
  const symmetric = r === c;
  const image = embed(c, r);
  const transposed = symmetric ? image : embed(Float64Array.from(r, (x, j) => (j === 0 ? c[0]! : x)), c);
  return {
    shape: [m, n],
    dtype: 'float64',
    structure: symmetric ? { symmetric: true } : {},
    apply: (v) => convolve(plan, size, image, v, m, `${where}.apply`, n),
    applyTranspose: (u) => convolve(plan, size, transposed, u, n, `${where}.applyTranspose`, m),
  };
}

function convolve(plan: FFT, size: number, image: Float64Array, v: Float64Array, rows: number, where: string, columns: number): Float64Array {
  requireVector(where, 'v', v, columns);
  const padded = new Float64Array(size);
  padded.set(v);
  const y = plan.forwardReal(padded);
  for (let k = 0; k < y.length; k += 2) {
    const [re, im] = [y[k]!, y[k + 1]!];
    y[k] = re * image[k]! - im * image[k + 1]!;
    y[k + 1] = re * image[k + 1]! + im * image[k]!;
  }
  return plan.inverseReal(y).slice(0, rows);
}
