/** Checks of points on a sphere. */
import { requireCount, requireVector } from '../checks.js';

const UNIT_TOLERANCE = 1e-6;

/** @throws TypeError, RangeError unless n rows of p components, each of length 1 to 1e-6. @returns n */
export function requireUnitRows(where: string, samples: Float64Array, p: number, least = 1): number {
  requireCount(where, 'p', p, 2);
  requireVector(where, 'samples', samples);
  const n = samples.length / p;
  if (!Number.isInteger(n) || n < least) throw new RangeError(`${where}: samples must hold at least ${least} rows of ${p} components, got ${samples.length} numbers`);
  for (let i = 0; i < n; i++) {
    let square = 0;
    for (let j = i * p; j < (i + 1) * p; j++) square += samples[j]! * samples[j]!;
    if (!(Math.abs(Math.sqrt(square) - 1) <= UNIT_TOLERANCE)) throw new RangeError(`${where}: rows of samples must have length 1, got ${Math.sqrt(square)} in row ${i}`);
  }
  return n;
}

/** Σ wᵢ yᵢ / Σ wᵢ as direction μ and length R̄; a mean of length 0 has the first axis for its direction. Weights are 1 where null. */
export function meanDirection(samples: Float64Array, p: number, weights: ArrayLike<number> | null): { mu: Float64Array; length: number } {
  const mu = new Float64Array(p);
  const n = samples.length / p;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const w = weights === null ? 1 : weights[i]!;
    total += w;
    for (let j = 0; j < p; j++) mu[j]! += w * samples[i * p + j]!;
  }
  let square = 0;
  for (let j = 0; j < p; j++) square += mu[j]! * mu[j]!;
  const norm = Math.sqrt(square);
  if (norm === 0) mu[0] = 1;
  else for (let j = 0; j < p; j++) mu[j]! /= norm;
  return { mu, length: total === 0 ? 0 : norm / total };
}

/** μᵀyᵢ of every row, into out. */
export function cosines(samples: Float64Array, mu: Float64Array, out: Float64Array): void {
  const p = mu.length;
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0, at = i * p; j < p; j++, at++) sum += samples[at]! * mu[j]!;
    out[i] = sum;
  }
}
