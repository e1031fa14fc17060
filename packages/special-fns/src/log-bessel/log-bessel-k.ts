import type { Broadcast } from '../api.js';
import { broadcast2 } from '../vectorize.js';
import { logKHankel } from './hankel.js';
import { type LogBesselOptions, methodOf } from './options.js';
import { logKRothwell } from './rothwell.js';
import { expressionIndex } from './select-expression.js';
import { logKTrapezoid } from './trapezoid.js';
import { logKUniform } from './uniform.js';
import { isLarge, logKLarge } from './uniform-large.js';
import { uniformTerms } from './uniform-polynomials.js';

/** By the table of input ranges; even in v. */
export function logK(order: number, x: number): number {
  const v = Math.abs(order);
  if (isLarge(v, x)) return logKLarge(v, x);
  if (!(x > 0 && x < Infinity && v < Infinity)) return edge(v, x);
  switch (expressionIndex(v, x)) {
    case 0:
      return logKHankel(v, x, 3);
    case 1:
      return logKHankel(v, x, 20);
    case 6:
      return logKTrapezoid(v, x);
    default:
      return logKUniform(v, x, uniformTerms(v));
  }
}

function edge(v: number, x: number): number {
  if (!(x >= 0) || v !== v) return NaN;
  if (v === Infinity) return x === Infinity ? NaN : Infinity;
  return x === Infinity ? -Infinity : Infinity;
}

/**
 * log K_v(x), the logarithm of the modified Bessel function of the second kind, any real order (K is even in v), argument x ≥ 0; numbers, or arrays
 * that broadcast in the order (v, x), into `out` where given. Error at most 5e-14 relative to max(1, |log K|), median 2e-16 (`curv bench log-bessel`), for every input
 * whose logarithm is representable. Cost 0.1 to 0.4 µs an element, 2 to 5 µs where both v and x are small. After Plesner, Sørensen & Hauberg
 * (2024, arXiv:2409.08729), with the trapezoidal rule in place of Rothwell's integral; `method` forces one expression, with `terms` terms.
 *
 * x = 0 and v = ∞ give ∞; x = ∞ gives −∞; x < 0 or NaN gives NaN.
 * @throws RangeError when lengths differ or `terms` is out of range; TypeError for an unknown method
 */
export function logBesselK(v: number, x: number, options?: LogBesselOptions): number;
export function logBesselK(v: Broadcast, x: Broadcast, options?: LogBesselOptions): number | Float64Array;
export function logBesselK(v: Broadcast, x: Broadcast, options: LogBesselOptions = {}): number | Float64Array {
  return broadcast2('logBesselK', expression(options), v, x, options.out);
}

function expression(options: LogBesselOptions): (v: number, x: number) => number {
  const { method, terms } = methodOf('logBesselK', options, ['auto', 'mu', 'uniform', 'rothwell', 'trapezoid']);
  const guarded = (f: (v: number, x: number) => number) => (order: number, x: number) => {
    const v = Math.abs(order);
    return x > 0 && x < Infinity && v < Infinity ? f(v, x) : edge(v, x);
  };
  switch (method) {
    case 'mu':
      return guarded((v, x) => logKHankel(v, x, terms ?? 20));
    case 'uniform':
      return guarded((v, x) => logKUniform(v, x, terms ?? 13));
    case 'rothwell':
      return guarded(logKRothwell);
    case 'trapezoid':
      return guarded(logKTrapezoid);
    default:
      return logK;
  }
}
