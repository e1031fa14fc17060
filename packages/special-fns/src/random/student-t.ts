import type { UniformSource } from '../api.js';
import { requirePositive } from '../checks.js';
import { sampleGamma } from './gamma.js';
import { sampleNormal } from './normal.js';

/**
 * A draw of Student's t distribution: a normal draw over the root of an independent χ²/ν.
 * @throws RangeError unless the degrees of freedom are positive
 */
export function sampleStudentT(source: UniformSource, degreesOfFreedom: number): number {
  requirePositive('sampleStudentT', 'degreesOfFreedom', degreesOfFreedom);
  return sampleNormal(source) / Math.sqrt((2 / degreesOfFreedom) * sampleGamma(source, degreesOfFreedom / 2));
}
