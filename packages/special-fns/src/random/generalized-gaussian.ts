import type { UniformSource } from '../api.js';
import { requirePositive } from '../checks.js';
import { sampleGamma } from './gamma.js';

/**
 * A draw of the generalized Gaussian (exponential power) distribution with density ∝ exp(−|x/scale|^shape): |x/scale|^shape is a gamma draw with shape
 * 1/shape (Nardon & Pianca 2009). Shape 2 is a normal with variance scale²/2, shape 1 a Laplace distribution.
 * @throws RangeError unless shape and scale are positive
 */
export function sampleGeneralizedGaussian(source: UniformSource, shape: number, scale = 1): number {
  requirePositive('sampleGeneralizedGaussian', 'shape', shape);
  requirePositive('sampleGeneralizedGaussian', 'scale', scale);
  const sign = source.uniform() < 0.5 ? -1 : 1;
  return sign * scale * Math.pow(sampleGamma(source, 1 / shape), 1 / shape);
}
