import type { UniformSource } from '../api.js';
import { requireCount } from '../checks.js';

/**
 * `count` points in [0, 1)^dimension, by rows, one in each of `count` equal slices of every axis, in random order and at random places within (McKay, Beckman & Conover 1979).
 * @throws RangeError unless count and dimension are positive integers
 */
export function latinHypercube(count: number, dimension: number, source: UniformSource): Float64Array {
  requireCount('latinHypercube', 'count', count);
  requireCount('latinHypercube', 'dimension', dimension);
  const out = new Float64Array(count * dimension);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let j = 0; j < dimension; j++) {
    for (let i = count - 1; i > 0; i--) {
      const k = Math.floor(source.uniform() * (i + 1));
      [order[i], order[k]] = [order[k]!, order[i]!];
    }
    for (let i = 0; i < count; i++) out[i * dimension + j] = (order[i]! + source.uniform()) / count;
  }
  return out;
}
