import { inverseErfc } from '../erf/inverse-erf.js';

/** The x with Φ(x) = p, 0 ≤ p ≤ 1: −√2 erfc⁻¹(2p). −∞ at 0, ∞ at 1, NaN beyond. */
export function normalQuantile(p: number): number {
  return p === 0.5 ? 0 : -Math.SQRT2 * inverseErfc(2 * p);
}
