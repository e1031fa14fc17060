import type { UniformSource } from '../api.js';
import { requirePositive } from '../checks.js';
import { sampleNormal } from './normal.js';

/**
 * A draw of the gamma distribution with density ∝ x^{shape−1} e^{−x/scale}, by rejection from a cubed normal (Marsaglia & Tsang 2000); about 1.05 normal draws.
 * @throws RangeError unless shape and scale are positive
 */
export function sampleGamma(source: UniformSource, shape: number, scale = 1): number {
  requirePositive('sampleGamma', 'shape', shape);
  requirePositive('sampleGamma', 'scale', scale);
  return scale * (shape < 1 ? Math.exp(logSmallGamma(source, shape)) : cubed(source, shape));
}

/** Logarithm of a draw with shape < 1, by Γ(a) = Γ(a+1) U^{1/a}: the draw itself may underflow. */
export function logSmallGamma(source: UniformSource, shape: number): number {
  return Math.log(cubed(source, shape + 1)) + Math.log(1 - source.uniform()) / shape;
}

function cubed(source: UniformSource, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = sampleNormal(source);
    const root = 1 + c * z;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = 1 - source.uniform();
    const square = z * z;
    if (u < 1 - 0.0331 * square * square || Math.log(u) < 0.5 * square + d * (1 - v + Math.log(v))) return d * v;
  }
}
