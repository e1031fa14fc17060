import { requireCount } from '../checks.js';
import { digamma } from './digamma.js';
import { gamma } from './gamma.js';

/** B₂ⱼ/(2j)!, j = 1, …, 12. */
const BERNOULLI: readonly number[] = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-05, -8.267195767195768e-07, 2.08767569878681e-08, -5.284190138687493e-10,
  1.3382536530684679e-11, -3.3896802963225827e-13, 8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
];

/**
 * ψ⁽ᵐ⁾(x), the m-th derivative of digamma, x > 0: (−1)^{m+1} m! ζ(m+1, x) (DLMF 25.11.12), the Hurwitz zeta function by Euler-Maclaurin summation from
 * x + N ≥ 10 + m (DLMF 25.11.28). m = 0 is `digamma`. ±∞ at x = 0, 0 at ∞, NaN for x < 0. Cost up to 10 + m powers.
 * @throws RangeError unless m is an integer from 0 to 170, beyond which m! is no double
 */
export function polygamma(m: number, x: number): number {
  requireCount('polygamma', 'm', m, 0);
  if (m > 170) throw new RangeError(`polygamma: m must be at most 170, got ${m}`);
  if (m === 0) return digamma(x);
  const sign = m % 2 === 1 ? 1 : -1;
  if (!(x >= 0)) return NaN;
  if (x === 0) return sign * Infinity;
  if (x === Infinity) return sign === 1 ? 0 : -0;
  return sign * gamma(m + 1) * hurwitz(m + 1, x);
}

/** ζ(s, a), s ≥ 2, a > 0. */
function hurwitz(s: number, a: number): number {
  const end = 9 + s;
  let sum = 0;
  let y = a;
  // Smallest terms last would be best for rounding, but the first dominate by far.
  for (; y < end; y += 1) {
    const term = Math.pow(y, -s);
    sum += term;
    if (term < 1e-18 * sum) return sum;
  }
  const power = Math.pow(y, -s);
  let rest = (power * y) / (s - 1) + 0.5 * power;
  let factor = (s * power) / y;
  for (let j = 0; j < BERNOULLI.length; j++) {
    const term = BERNOULLI[j]! * factor;
    rest += term;
    if (Math.abs(term) < 1e-18 * rest) break;
    factor *= ((s + 2 * j + 1) * (s + 2 * j + 2)) / (y * y);
  }
  return sum + rest;
}
