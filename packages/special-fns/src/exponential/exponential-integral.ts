/** Exponential integrals. */
import { requireCount } from '../checks.js';
import { digamma } from '../gamma/digamma.js';

const EULER = 0.5772156649015329;
const MAX_TERMS = 1000;

/** The positive zero of Ei, in two parts. */
const ZERO = 0.3725074107813666;
const ZERO_LOW = 1.3140183414386028e-17;

/** E_n by the continued fraction of DLMF 8.19.17, x ≥ 1, without the factor e^{−x}; from its end, which takes fewer roundings than products of convergents. */
function fraction(n: number, x: number): number {
  // Its error falls like exp(−4√(k x)) with the number k of terms.
  const terms = Math.ceil(100 / x) + 8;
  let value = x + n + 2 * terms;
  for (let i = terms; i >= 1; i--) value = x + n + 2 * (i - 1) - (i * (n - 1 + i)) / value;
  return 1 / value;
}

/** E_n by its series, x < 1 (DLMF 8.19.8): the term of index n − 1 carries the logarithm. */
function series(n: number, x: number): number {
  let sum = 0;
  let term = 1;
  for (let k = 0; k < MAX_TERMS; k++) {
    if (k > 0) term *= -x / k;
    const part = k === n - 1 ? term * (digamma(n) - Math.log(x)) : -term / (k - n + 1);
    sum += part;
    if (k >= n && Math.abs(part) < 1e-17 * Math.abs(sum)) break;
  }
  return sum;
}

/**
 * E_n(x) = ∫₁^∞ e^{−xt} t^{−n} dt, integer n ≥ 0, x ≥ 0. ∞ at x = 0 for n ≤ 1, else 1/(n−1); 0 at ∞; NaN for x < 0.
 * @throws RangeError unless n is an integer of at least 0
 */
export function expIntegralEn(n: number, x: number): number {
  requireCount('expIntegralEn', 'n', n, 0);
  if (!(x >= 0)) return NaN;
  if (x === Infinity) return 0;
  if (n === 0) return Math.exp(-x) / x;
  if (x === 0) return n === 1 ? Infinity : 1 / (n - 1);
  return x < 1 ? series(n, x) : Math.exp(-x) * fraction(n, x);
}

/** E₁(x) = ∫ₓ^∞ e^{−t}/t dt, x ≥ 0. ∞ at 0, 0 at ∞, NaN for x < 0. */
export function expIntegralE1(x: number): number {
  return expIntegralEn(1, x);
}

/**
 * Ei(x) = −∫_{−x}^∞ e^{−t}/t dt (principal value), any real x; −E₁(−x) below 0. The zero at 0.3725 is taken out, so that it keeps its digits. −∞ at 0, ∞ at ∞, −0 at −∞.
 */
export function expIntegralEi(x: number): number {
  if (x < 0) return -expIntegralE1(-x);
  if (x === 0) return -Infinity;
  if (!(x < Infinity)) return x;
  if (Math.abs(x - ZERO) < 0.2) return nearZero(x);
  if (x > 42) return asymptotic(x);
  // Ei(x) = γ + ln x + Σ xᵏ/(k k!) (DLMF 6.6.2)
  let term = 1;
  let sum = 0;
  for (let k = 1; k < MAX_TERMS; k++) {
    term *= x / k;
    sum += term / k;
    if (term < 1e-18 * sum) break;
  }
  return EULER + Math.log(x) + sum;
}

/** Ei(x) − Ei(x₀) with x − x₀ as a factor: ln(x/x₀) + Σ (xᵏ − x₀ᵏ)/(k k!). */
function nearZero(x: number): number {
  const offset = x - ZERO - ZERO_LOW;
  let sum = 0;
  let difference = 0;
  let power = 1;
  let factorial = 1;
  for (let k = 1; k < 30; k++) {
    // (xᵏ − x₀ᵏ)/(x − x₀)
    difference = x * difference + power;
    power *= ZERO;
    factorial *= k;
    sum += difference / (k * factorial);
  }
  return Math.log1p(offset / ZERO) + offset * sum;
}

/** eˣ/x Σ k!/xᵏ to its smallest term (DLMF 6.12.2); the exponential in two halves, which do not overflow before their product does. */
function asymptotic(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < x; k++) {
    term *= k / x;
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  const half = Math.exp(x / 2);
  return half * (sum / x) * half;
}
