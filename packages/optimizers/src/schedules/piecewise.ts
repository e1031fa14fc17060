/** Piecewise constant. */
import { checkNumber } from '../checks.js';

/**
 * `values[i]` up to and including step `boundaries[i]`; the last value after the last boundary.
 * @throws RangeError unless the boundaries ascend and there is one value more
 */
export function piecewise(boundaries: readonly number[], values: readonly number[]): (step: number) => number {
  if (values.length !== boundaries.length + 1) throw new RangeError(`values: expected ${boundaries.length + 1} for ${boundaries.length} boundaries, got ${values.length}`);
  boundaries.forEach((b, i) => checkNumber(`boundaries[${i}]`, b, 'a whole number above the one before', (x) => Number.isInteger(x) && x > (boundaries[i - 1] ?? 0)));
  values.forEach((v, i) => checkNumber(`values[${i}]`, v, 'a finite number', () => true));
  return (step) => {
    const i = boundaries.findIndex((b) => step <= b);
    return values[i < 0 ? values.length - 1 : i]!;
  };
}
