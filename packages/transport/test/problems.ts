/** Problems of the tests. */
import type { Matrix } from '@curv/linalg';

export function mulberry32(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Independent costs in [0, 1). */
export const randomCost = (n: number, m: number, seed: number): Matrix => ({ rows: n, columns: m, data: Float64Array.from({ length: n * m }, mulberry32(seed)) });

/** Masses of sum 1. */
export function randomWeights(n: number, seed: number): Float64Array {
  const weights = Float64Array.from({ length: n }, mulberry32(seed)).map((w) => w + 0.1);
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

export const randomPoints = (n: number, d: number, seed: number): Matrix => randomCost(n, d, seed);

export const SMALL: { readonly cost: Matrix; readonly a: Float64Array; readonly b: Float64Array } = {
  cost: { rows: 3, columns: 4, data: Float64Array.of(0, 0.5, 1, 0.25, 0.75, 0.125, 0.375, 1, 0.5, 1, 0, 0.625) },
  a: Float64Array.of(0.5, 0.3, 0.2),
  b: Float64Array.of(0.1, 0.2, 0.3, 0.4),
};

export function worst(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < expected.length; k++) most = Math.max(most, Math.abs(found[k]! - expected[k]!));
  return most;
}
