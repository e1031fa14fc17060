/**
 * Roots of the secular equation 1 + ρ Σ zᵢ² / (δᵢ − μ) = 0, which gives the eigenvalues of diag(δ) + ρ z zᵀ (J. R. Bunch, C. P. Nielsen &
 * D. C. Sorensen, "Rank-one modification of the symmetric eigenproblem", Numer. Math. 31, 1978). Each root is found as an offset from the
 * nearer of its two poles, so that its distances to all poles are accurate to rounding (M. Gu & S. C. Eisenstat 1994). Unchecked.
 */
import { EPSILON } from '../vector.js';

/** The poles, as differences: `difference(i, k)` is pole i − pole k, accurate to rounding; poles ascend strictly. */
export interface Poles {
  readonly count: number;
  difference(i: number, k: number): number;
}

/** All roots: root j is pole `origins[j]` + `offsets[j]`. */
export interface SecularRoots {
  readonly origins: Uint32Array;
  readonly offsets: Float64Array;
  /** Row j: pole i − root j for all i. */
  readonly distances: Float64Array;
  /** ẑ, of which the computed roots are the exact ones: vectors ẑᵢ / distanceᵢⱼ come out orthogonal (Gu & Eisenstat 1994, lemma 3.1). */
  readonly z: Float64Array;
}

/** ρ > 0; no zᵢ is 0. Cost O(k²). */
export function secularRoots(poles: Poles, z: Float64Array, rho: number): SecularRoots {
  const k = poles.count;
  const weights = z.map((x) => rho * x * x);
  const total = weights.reduce((sum, w) => sum + w, 0);
  const distances = new Float64Array(k * k);
  const origins = new Uint32Array(k);
  const offsets = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    const { origin, offset } = secularRoot(poles, weights, total, j, distances.subarray(j * k, (j + 1) * k));
    origins[j] = origin;
    offsets[j] = offset;
  }
  const exact = new Float64Array(k);
  for (let i = 0; i < k; i++) exact[i] = distances[i * k + i]!;
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < k; i++) if (i !== j) exact[i]! *= distances[j * k + i]! / poles.difference(i, j);
  }
  for (let i = 0; i < k; i++) exact[i] = Math.sign(z[i]!) * Math.sqrt(Math.abs(exact[i]!));
  return { origins, offsets, distances, z: exact };
}

/**
 * Root j: between poles j and j + 1, the last one behind the last pole, where Σ ρ zᵢ² bounds it. Writes pole i − root into `distances`.
 * ρ > 0, no zᵢ is 0.
 */
function secularRoot(
  poles: Poles, weights: Float64Array, total: number, j: number, distances: Float64Array,
): { origin: number; offset: number } {
  const n = poles.count;
  const last = j === n - 1;
  const gap = last ? total : poles.difference(j + 1, j);
  // the sign at the middle says which pole is nearer
  for (let i = 0; i < n; i++) distances[i] = poles.difference(i, j);
  const upper = !last && evaluate(distances, weights, n, j, gap / 2).value < 0;
  const origin = upper ? j + 1 : j;
  if (upper) for (let i = 0; i < n; i++) distances[i] = poles.difference(i, origin);
  const offset = iterate(distances, weights, n, j, upper ? -gap / 2 : 0, upper || last ? (last ? gap : 0) : gap / 2, last);
  for (let i = 0; i < n; i++) distances[i]! -= offset;
  return { origin, offset };
}

const at = { value: 0, size: 0, lower: 0, lowerSlope: 0, upper: 0, upperSlope: 0 };

/** f(μ), the sums over poles up to j and above with their derivatives, and the size that rounding is measured against. */
function evaluate(d: Float64Array, w: Float64Array, n: number, j: number, mu: number): typeof at {
  let lower = 0;
  let lowerSlope = 0;
  for (let i = 0; i <= j; i++) {
    const t = 1 / (d[i]! - mu);
    const term = w[i]! * t;
    lower += term;
    lowerSlope += term * t;
  }
  let upper = 0;
  let upperSlope = 0;
  for (let i = j + 1; i < n; i++) {
    const t = 1 / (d[i]! - mu);
    const term = w[i]! * t;
    upper += term;
    upperSlope += term * t;
  }
  at.value = 1 + lower + upper;
  at.size = 1 - lower + upper;
  at.lower = lower;
  at.lowerSlope = lowerSlope;
  at.upper = upper;
  at.upperSlope = upperSlope;
  return at;
}

/** Interpolation by a constant and one pole on either side, each with the sums' values and slopes; bisection where that leaves the bracket. */
function iterate(d: Float64Array, w: Float64Array, n: number, j: number, from: number, to: number, last: boolean): number {
  let low = from;
  let high = to;
  let mu = (low + high) / 2;
  for (let round = 0; round < 120; round++) {
    const f = evaluate(d, w, n, j, mu);
    if (Math.abs(f.value) <= EPSILON * n * f.size) return mu;
    if (f.value < 0) low = mu;
    else high = mu;
    const left = d[j]! - mu;
    const right = last ? Infinity : d[j + 1]! - mu;
    // ψ ≈ r + s/(dⱼ − x), φ ≈ R + S/(dⱼ₊₁ − x): s = ψ′ left², S = φ′ right²
    const s = f.lowerSlope * left * left;
    const S = last ? 0 : f.upperSlope * right * right;
    const constant = 1 + (f.lower - f.lowerSlope * left) + (last ? 0 : f.upper - f.upperSlope * right);
    let next = mu + step(constant, s, S, left, right, last, f.value);
    if (!(next > low && next < high)) {
      // near a pole the bracket spans magnitudes: halve those
      next = low > 0 && high > 4 * low ? Math.sqrt(low * high) : high < 0 && low < 4 * high ? -Math.sqrt(low * high) : (low + high) / 2;
    }
    if (next === mu || !(next > low && next < high)) return mu;
    mu = next;
  }
  return mu;
}

/** η with c + s/(left − η) + S/(right − η) = 0, between left and right. */
function step(c: number, s: number, S: number, left: number, right: number, last: boolean, value: number): number {
  if (last) return c > 0 ? left + s / c : NaN;
  // c η² − b η + e = 0
  const b = c * (left + right) + s + S;
  const e = left * right * value;
  const root = Math.sqrt(Math.max(0, b * b - 4 * c * e));
  // the root nearer 0, without cancellation; the other lies outside
  return b > 0 ? (2 * e) / (b + root) : c === 0 ? NaN : (b - root) / (2 * c);
}
