import { horner } from '../polynomial.js';
import { GAMMA } from './generated.js';
import { sinPi } from './sin-pi.js';
import { stirlingSeries } from './stirling.js';

const ROOT_2PI = 2.5066282746310002;
const OVERFLOW = 171.6243769563027;

/** x ≥ 8: √2π x^{x−½} e^{−x} e^{series} (DLMF 5.11.3), the power in two parts where it would overflow before the product does. */
function stirling(x: number): number {
  const power = x < 140 ? Math.pow(x, x - 0.5) * Math.exp(-x) : Math.pow(x, x - 36.5) * Math.exp(-x) * Math.pow(x, 36);
  return power * (ROOT_2PI * Math.exp(stirlingSeries(x)));
}

/** n!, n ≤ 22, which doubles hold exactly. */
function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/**
 * Γ(x), any real x; a polynomial on [2, 3), reached by recurrence below 8, Stirling's series above, reflection below 0; exact at
 * integers to 23. Overflows to ∞ beyond 171.62. Γ(±0) = ±∞;
 * NaN at −1, −2, … and at −∞, as in C; Γ(∞) = ∞.
 */
export function gamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x <= 23) return factorial(x - 1);
  if (x >= 8) return x > OVERFLOW ? Infinity : stirling(x);
  if (x >= 3) {
    let product = 1;
    let y = x;
    while (y >= 3) product *= --y;
    return product * horner(GAMMA, 2 * y - 5);
  }
  if (x >= 2) return horner(GAMMA, 2 * x - 5);
  if (x >= 1) return horner(GAMMA, 2 * x - 3) / x;
  if (x > 0) return horner(GAMMA, 2 * x - 1) / (x * (x + 1));
  if (x === 0) return 1 / x;
  if (x !== x || x === -Infinity || Number.isInteger(x)) return NaN;
  return reflected(x);
}

/** Γ(x) Γ(1−x) = π/sin πx (DLMF 5.5.3), in two quotients where Γ(1−x) overflows before its reciprocal underflows. */
function reflected(x: number): number {
  const sine = sinPi(x);
  if (x > -0.5) return Math.PI / (sine * gamma(1 - x));
  const y = -x;
  // Γ(1−x) = y Γ(y), and y is exact where 1 − x is not.
  if (y < 160) return Math.PI / (sine * y * gamma(y));
  let lower = y;
  let quotient = Math.PI / (sine * y);
  while (lower > 160) quotient /= --lower;
  return quotient / gamma(lower);
}
