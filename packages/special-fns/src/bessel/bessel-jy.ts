/** Bessel functions of the first and second kind. */
import { cosPi, sinPi } from '../gamma/sin-pi.js';
import { type BesselPair, hankelPair } from './hankel.js';
import { besselJSeries } from './series.js';
import { logDerivative, steedPair } from './steed.js';

/** Both, for v ≥ 0 and x > 0. */
function pair(v: number, x: number): BesselPair {
  if (x <= 25) return steedPair(v, x);
  return x > 0.5 * v * v ? hankelPair(v, x) : upwards(v, x);
}

/** For x > 25: Hankel's expansion at order v − ⌊v⌋ and the next, and recurrence upward, stable for Y and, while v ≤ x, for J. Beyond, J from its continued fraction and the Wronskian. */
function upwards(v: number, x: number): BesselPair {
  const steps = Math.floor(v);
  const mu = v - steps;
  let [low, high] = [hankelPair(mu, x), hankelPair(mu + 1, x)];
  for (let k = 1; k <= steps; k++) {
    const factor = (2 * (mu + k)) / x;
    [low, high] = [high, { j: factor * high.j - low.j, y: factor * high.y - low.y }];
  }
  if (v <= x) return low;
  const slope = (v / x) * low.y - high.y;
  return { j: 2 / (Math.PI * x * (slope - logDerivative(v, x).value * low.y)), y: low.y };
}

/** J_v for v ≥ 0, x > 0. */
function firstKind(v: number, x: number): number {
  return x * x <= 4 * (v + 1) ? besselJSeries(v, x) : pair(v, x).j;
}

/**
 * J_v(x), real order, x ≥ 0 (x < 0 for integer orders), for moderate arguments: |v| ≤ 1000, x ≤ 1e5. Error 1e-13 of √(2/πx) near zeros, relative where J falls (v > x). Power series,
 * Hankel's expansion, Steed's method; negative orders by reflection (DLMF 10.4.7). J_0(0) = 1, J_v(±∞) = 0, NaN for x < 0 and a fractional order.
 */
export function besselJ(v: number, x: number): number {
  if (v !== v || x !== x || !Number.isFinite(v)) return NaN;
  if (x < 0) return Number.isInteger(v) ? (v % 2 === 0 ? 1 : -1) * besselJ(v, -x) : NaN;
  if (x === Infinity) return 0;
  if (v < 0) {
    const order = -v;
    if (Number.isInteger(order)) return (order % 2 === 0 ? 1 : -1) * besselJ(order, x);
    // J_{−v} ~ (x/2)^{−v}/Γ(1−v), and Γ(1−v) has the sign of sin πv.
    if (x === 0) return sinPi(order) * Infinity;
    const { y } = pair(order, x);
    return cosPi(order) * firstKind(order, x) - sinPi(order) * y;
  }
  if (x === 0) return v === 0 ? 1 : 0;
  return firstKind(v, x);
}

/**
 * Y_v(x), real order, x ≥ 0, as `besselJ`; −∞ at 0, 0 at ∞, NaN for x < 0; negative orders by reflection (DLMF 10.4.6).
 */
export function besselY(v: number, x: number): number {
  if (!(x >= 0) || v !== v || !Number.isFinite(v)) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return 0;
  if (v >= 0) return pair(v, x).y;
  const order = -v;
  if (Number.isInteger(order)) return (order % 2 === 0 ? 1 : -1) * pair(order, x).y;
  return sinPi(order) * firstKind(order, x) + cosPi(order) * pair(order, x).y;
}
