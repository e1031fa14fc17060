/** Functions of numbers as functions of arrays. */
import type { Broadcast } from './api.js';

/** The common length of arguments that are numbers or arrays; null when all are numbers. @throws RangeError when two lengths differ */
function commonLength(where: string, args: readonly Broadcast[]): number | null {
  let length: number | null = null;
  for (const arg of args) {
    if (typeof arg === 'number') continue;
    if (typeof arg !== 'object' || typeof arg?.length !== 'number') throw new TypeError(`${where}: expected numbers or arrays, got ${String(arg)}`);
    if (length !== null && arg.length !== length) throw new RangeError(`${where}: arrays must have one length, got ${length} and ${arg.length}`);
    length = arg.length;
  }
  return length;
}

/** The array to write into. @throws TypeError or RangeError when the caller's does not fit */
function target(where: string, length: number, out: Float64Array | undefined): Float64Array {
  if (out === undefined) return new Float64Array(length);
  if (!(out instanceof Float64Array)) throw new TypeError(`${where}: out must be a Float64Array, got ${String(out)}`);
  if (out.length !== length) throw new RangeError(`${where}: out must have ${length} elements, got ${out.length}`);
  return out;
}

/**
 * f(a, b) for numbers, or element by element into `out`, allocating nothing for an element.
 * @throws RangeError when lengths differ
 */
export function broadcast2(where: string, f: (a: number, b: number) => number, a: Broadcast, b: Broadcast, out?: Float64Array): number | Float64Array {
  const length = commonLength(where, [a, b]);
  if (length === null) return f(a as number, b as number);
  const result = target(where, length, out);
  if (typeof a === 'number') for (let i = 0; i < length; i++) result[i] = f(a, (b as ArrayLike<number>)[i]!);
  else if (typeof b === 'number') for (let i = 0; i < length; i++) result[i] = f(a[i]!, b);
  else for (let i = 0; i < length; i++) result[i] = f(a[i]!, b[i]!);
  return result;
}

/**
 * f of every element of the array, into `out` where given: `map(erf, x, out)`. The array may be `out` itself.
 * @throws RangeError when `out` has another length
 */
export function map(f: (x: number) => number, x: ArrayLike<number>, out?: Float64Array): Float64Array {
  const result = target('map', x.length, out);
  for (let i = 0; i < x.length; i++) result[i] = f(x[i]!);
  return result;
}
