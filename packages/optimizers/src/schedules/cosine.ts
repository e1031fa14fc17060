/** Cosine decay. */
import { checkCount, checkNumber } from '../checks.js';

/** From `peak` at step 1 to `peak · floor` at step `steps`, along half a cosine, then constant (Loshchilov & Hutter 2017, arXiv:1608.03983, eq. 5). */
export function cosine(peak: number, steps: number, floor = 0): (step: number) => number {
  checkNumber('peak', peak, 'a number of at least 0', (x) => x >= 0);
  checkCount('steps', steps);
  checkNumber('floor', floor, 'a number in [0, 1]', (x) => x >= 0 && x <= 1);
  return (step) => {
    const along = steps === 1 ? 1 : Math.min(1, (step - 1) / (steps - 1));
    return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * along))) / 2);
  };
}
