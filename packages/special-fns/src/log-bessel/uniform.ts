/** Uniform expansion for large order (Debye; DLMF 10.41.3 and 10.41.4; spec name U_K). */
import { U, uniformSum } from './uniform-polynomials.js';

const ROOT_2PI = 2.5066282746310002;
const ROOT_HALF_PI = 1.2533141373155003;

/** The zero z₀ of η, in parts of 24, 24 and 53 bits, and the Taylor coefficients of η there. */
const ZERO_HIGH = 0.6627433896064758;
const ZERO_MIDDLE = 2.97427060758082e-8;
const ZERO_LOW = -3.249115835970457e-16;
const ZERO_REACH = 0.04;
const ETA: readonly number[] = [
  1.8101705806989772, -0.948886416256837, 1.1001528948506503, -1.2953006779860539, 1.5715455665619724, -1.9710295801345066, 2.5442226725502084,
  -3.3574176889619283, 4.503639745039154, -6.116916154170854, 8.391114712091305, -11.606012767320623, 16.16472543589419, -22.648266391101256,
  31.895268490233818, -45.1183158825841,
];

/** Whether z = x/v is so near the zero of η that the rounding of z alone would leave an error of v ε in a logarithm that may be near zero. */
export const nearZero = (v: number, x: number): boolean => Math.abs(x - ZERO_HIGH * v) < ZERO_REACH * v;

/** v η(x/v) there, for v < 1e30: x − z₀ v is formed without rounding error and η is expanded about z₀. */
export function exponentNearZero(v: number, x: number): number {
  const high = Math.fround(v);
  const low = v - high;
  const offset = x - ZERO_HIGH * high - ZERO_HIGH * low - ZERO_MIDDLE * high - (ZERO_MIDDLE * low + ZERO_LOW * v);
  const d = offset / v;
  let sum = ETA[15]!;
  for (let k = 14; k >= 0; k--) sum = sum * d + ETA[k]!;
  return offset * sum;
}

/** v η(z), η = r + ln(z/(1+r)), z = x/v, r = √(1+z²). */
function exponent(v: number, x: number, z: number, r: number): number {
  if (nearZero(v, x) && v < 1e30) return exponentNearZero(v, x);
  // z/(1+r) underflows only for x/v below the smallest normal number, where 1 + r = 2.
  const log = z > 1e-290 ? Math.log(z / (1 + r)) : Math.log(x) - Math.log(v) - Math.LN2;
  return v * (r + log);
}

export function logIUniform(v: number, x: number, terms: number): number {
  const z = x / v;
  const r = Math.sqrt(1 + z * z);
  const t = 1 / r;
  const sum = uniformSum(U, t / v, t * t, terms);
  return exponent(v, x, z, r) + Math.log(Math.abs(sum) / (ROOT_2PI * Math.sqrt(v * r)));
}

export function logKUniform(v: number, x: number, terms: number): number {
  const z = x / v;
  const r = Math.sqrt(1 + z * z);
  const t = 1 / r;
  const sum = uniformSum(U, -t / v, t * t, terms);
  return Math.log((Math.abs(sum) * ROOT_HALF_PI) / Math.sqrt(v * r)) - exponent(v, x, z, r);
}
