/** Checks of arguments at public functions. `where` is the function's name, which starts the message. */
import type { Matrix } from '@curv/linalg';

/** Relative difference of total masses that is still taken as rounding. */
const SUM_TOLERANCE = 1e-9;

/** Masses of sources and targets. */
export interface Weights {
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** @throws RangeError unless finite and above 0 */
export function requirePositive(where: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${where}: ${name} must be a finite number above 0, got ${String(value)}`);
}

/** @throws RangeError unless finite and at least 0 */
export function requireNonNegative(where: string, name: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`${where}: ${name} must be a finite number of at least 0, got ${String(value)}`);
}

/** @throws RangeError unless an integer of at least `least` */
export function requireCount(where: string, name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${where}: ${name} must be an integer of at least ${least}, got ${String(value)}`);
}

/** A short name of what was passed. */
function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value);
  const name = value.constructor?.name ?? 'object';
  return ArrayBuffer.isView(value) || Array.isArray(value) ? `${name}(${(value as unknown as { length: number }).length})` : name;
}

/**
 * A matrix of at least one row and one column, all finite; of the given size where one is given.
 * @throws TypeError unless a matrix; RangeError on an empty one, another size, or an entry that is not finite, which it names
 */
export function requireMatrix(where: string, name: string, value: Matrix, rows?: number, columns?: number): void {
  const { rows: n, columns: m, data } = (value ?? {}) as Partial<Matrix>;
  if (typeof n !== 'number' || typeof m !== 'number' || !(data instanceof Float64Array))
    throw new TypeError(`${where}: ${name} must be a matrix { rows, columns, data: Float64Array }, got ${describe(value)}`);
  if (!(n >= 1 && m >= 1) || data.length !== n * m)
    throw new RangeError(`${where}: ${name} must have at least one row and one column and rows × columns elements, got ${n}×${m} with ${data.length}`);
  if ((rows !== undefined && n !== rows) || (columns !== undefined && m !== columns))
    throw new RangeError(`${where}: ${name} must be ${rows ?? 'n'}×${columns ?? 'm'}, got ${n}×${m}`);
  requireFinite(where, name, data, m);
}

/** @throws RangeError naming the first element that is not finite; with `columns` by row and column */
export function requireFinite(where: string, name: string, data: Float64Array, columns?: number): void {
  let probe = 0;
  for (let k = 0; k < data.length; k++) probe += data[k]! - data[k]!;
  if (probe === 0) return;
  const bad = data.findIndex((v) => !Number.isFinite(v));
  const place = columns === undefined ? `element ${bad}` : `row ${Math.floor(bad / columns)}, column ${bad % columns}`;
  throw new RangeError(`${where}: ${name} must be finite, got ${data[bad]!} at ${place}`);
}

/**
 * Masses as a float64 copy; uniform 1/n where none are given.
 * @throws TypeError unless a list of numbers; RangeError unless of length n, finite, not negative, of positive sum
 */
export function requireWeights(where: string, name: string, value: ArrayLike<number> | undefined, n: number): Float64Array {
  if (value === undefined) return new Float64Array(n).fill(1 / n);
  if (typeof (value as { length?: unknown } | null)?.length !== 'number' || typeof value === 'string')
    throw new TypeError(`${where}: ${name} must be a list of ${n} masses, got ${describe(value)}`);
  if (value.length === 0) throw new RangeError(`${where}: ${name} must not be empty`);
  if (value.length !== n) throw new RangeError(`${where}: ${name} must have ${n} elements, got ${value.length}`);
  const weights = Float64Array.from(value);
  requireFinite(where, name, weights);
  const bad = weights.findIndex((w) => w < 0);
  if (bad >= 0) throw new RangeError(`${where}: ${name} must not be negative, got ${weights[bad]!} at element ${bad}`);
  if (!(sum(weights) > 0)) throw new RangeError(`${where}: ${name} must have a positive sum, all its elements are 0`);
  return weights;
}

/**
 * Masses of both sides with one total.
 * @param normalise scales both to sum 1
 * @throws as `requireWeights`; RangeError where the totals differ by more than 1e-9 relative, naming both
 */
export function requireBalancedWeights(
  where: string, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, n: number, m: number, normalise = false,
): Weights {
  const weights = { a: requireWeights(where, 'a', a, n), b: requireWeights(where, 'b', b, m) };
  const [total, other] = [sum(weights.a), sum(weights.b)];
  if (normalise) {
    weights.a.forEach((w, i) => (weights.a[i] = w / total));
    weights.b.forEach((w, j) => (weights.b[j] = w / other));
  } else if (Math.abs(total - other) > SUM_TOLERANCE * Math.max(total, other)) {
    throw new RangeError(`${where}: a and b must have one sum, got ${total} and ${other}; scale them, or pass normalise: true to have both scaled to 1`);
  }
  return weights;
}

/** Plain sum. */
export function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}
