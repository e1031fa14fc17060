/** Equations in the diagonal blocks of quasi-triangular matrices. Unchecked. */
import { EPSILON, maxAbs } from '../vector.js';

/** Where the blocks of order 1 and 2 of a quasi-triangular matrix begin, and n behind the last. */
export function blockStarts(t: Float64Array, n: number): number[] {
  const starts: number[] = [];
  for (let i = 0; i < n; ) {
    starts.push(i);
    i += i + 1 < n && t[(i + 1) * n + i] !== 0 ? 2 : 1;
  }
  starts.push(n);
  return starts;
}

/**
 * Solves A X + X B = C for blocks A (p×p at a[ia…], rows of `sa`) and B (q×q), p, q ≤ 2; C by rows, p×q, is overwritten by X. False where
 * the system is singular to rounding.
 */
export function smallSylvester(a: Float64Array, ia: number, sa: number, p: number, b: Float64Array, ib: number, sb: number, q: number, c: Float64Array): boolean {
  const n = p * q;
  if (n === 1) {
    const pivot = a[ia]! + b[ib]!;
    if (!(Math.abs(pivot) > EPSILON * Math.max(Math.abs(a[ia]!), Math.abs(b[ib]!)))) return false;
    c[0]! /= pivot;
    return true;
  }
  const m = new Float64Array(n * n);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < q; j++) {
      const row = (i * q + j) * n;
      for (let k = 0; k < p; k++) m[row + k * q + j]! += a[ia + i * sa + k]!;
      for (let k = 0; k < q; k++) m[row + i * q + k]! += b[ib + k * sb + j]!;
    }
  }
  return eliminate(m, n, c);
}

/** Gaussian elimination with partial pivoting; c becomes the solution. */
function eliminate(m: Float64Array, n: number, c: Float64Array): boolean {
  const limit = EPSILON * maxAbs(m);
  for (let k = 0; k < n; k++) {
    let at = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i * n + k]!) > Math.abs(m[at * n + k]!)) at = i;
    const pivot = m[at * n + k]!;
    if (!(Math.abs(pivot) > limit)) return false;
    if (at !== k) {
      for (let j = k; j < n; j++) [m[k * n + j], m[at * n + j]] = [m[at * n + j]!, m[k * n + j]!];
      [c[k], c[at]] = [c[at]!, c[k]!];
    }
    for (let i = k + 1; i < n; i++) {
      const f = m[i * n + k]! / pivot;
      if (f === 0) continue;
      for (let j = k + 1; j < n; j++) m[i * n + j]! -= f * m[k * n + j]!;
      c[i]! -= f * c[k]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) c[i]! -= m[i * n + j]! * c[j]!;
    c[i]! /= m[i * n + i]!;
  }
  return true;
}
