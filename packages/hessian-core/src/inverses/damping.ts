/** How much is added to the diagonal before a matrix is inverted. */

/** The number itself, or a part of the mean eigenvalue of the matrix. */
export type Damping = number | { readonly relative: number };

/** @throws RangeError unless positive and finite, or `positive` is false and it is 0 */
export function dampingValue(where: string, damping: Damping, meanEigenvalue: () => number, positive = true): number {
  const relative = typeof damping === 'object' && damping !== null;
  const given = relative ? damping.relative : damping;
  if (typeof given !== 'number' || !(given < Infinity) || !(positive ? given > 0 : given >= 0)) {
    throw new RangeError(`${where}: damping must be a ${positive ? 'positive' : 'non-negative'} finite number or { relative: such a number }, got ${relative ? `{ relative: ${String(given)} }` : String(given)}`);
  }
  if (!relative) return given;
  const value = given * meanEigenvalue();
  if (positive && !(value > 0)) throw new RangeError(`${where}: a relative damping needs a matrix of positive trace; the mean eigenvalue is ${meanEigenvalue()}`);
  return value;
}
