/** Checks of arguments at public functions. `where` is the function's name, which starts the message. */
import type { LinearOperator, Matrix } from './api.js';

/** @throws RangeError unless an integer of at least `least` */
export function requireCount(where: string, name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${where}: ${name} must be an integer of at least ${least}, got ${String(value)}`);
}

/** @throws RangeError unless a finite number of at least 0 */
export function requireTolerance(where: string, name: string, value: number): void {
  if (!(value >= 0 && value < Infinity))
    throw new RangeError(`${where}: ${name} must be a finite number of at least 0, got ${String(value)}`);
}

/** Index of the first NaN or infinity, or −1. */
export function firstNonFinite(v: Float64Array): number {
  let probe = 0;
  for (let i = 0; i < v.length; i++) {
    const x = v[i]!;
    probe += x - x;
  }
  return probe === 0 ? -1 : v.findIndex((x) => !Number.isFinite(x));
}

/** @throws TypeError unless a Float64Array; RangeError unless of length n and finite */
export function requireVector(where: string, name: string, value: Float64Array, n: number): void {
  if (!(value instanceof Float64Array)) throw new TypeError(`${where}: ${name} must be a Float64Array, got ${describe(value)}`);
  if (value.length !== n) throw new RangeError(`${where}: ${name} must have ${n} elements, got ${value.length}`);
  const bad = firstNonFinite(value);
  if (bad >= 0) throw new RangeError(`${where}: ${name} must be finite, got ${value[bad]!} at element ${bad}`);
}

/** @throws TypeError unless a matrix; RangeError unless finite */
export function requireMatrix(where: string, name: string, value: Matrix): void {
  const { rows, columns, data } = (value ?? {}) as Partial<Matrix>;
  if (typeof rows !== 'number' || typeof columns !== 'number' || !(data instanceof Float64Array)) {
    throw new TypeError(`${where}: ${name} must be a matrix { rows, columns, data: Float64Array }, got ${describe(value)}`);
  }
  requireCount(where, `${name}.rows`, rows, 0);
  requireCount(where, `${name}.columns`, columns, 0);
  if (data.length !== rows * columns)
    throw new RangeError(`${where}: ${name}.data must have ${rows}×${columns} elements, got ${data.length}`);
  const bad = firstNonFinite(data);
  if (bad >= 0)
    throw new RangeError(
      `${where}: ${name} must be finite, got ${data[bad]!} in row ${Math.floor(bad / columns)}, column ${bad % columns}`,
    );
}

/** @throws as `requireMatrix`; RangeError unless square. @returns the order n */
export function requireSquareMatrix(where: string, name: string, value: Matrix): number {
  requireMatrix(where, name, value);
  if (value.rows !== value.columns) throw new RangeError(`${where}: ${name} must be square, got ${value.rows}×${value.columns}`);
  return value.rows;
}

/** @throws TypeError unless an operator. */
export function requireOperator(where: string, name: string, operator: LinearOperator): void {
  const { shape, apply, dtype } = (operator ?? {}) as Partial<LinearOperator>;
  if (!Array.isArray(shape) || shape.length !== 2 || typeof apply !== 'function') {
    throw new TypeError(`${where}: ${name} must be a linear operator { shape: [rows, columns], dtype, apply }, got ${describe(operator)}`);
  }
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new TypeError(`${where}: ${name}.dtype must be float32 or float64, got ${String(dtype)}`);
  requireCount(where, `${name}.shape[0]`, shape[0] as number, 0);
  requireCount(where, `${name}.shape[1]`, shape[1] as number, 0);
}

/** @throws TypeError unless an operator; RangeError unless square. @returns the order n */
export function requireSquare(where: string, name: string, operator: LinearOperator): number {
  requireOperator(where, name, operator);
  const [rows, columns] = operator.shape;
  if (rows !== columns) throw new RangeError(`${where}: ${name} must be square, got shape [${rows}, ${columns}]`);
  return rows;
}

/** @throws TypeError unless an operator; RangeError unless square; TypeError where it is declared not symmetric. @returns the order n */
export function requireSymmetric(where: string, name: string, operator: LinearOperator): number {
  const rows = requireSquare(where, name, operator);
  if (operator.structure?.symmetric === false)
    throw new TypeError(`${where}: ${name} must be symmetric, but its structure declares symmetric: false`);
  return rows;
}

/** A short name of what was passed. */
export function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? 'a function' : String(value);
  const name = value.constructor?.name ?? 'object';
  return ArrayBuffer.isView(value) || Array.isArray(value) ? `${name}(${(value as unknown as { length: number }).length})` : name;
}
