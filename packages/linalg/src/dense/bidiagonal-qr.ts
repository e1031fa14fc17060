/**
 * The implicit QR iteration for bidiagonal matrices, with a zero shift where another would cost accuracy (J. Demmel & W. Kahan, "Accurate
 * singular values of bidiagonal matrices", SIAM J. Sci. Stat. Comput. 11, 1990). Unchecked.
 */
import { EPSILON, maxAbs, powerOfTwo } from '../vector.js';
import type { Rotations } from './rotations.js';

const SAFE_MINIMUM = 2 ** -1000;

const negligible = (e: number, d0: number, d1: number): boolean =>
  Math.abs(e) <= EPSILON * Math.sqrt(Math.abs(d0)) * Math.sqrt(Math.abs(d1)) || Math.abs(e) < SAFE_MINIMUM;

/**
 * Singular values of the upper bidiagonal matrix with diagonal d and superdiagonal e into d (unsorted, signed: a sign belongs to a right
 * vector). e is used up; the same rotations turn the columns of the left and the right matrix.
 */
export function bidiagonalQR(d: Float64Array, e: Float64Array, left: Rotations | null, right: Rotations | null): void {
  const n = d.length;
  for (let low = 0; low < n; ) {
    let high = low;
    while (high < n - 1 && !negligible(e[high]!, d[high]!, d[high + 1]!)) high++;
    if (high > low) solveBlock(d, e, low, high, left, right);
    low = high + 1;
  }
  left?.flush();
  right?.flush();
}

/** An unreduced block, scaled near 1 and turned so that its larger end comes first: J Bᵀ J swaps the two sides. */
function solveBlock(d: Float64Array, e: Float64Array, low: number, high: number, left: Rotations | null, right: Rotations | null): void {
  const size = high - low + 1;
  const block = d.slice(low, high + 1);
  const off = e.slice(low, high);
  const unit = powerOfTwo(Math.max(maxAbs(block), maxAbs(off)));
  for (let i = 0; i < size; i++) block[i]! /= unit;
  for (let i = 0; i < size - 1; i++) off[i]! /= unit;
  const turned = Math.abs(block[0]!) < Math.abs(block[size - 1]!);
  if (turned) {
    block.reverse();
    off.reverse();
    iterate(block, off, 1, high, right, left);
    block.reverse();
  } else iterate(block, off, -1, low, left, right);
  for (let i = 0; i < size; i++) d[low + i] = block[i]! * unit;
  e.fill(0, low, high);
}

/** Index i of the block is column `origin − dir · i`; works from the end up. */
function iterate(d: Float64Array, e: Float64Array, dir: number, origin: number, left: Rotations | null, right: Rotations | null): void {
  let budget = 40 * d.length;
  for (let m = d.length - 1; m > 0; ) {
    let l = m;
    while (l > 0 && !negligible(e[l - 1]!, d[l - 1]!, d[l]!)) l--;
    if (l > 0) e[l - 1] = 0;
    if (l === m) {
      m--;
      continue;
    }
    if (budget-- === 0) throw new RangeError('bidiagonalQR: no convergence after 40 sweeps per singular value');
    const shift = smallestOfTwo(d[m - 1]!, e[m - 1]!, d[m]!);
    const top = Math.abs(d[l]!);
    // a shift that would not change the top entry in rounding
    if (top === 0 || (shift / top) ** 2 < EPSILON) sweepUnshifted(d, e, l, m, left, right);
    else sweep(d, e, l, m, shift, left, right);
    left?.endSweep(origin - dir * l, dir, m - l);
    right?.endSweep(origin - dir * l, dir, m - l);
  }
}

/** The smaller singular value of [[f, g], [0, h]], without overflow. */
function smallestOfTwo(f: number, g: number, h: number): number {
  const [a, b, c] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  const low = Math.min(a, c);
  const high = Math.max(a, c);
  if (low === 0) return 0;
  if (b < high) {
    const s = 1 + low / high;
    const t = (high - low) / high;
    const u = (b / high) ** 2;
    return low * (2 / (Math.sqrt(s * s + u) + Math.sqrt(t * t + u)));
  }
  const u = high / b;
  const s = 1 + low / high;
  const t = (high - low) / high;
  return 2 * (low * u) * (1 / (Math.sqrt(1 + (s * u) ** 2) + Math.sqrt(1 + (t * u) ** 2)));
}

function length(f: number, g: number): number {
  const r = Math.sqrt(f * f + g * g);
  return r < 1e-140 ? Math.hypot(f, g) : r;
}

function sweep(
  d: Float64Array, e: Float64Array, l: number, m: number, shift: number, left: Rotations | null, right: Rotations | null,
): void {
  let f = (Math.abs(d[l]!) - shift) * ((d[l]! < 0 ? -1 : 1) + shift / d[l]!);
  let g = e[l]!;
  for (let i = l; i < m; i++) {
    let r = length(f, g);
    let c = r === 0 ? 1 : f / r;
    let s = r === 0 ? 0 : g / r;
    if (i > l) e[i - 1] = r;
    f = c * d[i]! + s * e[i]!;
    e[i] = c * e[i]! - s * d[i]!;
    g = s * d[i + 1]!;
    d[i + 1]! *= c;
    right?.push(c, s);
    r = length(f, g);
    c = r === 0 ? 1 : f / r;
    s = r === 0 ? 0 : g / r;
    d[i] = r;
    f = c * e[i]! + s * d[i + 1]!;
    d[i + 1] = c * d[i + 1]! - s * e[i]!;
    if (i < m - 1) {
      g = s * e[i + 1]!;
      e[i + 1]! *= c;
    }
    left?.push(c, s);
  }
  e[m - 1] = f;
}

/** A sweep with shift 0: no subtractions, so that small singular values keep their digits. */
function sweepUnshifted(d: Float64Array, e: Float64Array, l: number, m: number, left: Rotations | null, right: Rotations | null): void {
  let c = 1;
  let oldC = 1;
  let oldS = 0;
  for (let i = l; i < m; i++) {
    const f = d[i]! * c;
    const r = length(f, e[i]!);
    c = r === 0 ? 1 : f / r;
    const s = r === 0 ? 0 : e[i]! / r;
    if (i > l) e[i - 1] = oldS * r;
    const p = oldC * r;
    const q = d[i + 1]! * s;
    const t = length(p, q);
    oldC = t === 0 ? 1 : p / t;
    oldS = t === 0 ? 0 : q / t;
    d[i] = t;
    right?.push(c, s);
    left?.push(oldC, oldS);
  }
  const h = d[m]! * c;
  d[m] = h * oldC;
  e[m - 1] = h * oldS;
}
