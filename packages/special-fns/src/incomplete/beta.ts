/** Regularized incomplete beta function. */
import { logBeta } from '../gamma/log-beta.js';
import { stirlingSeries } from '../gamma/stirling.js';
import { twoProduct, twoSum } from '../double-double.js';
import { log1pMinus } from './log1p-minus.js';

const ROOT_2PI = 2.5066282746310002;
const MAX_TERMS = 1_000_000;

/** x^a y^b/B(a, b), y = 1 − x; the terms of size a and b in its logarithm cancelled by hand where both are at least 8. */
export function betaTerm(a: number, b: number, x: number, y: number): number {
  if (x === 0 || y === 0) return 0;
  if (a < 8 || b < 8) {
    const logX = x > 0.5 ? Math.log1p(-y) : Math.log(x);
    const logY = y > 0.5 ? Math.log1p(-x) : Math.log(y);
    return Math.exp(a * logX + b * logY - logBeta(a, b));
  }
  const correction = stirlingSeries(a + b) - stirlingSeries(a) - stirlingSeries(b);
  const scale = (Math.exp(correction) * Math.sqrt((a / (a + b)) * b)) / ROOT_2PI;
  // With x₀ = a/(a+b), (x/x₀)^a (y/y₀)^b: near the center in one logarithm, whose linear terms cancel.
  const offset = offsetOf(a, b, x, y);
  if (Math.abs(offset) < 0.3 * Math.min(a, b)) return Math.exp(a * log1pMinus(offset / a) + b * log1pMinus(-offset / b)) * scale;
  const half = halfPower(x, a, b, 0) * halfPower(y, b, a, 1 - y - x);
  return half * half * scale;
}

/** b x − a y = (a+b) x − a = b − (a+b) y from the smaller of x and y, the other being rounded, and without the rounding of the product. */
function offsetOf(a: number, b: number, x: number, y: number): number {
  const [sum, sumLow] = twoSum(a, b);
  const part = Math.min(x, y);
  const [product, low] = twoProduct(part, sum);
  const rest = low + part * sumLow;
  return x <= y ? product - a + rest : b - product - rest;
}

/** ((x + low)(a+b)/a)^{a/2}, with the rounding errors of the base taken along, which the power would multiply by a. */
function halfPower(x: number, a: number, b: number, low: number): number {
  const [sum, sumLow] = twoSum(a, b);
  const [product, productLow] = twoProduct(x, sum);
  const base = product / a;
  const [back, backLow] = twoProduct(base, a);
  const rest = product - back - backLow + productLow + x * sumLow + low * sum;
  return Math.pow(base, 0.5 * a) * Math.exp((0.5 * rest) / base);
}

/** The continued fraction of DLMF 8.17.22 by Lentz's algorithm; converges in O(√max(a, b)) steps for x < (a+1)/(a+b+2). */
function fraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let value = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return value;
}

const nonZero = (x: number, tiny: number): number => (Math.abs(x) < tiny ? tiny : x);

/** [I_x(a, b), I_y(b, a)] from x and y = 1 − x: the smaller side as a fraction, the other as its complement. */
export function bothTails(a: number, b: number, x: number, y: number): readonly [number, number] {
  const term = betaTerm(a, b, x, y);
  if (x * (a + b + 2) < a + 1) {
    const lower = (term / a) * fraction(a, b, x);
    return [lower, 1 - lower];
  }
  const upper = (term / b) * fraction(b, a, y);
  return [1 - upper, upper];
}

function edges(a: number, b: number, x: number): number | null {
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1) || (a === 0 && b === 0) || a === Infinity || b === Infinity) return NaN;
  if (x === 0) return a === 0 ? NaN : 0;
  if (x === 1) return b === 0 ? NaN : 1;
  if (a === 0) return 1;
  return b === 0 ? 0 : null;
}

/**
 * Regularized incomplete beta function I_x(a, b) = ∫₀ˣ t^{a−1} (1−t)^{b−1} dt/B(a, b), a, b > 0, 0 ≤ x ≤ 1: the distribution function of a beta variable. Relative
 * accuracy in the lower tail. NaN outside, and for infinite a or b. Cost of order √max(a, b) near the mean.
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  return edges(a, b, x) ?? bothTails(a, b, x, 1 - x)[0];
}

/** 1 − I_x(a, b), with relative accuracy in the upper tail. */
export function incompleteBetaComplement(a: number, b: number, x: number): number {
  const edge = edges(a, b, x);
  return edge === null ? bothTails(a, b, x, 1 - x)[1] : 1 - edge;
}
