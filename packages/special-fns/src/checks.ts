/** Checks of arguments at public functions. `where` is the function's name, which starts the message. */

/** @throws RangeError unless an integer of at least `least` */
export function requireCount(where: string, name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${where}: ${name} must be an integer of at least ${least}, got ${String(value)}`);
}

/** @throws RangeError unless a finite number greater than 0 */
export function requirePositive(where: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${where}: ${name} must be a finite number greater than 0, got ${String(value)}`);
}

/** @throws TypeError unless one of the choices */
export function requireChoice(where: string, name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) throw new TypeError(`${where}: ${name} must be ${choices.join(', ')}, got ${String(value)}`);
}

/** @throws TypeError unless a Float64Array; RangeError unless of length n */
export function requireVector(where: string, name: string, value: Float64Array, n?: number): void {
  if (!(value instanceof Float64Array)) throw new TypeError(`${where}: ${name} must be a Float64Array, got ${Array.isArray(value) ? 'an array' : String(value)}`);
  if (n !== undefined && value.length !== n) throw new RangeError(`${where}: ${name} must have ${n} elements, got ${value.length}`);
}
