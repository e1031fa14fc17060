import { horner } from '../polynomial.js';
import { expMinusSquare } from './exp-square.js';
import { erfcxUpper } from './erfcx-upper.js';
import { ERF } from './generated.js';

/** Error function 2/√π ∫₀ˣ e^{−t²} dt; a polynomial in x² to 1, the complement beyond. erf(±0) = ±0, erf(±∞) = ±1. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= 1) return x * horner(ERF, 2 * x * x - 1);
  if (!(magnitude <= 6)) return Math.sign(x);
  return Math.sign(x) * (1 - expMinusSquare(magnitude) * erfcxUpper(magnitude));
}

/** Complementary error function 1 − erf(x), with relative accuracy to where it underflows, x = 27.2. 2 at −∞, 0 at ∞. */
export function erfc(x: number): number {
  if (x < 0.5) return 1 - erf(x);
  if (x > 28) return 0;
  return expMinusSquare(x) * erfcxUpper(x);
}
