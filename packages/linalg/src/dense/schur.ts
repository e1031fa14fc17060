import type { Matrix } from '../api.js';
import { requireSquareMatrix } from '../checks.js';
import { EPSILON, maxAbs, powerOfTwo } from '../vector.js';
import { hessenberg } from './hessenberg.js';

/** A = Z T Zᵀ. */
export interface Schur {
  /**
   * Upper quasi-triangular: 1×1 blocks are real eigenvalues, 2×2 blocks [[α, β], [γ, α]] with βγ < 0 are pairs α ± i √(−βγ).
   */
  readonly T: Matrix;
  /** Orthogonal. */
  readonly Z: Matrix;
  /** Real parts of the eigenvalues, in the order of the diagonal of T. */
  readonly real: Float64Array;
  /** Imaginary parts; of a pair the positive one comes first. */
  readonly imaginary: Float64Array;
}

/**
 * The real Schur form of a general square matrix: reduction to Hessenberg form, then the implicit double-shift QR iteration (J. G. F. Francis
 * 1961). Backward stable. Cost about 25 n³.
 * @throws TypeError, RangeError where A is not square or not finite, or after 30 sweeps an eigenvalue without convergence (never seen)
 */
export function schur(a: Matrix): Schur {
  const n = requireSquareMatrix('schur', 'a', a);
  const most = maxAbs(a.data);
  const unit = most > 0 ? powerOfTwo(most) : 1;
  const t = a.data.map((x) => x / unit);
  const z = hessenberg(t, n);
  francis(t, z, n);
  const real = new Float64Array(n);
  const imaginary = new Float64Array(n);
  for (let i = 0; i < n * n; i++) t[i]! *= unit;
  for (let i = 0; i < n; i++) {
    real[i] = t[i * n + i]!;
    if (i + 1 < n && t[(i + 1) * n + i] !== 0) {
      const size = Math.sqrt(Math.abs(t[i * n + i + 1]!)) * Math.sqrt(Math.abs(t[(i + 1) * n + i]!));
      imaginary[i] = size;
      imaginary[i + 1] = -size;
    }
  }
  return { T: { rows: n, columns: n, data: t }, Z: { rows: n, columns: n, data: z }, real, imaginary };
}

/** Brings the Hessenberg matrix h to quasi-triangular form, and turns the columns of z. */
function francis(h: Float64Array, z: Float64Array, n: number): void {
  let high = n - 1;
  let sweeps = 0;
  while (high > 0) {
    const low = splitAbove(h, n, high);
    if (low === high) {
      high--;
      sweeps = 0;
      continue;
    }
    if (low === high - 1) {
      standardize(h, z, n, low);
      high -= 2;
      sweeps = 0;
      continue;
    }
    if (++sweeps > 30) throw new RangeError('schur: no convergence after 30 sweeps for one eigenvalue');
    doubleStep(h, z, n, low, high, sweeps % 10 === 0);
  }
}

/** The first row of the unreduced block that ends at `high`; clears the entry before it. */
function splitAbove(h: Float64Array, n: number, high: number): number {
  for (let l = high; l > 0; l--) {
    const below = Math.abs(h[l * n + l - 1]!);
    const d0 = h[(l - 1) * n + l - 1]!;
    const d1 = h[l * n + l]!;
    let size = Math.abs(d0) + Math.abs(d1);
    if (size === 0) size = 1;
    // the second test (M. Ahues & F. Tisseur 1997) keeps small eigenvalues of graded matrices
    const above = Math.abs(h[(l - 1) * n + l]!);
    const gap = Math.abs(d0 - d1);
    const larger = Math.max(below, above);
    const smaller = Math.min(below, above);
    const outer = Math.max(Math.abs(d1), gap);
    const inner = Math.min(Math.abs(d1), gap);
    const safe = below < 2 ** -1000 || (below <= EPSILON * size && smaller * (larger / (outer + larger)) <= Math.max(2 ** -1000, EPSILON * inner * (outer / (outer + larger))));
    if (safe) {
      h[l * n + l - 1] = 0;
      return l;
    }
  }
  return 0;
}

