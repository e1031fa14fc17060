/** Float64 vectors. */
import type { Vector } from './api.js';

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const norm = (a: Vector): number => Math.sqrt(dot(a, a));

export const largest = (a: Vector): number => a.reduce((m, x) => Math.max(m, Math.abs(x)), 0);

/** a + t b. */
export function plus(a: Vector, t: number, b: Vector): Vector {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i]! + t * b[i]!;
  return out;
}

/** a ← a + t b. */
export function add(a: Vector, t: number, b: Vector): void {
  for (let i = 0; i < a.length; i++) a[i]! += t * b[i]!;
}

export const minus = (a: Vector, b: Vector): Vector => plus(a, -1, b);

export const scaled = (t: number, a: Vector): Vector => a.map((x) => t * x);

/** ½ ‖a‖². */
export const halfSquare = (a: Vector): number => dot(a, a) / 2;
