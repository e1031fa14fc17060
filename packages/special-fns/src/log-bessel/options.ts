/** Options of the logarithms of Bessel functions. */
import { requireChoice, requireCount } from '../checks.js';
import { MAX_HANKEL_TERMS } from './hankel.js';
import { MAX_UNIFORM_TERMS } from './uniform-polynomials.js';

/**
 * `mu`: Hankel's expansion, x large. `uniform`: Debye's, v large. `series` and `series-log`: power series, for I. `trapezoid` and `rothwell`:
 * integrals, for K. `auto`: by the table of input ranges.
 */
export type LogBesselMethod = 'auto' | 'mu' | 'uniform' | 'series' | 'series-log' | 'rothwell' | 'trapezoid';

export interface LogBesselOptions {
  /** Where results of array arguments go. */
  readonly out?: Float64Array;
  /** Forces one expression, whatever its error; `auto` by default. */
  readonly method?: LogBesselMethod;
  /** Terms of the expansions `mu` (at most 200; 20 by default) and `uniform` (at most 20; 13 by default). */
  readonly terms?: number;
}

export function methodOf(where: string, { method = 'auto', terms }: LogBesselOptions, methods: readonly LogBesselMethod[]): { method: LogBesselMethod; terms: number | undefined } {
  requireChoice(where, 'method', method, methods);
  if (terms === undefined) return { method, terms };
  if (method !== 'mu' && method !== 'uniform') throw new TypeError(`${where}: terms goes with the methods mu and uniform, got ${String(terms)} with ${method}`);
  requireCount(where, 'terms', terms, 0);
  const most = method === 'mu' ? MAX_HANKEL_TERMS : MAX_UNIFORM_TERMS;
  if (terms > most) throw new RangeError(`${where}: terms must be at most ${most} for ${method}, got ${terms}`);
  return { method, terms };
}
