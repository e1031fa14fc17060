/** Regularized incomplete gamma functions. */
import { gamma } from '../gamma/gamma.js';
import { logGamma1p } from '../gamma/log-gamma.js';
import { stirlingSeries } from '../gamma/stirling.js';
import { twoProduct, twoSum } from '../double-double.js';
import { log1pMinus } from './log1p-minus.js';

const ROOT_2PI = 2.5066282746310002;
const MAX_TERMS = 1_000_000;

/**
 * x^a e^{−x}/Γ(a+1). For a ≥ 8 as (x/a)^a e^{a−x} e^{−series}/√2πa: near the center in one logarithm, whose terms of size a are cancelled by hand; away from it as powers, with the
 * rounding errors of x/a and a − x taken along, which the power would multiply by a.
 */
export function poissonTerm(a: number, x: number): number {
  if (x === 0) return a === 0 ? 1 : 0;
  if (a < 8) return a * Math.log(x) > -600 && x < 700 ? (Math.pow(x, a) * Math.exp(-x)) / gamma(a + 1) : Math.exp(a * Math.log(x) - x - Math.log(gamma(a + 1)));
  const scale = Math.exp(-stirlingSeries(a)) / (ROOT_2PI * Math.sqrt(a));
  const mu = (x - a) / a;
  if (Math.abs(mu) < 0.3) return Math.exp(a * log1pMinus(mu)) * scale;
  const ratio = x / a;
  // The logarithm of the result is a (ln(x/a) − μ): beyond these its exponential is 0.
  if (a * (Math.log(ratio) - mu) < -760) return 0;
  const [product, low] = twoProduct(ratio, a);
  const [difference, rest] = twoSum(a, -x);
  const correction = (x - product - low) / ratio + rest;
  // Neither factor overflows in halves: each is at most e^{|a−x|/2}.
  const half = Math.pow(ratio, 0.5 * a) * Math.exp(0.5 * difference);
  return Number.isFinite(half) && half > 1e-154 ? half * half * (1 + correction) * scale : Math.exp(a * (Math.log(ratio) - mu)) * scale;
}

/** P by its series Σ xⁿ/((a+1)…(a+n)) (DLMF 8.11.4). */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < MAX_TERMS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return poissonTerm(a, x) * sum;
}

/** Q by Legendre's continued fraction (DLMF 8.9.2), evaluated by Lentz's algorithm. */
function fraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (d === 0) d = tiny;
    c = b + an / c;
    if (c === 0) c = tiny;
    d = 1 / d;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return poissonTerm(a, x) * a * value;
}

/** Q for small a and x, without forming 1 − P: Q = 1 − x^a/Γ(a+1) − x^a/Γ(a+1) a Σ (−x)ⁿ/(n! (a+n)) (Gautschi 1979, eq. 4.6). */
function small(a: number, x: number): number {
  const log = a * Math.log(x) - logGamma1p(a);
  let term = 1;
  let sum = 0;
  for (let n = 1; n < 100; n++) {
    term *= -x / n;
    const part = term / (a + n);
    sum += part;
    if (Math.abs(part) < 1e-17 * Math.abs(sum)) break;
  }
  return -Math.expm1(log) - Math.exp(log) * a * sum;
}

const outside = (a: number, x: number): boolean => !(a >= 0 && x >= 0) || (a === Infinity && x === Infinity) || (a === 0 && x === 0);

/**
 * Regularized lower incomplete gamma function P(a, x) = ∫₀ˣ t^{a−1} e^{−t} dt/Γ(a), a > 0, x ≥ 0: the distribution function of a gamma variable. Relative accuracy in the
 * lower tail. NaN for negative arguments and at (0, 0); P(0, x) = 1; P(a, ∞) = 1. Cost of order √a terms near x = a, fewer elsewhere.
 */
export function gammaP(a: number, x: number): number {
  if (outside(a, x)) return NaN;
  if (a === 0 || x === Infinity) return 1;
  if (x === 0 || a === Infinity) return 0;
  if (a < 1 && x < 1.5) return series(a, x);
  return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
}

/** Regularized upper incomplete gamma function Q(a, x) = 1 − P(a, x), with relative accuracy in the upper tail. Q(0, x) = 0; see `gammaP`. */
export function gammaQ(a: number, x: number): number {
  if (outside(a, x)) return NaN;
  if (a === 0 || x === Infinity) return 0;
  if (x === 0 || a === Infinity) return 1;
  if (a < 1 && x < 1.5) return small(a, x);
  return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}
