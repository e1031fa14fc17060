/** Inner kernels on vectors: unchecked. Sums run in four parts, in a fixed order. */

/** Relative rounding error of float64: 2⁻⁵². */
export const EPSILON: number = 2 ** -52;

/** Relative rounding error of float32: 2⁻²³. */
export const EPSILON_SINGLE: number = 2 ** -23;

/** Σ a[p + i] b[q + i] over n elements. */
export function dotRange(a: Float64Array, p: number, b: Float64Array, q: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += a[p + i]! * b[q + i]!;
    s1 += a[p + i + 1]! * b[q + i + 1]!;
    s2 += a[p + i + 2]! * b[q + i + 2]!;
    s3 += a[p + i + 3]! * b[q + i + 3]!;
  }
  for (; i < n; i++) s0 += a[p + i]! * b[q + i]!;
  return s0 + s1 + (s2 + s3);
}

export const dot = (a: Float64Array, b: Float64Array): number => dotRange(a, 0, b, 0, a.length);

/** y[q + i] += c x[p + i] over n elements. */
export function axpyRange(c: number, x: Float64Array, p: number, y: Float64Array, q: number, n: number): void {
  for (let i = 0; i < n; i++) y[q + i]! += c * x[p + i]!;
}

export const axpy = (c: number, x: Float64Array, y: Float64Array): void => axpyRange(c, x, 0, y, 0, x.length);

export function scale(c: number, x: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) x[i]! *= c;
  return x;
}

/** Largest |xᵢ|; 0 of none. */
export function maxAbs(x: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i]!);
    if (size > most) most = size;
  }
  return most;
}

/** Euclidean norm, also where squares would overflow or vanish. */
export function norm(x: Float64Array): number {
  const sum = dot(x, x);
  if (sum > 1e-280 && sum < Infinity) return Math.sqrt(sum);
  const most = maxAbs(x);
  if (most === 0 || !Number.isFinite(most)) return most;
  const unit = powerOfTwo(most);
  let total = 0;
  for (let i = 0; i < x.length; i++) total += (x[i]! / unit) ** 2;
  return unit * Math.sqrt(total);
}

/** The largest power of two that is at most x (kept within the normal numbers), so that dividing by it is exact. */
export function powerOfTwo(x: number): number {
  return 2 ** Math.min(1023, Math.max(-1022, Math.floor(Math.log2(x))));
}
