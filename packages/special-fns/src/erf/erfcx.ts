import { erf } from './erf.js';
import { erfcxUpper } from './erfcx-upper.js';

/** e^{x²} with the rounding error of x² taken along. */
function expSquare(x: number): number {
  const high = Math.fround(x);
  return Math.exp(high * high) * Math.exp((x - high) * (x + high));
}

/** Scaled complementary error function e^{x²} erfc(x). 0 at ∞, ∞ below −26.6. */
export function erfcx(x: number): number {
  if (x >= 0.5) return erfcxUpper(x);
  if (x > -0.5) return expSquare(x) * (1 - erf(x));
  if (x < -27) return Infinity;
  return 2 * expSquare(x) - erfcxUpper(-x);
}
