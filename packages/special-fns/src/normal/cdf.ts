import { erfc } from '../erf/erf.js';
import { erfcxUpper } from '../erf/erfcx-upper.js';
import { expMinusHalfSquare } from '../erf/exp-square.js';

/** Standard normal distribution function Φ(x), relative accuracy to where it underflows, x = −38.4. */
export function normalCdf(x: number): number {
  if (x > -1) return 0.5 * erfc(-x * Math.SQRT1_2);
  if (x !== x) return NaN;
  return x < -39 ? 0 : 0.5 * erfcxUpper(-x * Math.SQRT1_2) * expMinusHalfSquare(x);
}

/** ln Φ(x), for every x: −x²/2 − ln(−x √2π) as x → −∞. */
export function normalLogCdf(x: number): number {
  if (x < -1) return Math.log(0.5 * erfcxUpper(-x * Math.SQRT1_2)) - 0.5 * x * x;
  if (x > 1) return Math.log1p(-normalCdf(-x));
  return Math.log(normalCdf(x));
}
