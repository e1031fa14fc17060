import type { UniformSource } from '../api.js';
import { requireCount } from '../checks.js';

export interface HaltonOptions {
  /** Index of the first point; 0 by default, the origin. */
  readonly skip?: number;
  /** Shifts all points by one random vector modulo 1, which makes their mean an unbiased estimate. */
  readonly shift?: UniformSource;
}

const MAX_DIMENSION = 100;

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

/** Digits of `index` in base `base`, mirrored at the point. */
function radicalInverse(index: number, base: number): number {
  let value = 0;
  let scale = 1 / base;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base), scale /= base) value += (rest % base) * scale;
  return value;
}

/**
 * `count` points of the Halton sequence (1960) in [0, 1)^dimension, by rows: mirrored digits in the first prime bases. Neighbouring high dimensions are correlated: use Sobol
 * points beyond about 10.
 * @throws RangeError unless dimension is 1 to 100
 */
export function halton(count: number, dimension: number, { skip = 0, shift }: HaltonOptions = {}): Float64Array {
  requireCount('halton', 'count', count, 0);
  requireCount('halton', 'dimension', dimension);
  requireCount('halton', 'skip', skip, 0);
  if (dimension > MAX_DIMENSION) throw new RangeError(`halton: dimension must be at most ${MAX_DIMENSION}, got ${dimension}`);
  const bases = primes(dimension);
  const offset = bases.map(() => shift?.uniform() ?? 0);
  const out = new Float64Array(count * dimension);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < dimension; j++) out[i * dimension + j] = (radicalInverse(i + skip, bases[j]!) + offset[j]!) % 1;
  return out;
}