/** One Francis step on rows low … high with the two shifts of the last 2×2 block. */
function doubleStep(h: Float64Array, z: Float64Array, n: number, low: number, high: number, exceptional: boolean): void {
  const at = (i: number, j: number): number => h[i * n + j]!;
  let trace = at(high - 1, high - 1) + at(high, high);
  let determinant = at(high - 1, high - 1) * at(high, high) - at(high - 1, high) * at(high, high - 1);
  if (exceptional) {
    const s = Math.abs(at(high, high - 1)) + Math.abs(at(high - 1, high - 2));
    trace = 1.5 * s + 2 * at(high, high);
    determinant = at(high, high) ** 2 + 1.5 * s * at(high, high) + s * s;
  }
  // first column of (H − σ₁)(H − σ₂), over its subdiagonal
  const h00 = at(low, low);
  const h10 = at(low + 1, low);
  let x = (h00 * h00 - trace * h00 + determinant) / h10 + at(low, low + 1);
  let y = h00 + at(low + 1, low + 1) - trace;
  let w = at(low + 2, low + 1);
  for (let k = low; k < high; k++) {
    const three = k + 2 <= high;
    const sigma = y * y + (three ? w * w : 0);
    if (sigma > 0) {
      const length = Math.sqrt(x * x + sigma);
      const g = x > 0 ? -length : length;
      const size = Math.sqrt(length * (length + Math.abs(x)));
      const v0 = (x - g) / size;
      const v1 = y / size;
      const v2 = three ? w / size : 0;
      reflect(h, z, n, k, three, v0, v1, v2, Math.max(low, k - 1), Math.min(high, k + 3));
    }
    if (k > low) {
      h[(k + 1) * n + k - 1] = 0;
      if (three) h[(k + 2) * n + k - 1] = 0;
    }
    x = at(k + 1, k);
    y = three ? at(k + 2, k) : 0;
    w = k + 3 <= high ? at(k + 3, k) : 0;
  }
}

/** I − v vᵀ from both sides on rows and columns k … k + 2 (or k + 1), and from the right on z. */
function reflect(
  h: Float64Array, z: Float64Array, n: number, k: number, three: boolean, v0: number, v1: number, v2: number, firstColumn: number, lastRow: number,
): void {
  const p = k * n;
  for (let j = firstColumn; j < n; j++) {
    let s = v0 * h[p + j]! + v1 * h[p + n + j]!;
    if (three) s += v2 * h[p + 2 * n + j]!;
    h[p + j]! -= s * v0;
    h[p + n + j]! -= s * v1;
    if (three) h[p + 2 * n + j]! -= s * v2;
  }
  for (const [x, rows] of [
    [h, lastRow + 1],
    [z, n],
  ] as const) {
    for (let i = 0, at = k; i < rows; i++, at += n) {
      let s = v0 * x[at]! + v1 * x[at + 1]!;
      if (three) s += v2 * x[at + 2]!;
      x[at]! -= s * v0;
      x[at + 1]! -= s * v1;
      if (three) x[at + 2]! -= s * v2;
    }
  }
}

/** Turns the 2×2 block at k to triangular form where its eigenvalues are real, else to equal diagonal elements. */
function standardize(h: Float64Array, z: Float64Array, n: number, k: number): void {
  const p = k * n + k;
  const [a, b, c, d] = [h[p]!, h[p + 1]!, h[p + n]!, h[p + n + 1]!];
  const half = (a - d) / 2;
  const q = half * half + b * c;
  let cosine: number;
  let sine: number;
  if (q >= 0) {
    // (z, c) is an eigenvector of λ = d + z
    const root = half + (half < 0 ? -1 : 1) * Math.sqrt(q);
    const length = Math.hypot(root, c);
    cosine = length === 0 ? 1 : root / length;
    sine = length === 0 ? 0 : c / length;
  } else {
    // a′ − d′ = (a − d) cos 2θ + (b + c) sin 2θ
    const angle = Math.atan2(d - a, b + c) / 2;
    cosine = Math.cos(angle);
    sine = Math.sin(angle);
  }
  for (let j = k; j < n; j++) {
    const x = h[k * n + j]!;
    const y = h[(k + 1) * n + j]!;
    h[k * n + j] = cosine * x + sine * y;
    h[(k + 1) * n + j] = cosine * y - sine * x;
  }
  for (const [x, rows] of [
    [h, k + 2],
    [z, n],
  ] as const) {
    for (let i = 0, at = k; i < rows; i++, at += n) {
      const u = x[at]!;
      const v = x[at + 1]!;
      x[at] = cosine * u + sine * v;
      x[at + 1] = cosine * v - sine * u;
    }
  }
  if (q >= 0) h[p + n] = 0;
  else {
    const mean = (h[p]! + h[p + n + 1]!) / 2;
    h[p] = h[p + n + 1] = mean;
    // rounding has made a pair of equal real eigenvalues of it
    if (!(h[p + 1]! * h[p + n]! < 0)) h[Math.abs(h[p + 1]!) < Math.abs(h[p + n]!) ? p + 1 : p + n] = 0;
  }
}
