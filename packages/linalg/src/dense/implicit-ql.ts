/**
 * The implicit QL iteration for symmetric tridiagonal matrices with Wilkinson's shift (Dubrulle, Martin & Wilkinson 1968; B. N. Parlett,
 * "The Symmetric Eigenvalue Problem", chapter 8).
 */
import { EPSILON, maxAbs, powerOfTwo } from '../vector.js';
import type { Rotations } from './rotations.js';

const SAFE_MINIMUM = 2 ** -1022;

/** |e| can be dropped between these diagonal entries without an error above rounding. */
const negligible = (e: number, d0: number, d1: number): boolean =>
  Math.abs(e) <= EPSILON * Math.sqrt(Math.abs(d0)) * Math.sqrt(Math.abs(d1)) || Math.abs(e) < SAFE_MINIMUM;

/** Eigenvalues into d (unsorted), e is used up; the same rotations turn the columns of `rotations`, if given. Unchecked. */
export function implicitQL(d: Float64Array, e: Float64Array, rotations: Rotations | null): void {
  const n = d.length;
  for (let low = 0; low < n; ) {
    let high = low;
    while (high < n - 1 && !negligible(e[high]!, d[high]!, d[high + 1]!)) high++;
    if (high > low) solveBlock(d, e, low, high, rotations);
    low = high + 1;
  }
  rotations?.flush();
}

/** An unreduced block, scaled near 1 and turned so that its larger end comes last, where the iteration for graded matrices must begin. */
function solveBlock(d: Float64Array, e: Float64Array, low: number, high: number, rotations: Rotations | null): void {
  const size = high - low + 1;
  const block = d.slice(low, high + 1);
  const off = e.slice(low, high);
  const unit = powerOfTwo(Math.max(maxAbs(block), maxAbs(off)));
  for (let i = 0; i < size; i++) block[i]! /= unit;
  for (let i = 0; i < size - 1; i++) off[i]! /= unit;
  const turned = Math.abs(block[0]!) > Math.abs(block[size - 1]!);
  if (turned) {
    block.reverse();
    off.reverse();
  }
  iterate(block, off, turned ? -1 : 1, turned ? high : low, rotations);
  if (turned) block.reverse();
  for (let i = 0; i < size; i++) d[low + i] = block[i]! * unit;
  e.fill(0, low, high);
}

/** Index i of the block is column `origin + dir · i`. */
function iterate(d: Float64Array, e: Float64Array, dir: number, origin: number, rotations: Rotations | null): void {
  const n = d.length;
  let left = 40 * n;
  for (let l = 0; l < n; ) {
    let m = l;
    while (m < n - 1 && !negligible(e[m]!, d[m]!, d[m + 1]!)) m++;
    if (m < n - 1) e[m] = 0;
    if (m === l) {
      l++;
      continue;
    }
    if (left-- === 0) throw new RangeError('implicitQL: no convergence after 40 sweeps per eigenvalue');
    sweep(d, e, l, m, rotations);
    rotations?.endSweep(origin + dir * m, dir, m - l);
  }
}

/** One QL sweep over rows l … m with Wilkinson's shift from the top. */
function sweep(d: Float64Array, e: Float64Array, l: number, m: number, rotations: Rotations | null): void {
  const top = d[l]!;
  let g = (d[l + 1]! - top) / (2 * e[l]!);
  let r = Math.hypot(g, 1);
  g = d[m]! - top + e[l]! / (g + (g < 0 ? -r : r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    r = Math.sqrt(f * f + g * g);
    if (r < 1e-140) r = Math.hypot(f, g);
    s = r === 0 ? 0 : f / r;
    c = r === 0 ? 1 : g / r;
    if (i < m - 1) e[i + 1] = r;
    g = d[i + 1]! - p;
    r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    rotations?.push(c, s);
  }
  d[l] = top - p;
  e[l] = g;
}
