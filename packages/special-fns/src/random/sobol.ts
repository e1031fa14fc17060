import type { UniformSource } from '../api.js';
import { requireCount } from '../checks.js';
import { SOBOL_DIRECTIONS } from './generated.js';

export interface SobolOptions {
  /** Index of the first point; 0 by default, the origin. A power of two of points from 0 on is balanced. */
  readonly skip?: number;
  /** Flips the same random bits of all points of an axis (digital shift), which keeps the structure and makes the mean of n points an unbiased estimate. */
  readonly shift?: UniformSource;
}

const BITS = 32;
const MAX_DIMENSION = SOBOL_DIRECTIONS.length + 1;

/** Direction numbers of one axis as 32-bit fractions. Axis 0 is van der Corput's sequence. */
function directions(axis: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (axis === 0) {
    for (let k = 0; k < BITS; k++) v[k] = 2 ** (BITS - 1 - k);
    return v;
  }
  const [polynomial, ...initial] = SOBOL_DIRECTIONS[axis - 1]! as [number, ...number[]];
  const degree = initial.length;
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      v[k] = initial[k]! * 2 ** (BITS - 1 - k);
      continue;
    }
    // Bratley & Fox 1988, eq. 2; bit d−i of the primitive polynomial is its coefficient a_i.
    let value = v[k - degree]! ^ (v[k - degree]! >>> degree);
    for (let i = 1; i < degree; i++) if ((polynomial >>> (degree - i)) & 1) value ^= v[k - i]!;
    v[k] = value;
  }
  return v;
}

/**
 * `count` points of Sobol's sequence (1967) in [0, 1)^dimension, by rows, in Gray-code order (Antonov & Saleev 1979) with the direction numbers of Joe & Kuo (2008), as SciPy has them.
 * Cost one exclusive or a number.
 * @throws RangeError unless dimension is 1 to 128, or beyond 2³² points
 */
export function sobol(count: number, dimension: number, { skip = 0, shift }: SobolOptions = {}): Float64Array {
  requireCount('sobol', 'count', count, 0);
  requireCount('sobol', 'dimension', dimension);
  requireCount('sobol', 'skip', skip, 0);
  if (dimension > MAX_DIMENSION) throw new RangeError(`sobol: dimension must be at most ${MAX_DIMENSION}, got ${dimension}`);
  if (skip + count > 2 ** BITS) throw new RangeError(`sobol: skip + count must be at most 2^32, got ${skip + count}`);
  const out = new Float64Array(count * dimension);
  for (let j = 0; j < dimension; j++) {
    const v = directions(j);
    const gray = (skip ^ (skip >>> 1)) >>> 0;
    let state = shift === undefined ? 0 : Math.floor(shift.uniform() * 2 ** BITS) >>> 0;
    for (let k = 0; k < BITS; k++) if ((gray >>> k) & 1) state ^= v[k]!;
    for (let i = 0; i < count; i++) {
      out[i * dimension + j] = (state >>> 0) / 2 ** BITS;
      // The bit that the Gray code of the next index flips: its lowest set bit.
      state ^= v[31 - Math.clz32((i + skip + 1) & -(i + skip + 1))]!;
    }
  }
  return out;
}
