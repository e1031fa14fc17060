/** Checks of hyper-parameters, at the moment at which an optimizer is made. */
import type { Schedule } from './api.js';

/** @throws RangeError unless `value` is finite and `ok` */
export function checkNumber(name: string, value: number, expected: string, ok: (x: number) => boolean): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || !ok(value)) throw new RangeError(`${name}: expected ${expected}, got ${String(value)}`);
}

/** A decay rate in [0, 1). */
export const checkDecay = (name: string, value: number): void => checkNumber(name, value, 'a number in [0, 1)', (x) => x >= 0 && x < 1);

export const checkPositive = (name: string, value: number): void => checkNumber(name, value, 'a positive number', (x) => x > 0);

export const checkNonNegative = (name: string, value: number): void => checkNumber(name, value, 'a number of at least 0', (x) => x >= 0);

/** A whole number of at least `least`. */
export const checkCount = (name: string, value: number, least = 1): void =>
  checkNumber(name, value, `a whole number of at least ${least}`, (x) => Number.isSafeInteger(x) && x >= least);

/** The value of a schedule. @throws RangeError unless it is finite and at least 0 */
export function valueAt(name: string, schedule: Schedule, step: number): number {
  const value = typeof schedule === 'function' ? schedule(step) : schedule;
  checkNonNegative(typeof schedule === 'function' ? `${name}(${step})` : name, value);
  return value;
}

/** @throws TypeError or RangeError unless a schedule can be followed */
export function checkSchedule(name: string, schedule: Schedule): void {
  if (typeof schedule === 'function') return;
  if (typeof schedule !== 'number') throw new TypeError(`${name}: expected a number or a function of the step, got ${String(schedule)}`);
  checkNonNegative(name, schedule);
}
