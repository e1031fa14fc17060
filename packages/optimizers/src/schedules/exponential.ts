/** Exponential decay. */
import { checkCount, checkPositive } from '../checks.js';

/** start · rate^((step − 1) / every); with `staircase` the exponent is rounded down. */
export function exponential(start: number, rate: number, { every = 1, staircase = false }: { readonly every?: number; readonly staircase?: boolean } = {}): (step: number) => number {
  checkPositive('start', start);
  checkPositive('rate', rate);
  checkCount('every', every);
  return (step) => {
    const power = (step - 1) / every;
    return start * rate ** (staircase ? Math.floor(power) : power);
  };
}
