import type { Matrix } from '../api.js';
import { gemm, view } from './gemm.js';
import { EPSILON, maxAbs } from '../vector.js';
import { balance } from './balance.js';
import { requireSquareMatrix } from '../checks.js';
import { schur } from './schur.js';

/** Options of `eigen`. */
export interface EigenOptions {
  /** Whether to compute eigenvectors. Default true. */
  readonly vectors?: boolean;
}

/** Eigenvalues of a general matrix, and right eigenvectors: A (x + i y) = (α + i β) (x + i y). */
export interface Eigen {
  /** Real parts. Pairs of complex eigenvalues stand together, the one of positive imaginary part first; no other order. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** Column j: real part of the unit vector of eigenvalue j. n×0 where no vectors were asked for. */
  readonly vectors: Matrix;
  /** Column j: its imaginary part. */
  readonly vectorsImaginary: Matrix;
}

/**
 * All eigenvalues and right eigenvectors of a general square matrix: scaling by powers of two (Parlett & Reinsch 1969), the real Schur form
 * and back substitution. Eigenvalues are those of a matrix within rounding of A (scaled); ill-conditioned ones can be far from A's. Of a
 * defective matrix the vectors are parallel to rounding. Cost about 27 n³.
 * @throws TypeError, RangeError where A is not square or not finite
 */
export function eigen(a: Matrix, options: EigenOptions = {}): Eigen {
  const n = requireSquareMatrix('eigen', 'a', a);
  const { data, scales } = balance(a.data, n);
  const { T, Z, real, imaginary } = schur({ rows: n, columns: n, data });
  const columns = options.vectors === false ? 0 : n;
  const x = new Float64Array(n * columns);
  const y = new Float64Array(n * columns);
  const result = { real, imaginary, vectors: { rows: n, columns, data: x }, vectorsImaginary: { rows: n, columns, data: y } };
  if (columns === 0) return result;
  const u = new Float64Array(n * n);
  const v = new Float64Array(n * n);
  for (let j = 0; j < n; j++) if (imaginary[j]! >= 0) substitute(T.data, n, j, real[j]!, imaginary[j]!, u, v);
  gemm(n, n, n, 1, view(Z.data, 0, n), view(u, 0, n), view(x, 0, n));
  gemm(n, n, n, 1, view(Z.data, 0, n), view(v, 0, n), view(y, 0, n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      x[i * n + j]! *= scales[i]!;
      y[i * n + j]! *= scales[i]!;
    }
  }
  normalize(x, y, n, imaginary);
  return result;
}

/** The vector of T's eigenvalue α + iβ, β ≥ 0, at diagonal place j (a pair begins there), into column j of u + i v. */
function substitute(t: Float64Array, n: number, j: number, alpha: number, beta: number, u: Float64Array, v: Float64Array): void {
  const p = new Float64Array(n);
  const q = new Float64Array(n);
  const floor = EPSILON * Math.max(maxAbs(t), 2 ** -900);
  let top = j;
  p[j] = 1;
  if (beta > 0) {
    // (α − λ) x₀ + T₀₁ x₁ = 0: x₁ = iβ / T₀₁
    q[j + 1] = beta / t[j * n + j + 1]!;
    top = j + 1;
  }
  for (let i = j - 1; i >= 0; i--) {
    const pair = i > 0 && t[i * n + i - 1] !== 0;
    const row = i * n;
    const [re, im] = sums(t, row, i + 1, top, p, q);
    if (!pair) {
      const d = divide(-re, -im, t[row + i]! - alpha, -beta, floor);
      p[i] = d[0];
      q[i] = d[1];
    } else {
      const above = row - n;
      const [re0, im0] = sums(t, above, i + 1, top, p, q);
      // [[a, b], [c, d]] (x₀, x₁) = −(r₀, r₁) with a = d complex
      const a = t[above + i - 1]! - alpha;
      const b = t[above + i]!;
      const c = t[row + i - 1]!;
      const d = t[row + i]! - alpha;
      const detRe = a * d - beta * beta - b * c;
      const detIm = -beta * (a + d);
      const x0 = divide(-(d * re0 + beta * im0 - b * re), -(d * im0 - beta * re0 - b * im), detRe, detIm, floor * floor);
      const x1 = divide(-(a * re + beta * im - c * re0), -(a * im - beta * re - c * im0), detRe, detIm, floor * floor);
      p[i - 1] = x0[0];
      q[i - 1] = x0[1];
      p[i] = x1[0];
      q[i] = x1[1];
      i--;
    }
    const most = Math.max(Math.abs(p[i]!), Math.abs(q[i]!), Math.abs(p[i + 1]!), Math.abs(q[i + 1]!));
    // directions only: growth must not overflow
    if (most > 1e100) for (let k = i; k <= top; k++) [p[k], q[k]] = [p[k]! / most, q[k]! / most];
  }
  for (let i = 0; i <= top; i++) {
    u[i * n + j] = p[i]!;
    v[i * n + j] = q[i]!;
    if (beta > 0) {
      u[i * n + j + 1] = p[i]!;
      v[i * n + j + 1] = -q[i]!;
    }
  }
}

function sums(t: Float64Array, row: number, from: number, to: number, p: Float64Array, q: Float64Array): [number, number] {
  let re = 0;
  let im = 0;
  for (let k = from; k <= to; k++) {
    re += t[row + k]! * p[k]!;
    im += t[row + k]! * q[k]!;
  }
  return [re, im];
}

/** (a + ib) / (c + id); a divisor below `floor` (an eigenvalue met again) is taken for it. */
function divide(a: number, b: number, c: number, d: number, floor: number): [number, number] {
  const size = Math.max(Math.abs(c), Math.abs(d));
  if (size <= floor) return [a / floor, b / floor];
  const e = c / size;
  const f = d / size;
  const square = (e * e + f * f) * size;
  return [(a * e + b * f) / square, (b * e - a * f) / square];
}

function normalize(x: Float64Array, y: Float64Array, n: number, imaginary: Float64Array): void {
  for (let j = 0; j < n; j++) {
    let most = 0;
    for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(x[i * n + j]!), Math.abs(y[i * n + j]!));
    if (most === 0) continue;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (x[i * n + j]! / most) ** 2 + (y[i * n + j]! / most) ** 2;
    const length = Math.sqrt(sum);
    for (let i = 0; i < n; i++) {
      x[i * n + j] = x[i * n + j]! / most / length;
      y[i * n + j] = imaginary[j] === 0 ? 0 : y[i * n + j]! / most / length;
    }
  }
}
