/**
 * Householder reduction of a symmetric matrix to tridiagonal form, from the last row up (as EISPACK's tred2, Wilkinson & Reinsch 1971),
 * with the rank-two update of one step and the product of the next done in one pass over the triangle: memory is read once a step instead
 * of twice.
 */

import { applyBlock, blockOf } from './reflections.js';

/** T = Qᵀ A Q with diagonal d and off-diagonal e. Row i of `reflectors` holds u with Pᵢ = I − u uᵀ in its first i elements. */
export interface Tridiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly reflectors: Float64Array;
}

/** Reduces in place; `a` is n×n by rows, its lower triangle is read, entries should be at most about 1. Cost 4/3 n³. Unchecked. */
export function tridiagonalize(a: Float64Array, n: number): Tridiagonal {
  const d = new Float64Array(n);
  const e = new Float64Array(Math.max(0, n - 1));
  // u, w of the step before, whose update A − u wᵀ − w uᵀ is still to be made
  let u = new Float64Array(n);
  let w = new Float64Array(n);
  let nextU = new Float64Array(n);
  let nextW = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const ui = u[i]!;
    const wi = w[i]!;
    for (let j = 0; j <= i; j++) a[row + j]! -= ui * w[j]! + wi * u[j]!;
    d[i] = a[row + i]!;
    if (i === 0) break;
    e[i - 1] = reflect(a, row, i);
    for (let j = 0; j < i; j++) nextU[j] = a[row + j]!;
    nextW.fill(0, 0, i);
    updateAndMultiply(a, n, i, u, w, nextU, nextW);
    let half = 0;
    for (let j = 0; j < i; j++) half += nextU[j]! * nextW[j]!;
    half /= 2;
    for (let j = 0; j < i; j++) nextW[j]! -= half * nextU[j]!;
    [u, nextU] = [nextU, u];
    [w, nextW] = [nextW, w];
  }
  return { d, e, reflectors: a };
}

/** Turns x = a[row … row + i) into u with (I − u uᵀ) x = (0, …, 0, g), and returns g. */
function reflect(a: Float64Array, row: number, i: number): number {
  let sigma = 0;
  for (let j = 0; j < i - 1; j++) sigma += a[row + j]! * a[row + j]!;
  const last = row + i - 1;
  const f = a[last]!;
  if (sigma === 0) {
    a.fill(0, row, row + i);
    return f;
  }
  const length = Math.sqrt(sigma + f * f);
  const g = f > 0 ? -length : length;
  a[last] = f - g;
  // f − g has no cancellation; ‖u‖² must be 2
  const size = Math.sqrt(length * (length + Math.abs(f)));
  for (let j = 0; j < i; j++) a[row + j]! /= size;
  return g;
}

/** A ← A − u wᵀ − w uᵀ and y ← A x on the leading m×m block (lower triangle), two rows at a time. */
function updateAndMultiply(
  a: Float64Array, n: number, m: number, u: Float64Array, w: Float64Array, x: Float64Array, y: Float64Array,
): void {
  let r = 0;
  for (; r + 1 < m; r += 2) {
    const p = r * n;
    const q = p + n;
    const u0 = u[r]!, w0 = w[r]!, x0 = x[r]!;
    const u1 = u[r + 1]!, w1 = w[r + 1]!, x1 = x[r + 1]!;
    let s0 = 0;
    let s1 = 0;
    for (let j = 0; j < r; j++) {
      const uj = u[j]!, wj = w[j]!, xj = x[j]!;
      const a0 = a[p + j]! - (u0 * wj + w0 * uj);
      const a1 = a[q + j]! - (u1 * wj + w1 * uj);
      a[p + j] = a0;
      a[q + j] = a1;
      s0 += a0 * xj;
      s1 += a1 * xj;
      y[j]! += a0 * x0 + a1 * x1;
    }
    const d0 = a[p + r]! - 2 * u0 * w0;
    const below = a[q + r]! - (u1 * w0 + w1 * u0);
    const d1 = a[q + r + 1]! - 2 * u1 * w1;
    a[p + r] = d0;
    a[q + r] = below;
    a[q + r + 1] = d1;
    y[r]! += s0 + d0 * x0 + below * x1;
    y[r + 1]! += s1 + below * x0 + d1 * x1;
  }
  if (r === m) return;
  const p = r * n;
  const ur = u[r]!, wr = w[r]!, xr = x[r]!;
  let s = 0;
  for (let j = 0; j < r; j++) {
    const value = a[p + j]! - (ur * w[j]! + wr * u[j]!);
    a[p + j] = value;
    s += value * x[j]!;
    y[j]! += value * xr;
  }
  a[p + r]! -= 2 * ur * wr;
  y[r]! += s + a[p + r]! * xr;
}

