import { horner } from '../polynomial.js';
import { DIGAMMA } from './generated.js';
import { cosPi, sinPi } from './sin-pi.js';

/** The positive zero, in two parts. */
const ZERO = 1.4616321449683622;
const ZERO_LOW = 9.549995429965697e-17;

/** B₂ₖ/(2k), k = 1, …, 9. */
const SERIES: readonly number[] = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160, 43867 / 14364];

/**
 * ψ(x) = Γ′(x)/Γ(x), any real x; a polynomial on [1, 2] with the zero taken out, recurrence to 10, the asymptotic series beyond (DLMF 5.11.2), reflection below 0,
 * where the zeros are not resolved. ψ(±0) = ∓∞; NaN at −1, −2, … and −∞, as SciPy has them; ψ(∞) = ∞.
 */
export function digamma(x: number): number {
  if (x >= 10) return asymptotic(x);
  if (x > 2) {
    let sum = 0;
    let y = x;
    while (y > 2) sum += 1 / --y;
    return sum + between(y);
  }
  if (x >= 1) return between(x);
  if (x > 0) return between(x + 1) - 1 / x;
  if (x === 0) return -1 / x;
  if (x !== x || x === -Infinity || Number.isInteger(x)) return NaN;
  // ψ(1−x) − ψ(x) = π/tan πx (DLMF 5.5.4), with ψ(1−x) = ψ(−x) − 1/x.
  return digamma(-x) - 1 / x - (Math.PI * cosPi(x)) / sinPi(x);
}

function asymptotic(x: number): number {
  const square = 1 / (x * x);
  return Math.log(x) - 0.5 / x - square * horner(SERIES, square);
}

function between(x: number): number {
  return (x - ZERO - ZERO_LOW) * horner(DIGAMMA, 2 * x - 3);
}
