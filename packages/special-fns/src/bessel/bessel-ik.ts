/** Modified Bessel functions. */
import { sinPi } from '../gamma/sin-pi.js';
import { logI } from '../log-bessel/log-bessel-i.js';
import { logK } from '../log-bessel/log-bessel-k.js';
import { leadingTerm } from './series.js';

/** I_v for v ≥ 0, x > 0: the power series where it is short, the logarithm elsewhere, whose exponential adds an error of ε |log I|. */
function firstKind(v: number, x: number): number {
  if (x * x > 4 * (v + 1) && x > 12) return Math.exp(logI(v, x));
  const q = 0.25 * x * x;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 500; k++) {
    term *= q / (k * (k + v));
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return leadingTerm(v, x) * sum;
}

/**
 * I_v(x), real order, x ≥ 0 (x < 0 for integer orders); relative error 1e-13. Overflows to ∞ near x = 714: see `logBesselI`. Negative orders by reflection (DLMF 10.27.2). I_0(0) = 1.
 */
export function besselI(v: number, x: number): number {
  if (v !== v || x !== x || !Number.isFinite(v)) return NaN;
  if (x < 0) return Number.isInteger(v) ? (v % 2 === 0 ? 1 : -1) * besselI(v, -x) : NaN;
  const order = Math.abs(v);
  const fractional = v < 0 && !Number.isInteger(v);
  if (x === 0) return fractional ? sinPi(order) * Infinity : v === 0 ? 1 : 0;
  if (x === Infinity) return Infinity;
  const value = firstKind(order, x);
  return fractional ? value + (2 / Math.PI) * sinPi(order) * besselK(order, x) : value;
}

/** K_v(x), any real order, x ≥ 0; relative error 1e-13. ∞ at 0, 0 at ∞, NaN for x < 0. Overflows and underflows where `logBesselK` does not. */
export function besselK(v: number, x: number): number {
  if (!(x >= 0) || v !== v) return NaN;
  return Math.exp(logK(v, x));
}
