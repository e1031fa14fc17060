/** The one-cycle policy. */
import { checkCount, checkNumber, checkPositive } from '../checks.js';

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** Share of the steps that rise; default 0.3. */
  readonly rise?: number;
  /** peak / first value; default 25. */
  readonly startDivisor?: number;
  /** first value / last value; default 1e4. */
  readonly endDivisor?: number;
}

/** Up along half a cosine to `peak`, then down (Smith & Topin 2019, arXiv:1708.07120), with the defaults of `torch.optim.lr_scheduler.OneCycleLR`. */
export function oneCycle(peak: number, steps: number, { rise = 0.3, startDivisor = 25, endDivisor = 1e4 }: OneCycleOptions = {}): (step: number) => number {
  checkPositive('peak', peak);
  checkCount('steps', steps, 2);
  checkNumber('rise', rise, 'a number in (0, 1)', (x) => x > 0 && x < 1);
  checkPositive('startDivisor', startDivisor);
  checkPositive('endDivisor', endDivisor);
  const first = peak / startDivisor;
  const last = first / endDivisor;
  const top = rise * steps - 1;
  const between = (from: number, to: number, along: number): number => to + ((from - to) * (1 + Math.cos(Math.PI * along))) / 2;
  return (step) => {
    const at = Math.min(step - 1, steps - 1);
    return at <= top ? between(first, peak, at / top) : between(peak, last, (at - top) / (steps - 1 - top));
  };
}
