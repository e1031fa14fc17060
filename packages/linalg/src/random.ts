/** Seeded random vectors on the host. */
import { requireCount } from './checks.js';

/** A reproducible stream of random numbers. */
export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** −1 or 1. */
  rademacher(): number;
  /** A vector of n independent draws. */
  vector(n: number, distribution?: 'normal' | 'rademacher' | 'uniform'): Float64Array;
}

/** Spreads a 32-bit state (finalizer of MurmurHash3, as in splitmix32). */
function mix(state: number): number {
  let z = state | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

/** xoshiro128** (Blackman & Vigna 2021, arXiv:1805.01407): 32 random bits a call, period 2¹²⁸ − 1. */
function xoshiro(seed: number): () => number {
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  let [a, b, c, d] = [1, 2, 3, 4].map((k) => mix(low + Math.imul(k, 0x9e3779b9)) ^ mix(high + Math.imul(k, 0x7f4a7c15))) as [
    number,
    number,
    number,
    number,
  ];
  if ((a | b | c | d) === 0) d = 1;
  return () => {
    const rotated = Math.imul(b, 5);
    const result = Math.imul((rotated << 7) | (rotated >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/**
 * A stream from a seed; the same seed gives the same draws. Normal draws by Marsaglia's polar method, two at a time.
 * @throws RangeError unless the seed is a non-negative safe integer
 */
export function randomStream(seed: number): RandomStream {
  requireCount('randomStream', 'seed', seed, 0);
  const next = xoshiro(seed);
  let spare: number | null = null;
  const uniform = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const radius = Math.sqrt((-2 * Math.log(s)) / s);
      spare = v * radius;
      return u * radius;
    }
  };
  const rademacher = (): number => (next() >>> 31 === 1 ? 1 : -1);
  const draws = { uniform, normal, rademacher };
  const vector = (n: number, distribution: keyof typeof draws = 'normal'): Float64Array => {
    requireCount('randomStream.vector', 'n', n, 0);
    if (!Object.hasOwn(draws, distribution)) {
      throw new TypeError(`randomStream.vector: distribution must be normal, rademacher or uniform, got ${String(distribution)}`);
    }
    const draw = draws[distribution];
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = draw();
    return out;
  };
  return { uniform, normal, rademacher, vector };
}
