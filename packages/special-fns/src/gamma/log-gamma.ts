import { horner } from '../polynomial.js';
import { LOG_GAMMA_LEFT, LOG_GAMMA_RIGHT } from './generated.js';
import { stirlingSeries } from './stirling.js';
import { sinPi } from './sin-pi.js';

const HALF_LN_2PI = 0.9189385332046728;

/**
 * ln |Γ(x)|, any real x. At 1 and 2 a polynomial with the zeros taken out; from 10 on Stirling's series; below 0 by reflection, relative to
 * max(1, |ln Γ|) since the zeros there are not resolved. NaN at NaN; +∞ at ±∞ and at the poles 0, −1, −2, …, as SciPy has them.
 */
export function logGamma(x: number): number {
  if (x >= 10) return x < 1e17 ? (x - 0.5) * (Math.log(x) - 1) + (HALF_LN_2PI - 0.5 + stirlingSeries(x)) : x * (Math.log(x) - 1);
  if (x >= 3) {
    let product = 1;
    let y = x;
    while (y >= 3) product *= --y;
    return Math.log(product) + between(y);
  }
  if (x >= 1) return between(x);
  if (x > 0) return between(x + 1) - Math.log(x);
  if (x !== x) return NaN;
  if (x === 0 || x === -Infinity) return Infinity;
  const sine = Math.abs(sinPi(x));
  if (sine === 0) return Infinity;
  // |Γ(x) Γ(1−x)| = π/|sin πx| (DLMF 5.5.3).
  return Math.log(Math.PI / sine) - logGamma(1 - x);
}

/** On [1, 3): (x−1)(x−2) times a polynomial. */
function between(x: number): number {
  const z = x - 2;
  // + 0 turns the zero at 1, which is −0 by its factors, positive.
  return (x - 1) * z * (z < 0 ? horner(LOG_GAMMA_LEFT, 2 * z + 1) : horner(LOG_GAMMA_RIGHT, 2 * z - 1)) + 0;
}

/** ln Γ(1+x), −½ < x: relative accuracy for small x, which 1 + x would lose. */
export function logGamma1p(x: number): number {
  return x < 1 ? x * (x - 1) * horner(LOG_GAMMA_LEFT, 2 * x - 1) : logGamma(x + 1);
}
