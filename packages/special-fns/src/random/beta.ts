import type { UniformSource } from '../api.js';
import { requirePositive } from '../checks.js';
import { logSmallGamma, sampleGamma } from './gamma.js';

/**
 * A draw of the beta distribution with density ∝ x^{a−1} (1−x)^{b−1}, as X/(X+Y) of gamma draws; where both shapes are below 1, in logarithms, so that two
 * draws that underflow still have a quotient.
 * @throws RangeError unless a and b are positive
 */
export function sampleBeta(source: UniformSource, a: number, b: number): number {
  requirePositive('sampleBeta', 'a', a);
  requirePositive('sampleBeta', 'b', b);
  if (a < 1 && b < 1) return 1 / (1 + Math.exp(logSmallGamma(source, b) - logSmallGamma(source, a)));
  const x = sampleGamma(source, a);
  return x / (x + sampleGamma(source, b));
}
