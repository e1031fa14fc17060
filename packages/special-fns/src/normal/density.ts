import { expMinusHalfSquare } from '../erf/exp-square.js';

const ROOT_2PI = 2.5066282746310002;
const HALF_LN_2PI = 0.9189385332046728;

/** Standard normal density e^{−x²/2}/√2π. */
export function normalPdf(x: number): number {
  return x !== x ? NaN : Math.abs(x) > 39 ? 0 : expMinusHalfSquare(x) / ROOT_2PI;
}

/** Logarithm of the standard normal density. */
export function normalLogPdf(x: number): number {
  return -0.5 * x * x - HALF_LN_2PI;
}
