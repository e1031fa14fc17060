import type { Broadcast } from '../api.js';
import { broadcast2 } from '../vectorize.js';
import { logIHankel } from './hankel.js';
import { type LogBesselOptions, methodOf } from './options.js';
import { expressionIndex } from './select-expression.js';
import { logISeries, logISeriesLog } from './series.js';
import { logIUniform } from './uniform.js';
import { isLarge, logILarge } from './uniform-large.js';
import { uniformTerms } from './uniform-polynomials.js';

/** By the table of input ranges; v ≥ 0. */
export function logI(v: number, x: number): number {
  if (isLarge(v, x)) return logILarge(v, x);
  if (!(x > 0 && x < Infinity && v < Infinity)) return edge(v, x);
  switch (expressionIndex(v, x)) {
    case 0:
      return logIHankel(v, x, 3);
    case 1:
      return logIHankel(v, x, 20);
    case 6:
      return logISeries(v, x);
    default:
      return logIUniform(v, x, uniformTerms(v));
  }
}

/** Where the logarithm is not that of a finite positive number. */
function edge(v: number, x: number): number {
  if (!(x >= 0) || v !== v) return NaN;
  if (v === Infinity) return x === Infinity ? NaN : -Infinity;
  if (x === Infinity) return Infinity;
  return v === 0 ? 0 : -Infinity;
}

/**
 * log I_v(x), the logarithm of the modified Bessel function of the first kind, order v ≥ 0, argument x ≥ 0; numbers, or arrays that broadcast in
 * the order (v, x), into `out` where given. Error at most 5e-14 relative to max(1, |log I|), median 2e-16 (`curv bench log-bessel`), for every
 * input whose logarithm is representable. Cost 0.1 to 0.6 µs an element. After Plesner, Sørensen & Hauberg (2024, arXiv:2409.08729); `method`
 * forces one of its expressions, with `terms` terms.
 *
 * x = 0 gives 0 for v = 0 and −∞ otherwise; x = ∞ gives ∞; v = ∞ gives −∞; x < 0 or NaN gives NaN.
 * @throws RangeError when v < 0, lengths differ or `terms` is out of range; TypeError for an unknown method
 */
export function logBesselI(v: number, x: number, options?: LogBesselOptions): number;
export function logBesselI(v: Broadcast, x: Broadcast, options?: LogBesselOptions): number | Float64Array;
export function logBesselI(v: Broadcast, x: Broadcast, options: LogBesselOptions = {}): number | Float64Array {
  requireOrder(v);
  return broadcast2('logBesselI', expression(options), v, x, options.out);
}

function requireOrder(v: Broadcast): void {
  const orders = typeof v === 'number' ? [v] : v;
  for (let i = 0; i < orders.length; i++) if (orders[i]! < 0) throw new RangeError(`logBesselI: v must be at least 0, got ${String(orders[i])}`);
}

function expression(options: LogBesselOptions): (v: number, x: number) => number {
  const { method, terms } = methodOf('logBesselI', options, ['auto', 'mu', 'uniform', 'series', 'series-log']);
  const guarded = (f: (v: number, x: number) => number) => (v: number, x: number) => (x > 0 && x < Infinity && v < Infinity ? f(v, x) : edge(v, x));
  switch (method) {
    case 'mu':
      return guarded((v, x) => logIHankel(v, x, terms ?? 20));
    case 'uniform':
      return guarded((v, x) => logIUniform(v, x, terms ?? 13));
    case 'series':
      return guarded(logISeries);
    case 'series-log':
      return guarded(logISeriesLog);
    default:
      return logI;
  }
}
