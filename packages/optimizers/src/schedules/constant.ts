/** A constant. */
import type { Schedule } from '../api.js';
import { checkNonNegative } from '../checks.js';

/** The same value at every step. */
export function constant(value: number): Extract<Schedule, (step: number) => number> {
  checkNonNegative('value', value);
  return () => value;
}
