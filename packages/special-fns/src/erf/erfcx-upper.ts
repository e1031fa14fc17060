import { horner } from '../polynomial.js';
import { ERFCX_1, ERFCX_2, ERFCX_4, ERFCX_8, ERFCX_TAIL } from './generated.js';

const ROOT_PI = 1.772453850905516;

/** erfcx(x) for x ≥ ½, by polynomials in x, and in 1/x² beyond 4. */
export function erfcxUpper(x: number): number {
  if (x < 1) return horner(ERFCX_1, 4 * x - 3);
  if (x < 2) return horner(ERFCX_2, 2 * x - 3);
  if (x < 4) return horner(ERFCX_4, x - 3);
  if (x > 1e8) return 1 / (ROOT_PI * x);
  const w = 1 / (x * x);
  return (x < 8 ? horner(ERFCX_8, (128 * w - 5) / 3) : horner(ERFCX_TAIL, 128 * w - 1)) / x;
}