/** Q = Pₙ₋₁ ⋯ P₂, so that A = Q T Qᵀ. As above, one step's update and the next step's product share a pass. Cost 4/3 n³. */
export function formQ(reflectors: Float64Array, n: number): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const zero = new Float64Array(n);
  let u: Float64Array = zero;
  let g = new Float64Array(n);
  let nextG = new Float64Array(n);
  for (let i = 2; i < n; i++) {
    const next = reflectors.subarray(i * n, i * n + i);
    nextG.fill(0, 0, i);
    applyAndProject(q, n, i - 1, u, g, next, nextG);
    nextG[i - 1] = next[i - 1]!;
    u = next;
    [g, nextG] = [nextG, g];
  }
  if (n > 2) applyAndProject(q, n, n - 1, u, g, zero, nextG);
  return q;
}

/** Q ← Q − u gᵀ and h ← h + Qᵀ x on the leading m×m block, four rows at a time. */
function applyAndProject(q: Float64Array, n: number, m: number, u: Float64Array, g: Float64Array, x: Float64Array, h: Float64Array): void {
  let r = 0;
  for (; r + 3 < m; r += 4) {
    const p0 = r * n;
    const p1 = p0 + n;
    const p2 = p1 + n;
    const p3 = p2 + n;
    const u0 = u[r]!, u1 = u[r + 1]!, u2 = u[r + 2]!, u3 = u[r + 3]!;
    const x0 = x[r]!, x1 = x[r + 1]!, x2 = x[r + 2]!, x3 = x[r + 3]!;
    for (let j = 0; j < m; j++) {
      const gj = g[j]!;
      const q0 = q[p0 + j]! - u0 * gj;
      const q1 = q[p1 + j]! - u1 * gj;
      const q2 = q[p2 + j]! - u2 * gj;
      const q3 = q[p3 + j]! - u3 * gj;
      q[p0 + j] = q0;
      q[p1 + j] = q1;
      q[p2 + j] = q2;
      q[p3 + j] = q3;
      h[j]! += x0 * q0 + x1 * q1 + (x2 * q2 + x3 * q3);
    }
  }
  for (; r < m; r++) {
    const p = r * n;
    const ur = u[r]!, xr = x[r]!;
    for (let j = 0; j < m; j++) {
      const value = q[p + j]! - ur * g[j]!;
      q[p + j] = value;
      h[j]! += xr * value;
    }
  }
}

const BLOCK = 32;

/** Z ← Q Z for n×width Z by rows, in blocks of reflections. Cost 2 n² width. */
export function applyQ(reflectors: Float64Array, n: number, z: Float64Array, width: number): void {
  for (let low = 1; low < n; low += BLOCK) {
    const high = Math.min(n, low + BLOCK);
    const count = high - low;
    const length = high - 1;
    // P(high − 1) ⋯ P(low): the last index first
    const V = new Float64Array(count * length);
    for (let t = 0; t < count; t++) {
      const i = high - 1 - t;
      V.set(reflectors.subarray(i * n, i * n + i), t * length);
    }
    applyBlock(blockOf(0, count, length, V, new Float64Array(count).fill(1)), false, z, width, 0, width);
  }
}
