/** Seeded random numbers on the host. Graphs are pure: randomness enters them as an argument. */
import type { DType, Shape } from './api.js';
import { allocate } from './execute.js';
import { isFloat } from './primitive.js';
import { Tensor } from './tensor.js';

/** A reproducible stream of random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** What the stream was started from. */
  readonly seed: number;
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** −1 or 1. */
  rademacher(): number;
  /** Uniform in {0, …, n − 1}. */
  integer(n: number): number;
  /** A random order of 0, …, n − 1. */
  permutation(n: number): Int32Array;
  /** An independent stream for a named purpose; does not advance this one. */
  fork(label: string): Random;
  /** A tensor of independent draws. */
  tensor(distribution: 'uniform' | 'normal' | 'rademacher', shape: Shape, dtype?: DType): Tensor;
}

/** Spreads a 32-bit state (splitmix32, after Steele, Lea & Flood 2014). */
function mix(state: number): number {
  let z = state | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}

function hash(text: string, start: number): number {
  let h = start;
  for (let i = 0; i < text.length; i++) h = mix(h ^ text.charCodeAt(i)) + 0x9e3779b9;
  return mix(h);
}

/**
 * A stream from a seed: xoshiro128** (Blackman & Vigna 2021, arXiv:1805.01407), period 2¹²⁸ − 1.
 * @throws RangeError unless the seed is a non-negative safe integer
 */
export function random(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`random: seed must be a non-negative integer, got ${seed}`);
  return stream(seed, seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0);
}

function stream(seed: number, low: number, high: number): Random {
  let [a, b, c, d] = [1, 2, 3, 4].map((k) => mix(low + Math.imul(k, 0x9e3779b9)) ^ mix(high + Math.imul(k, 0x7f4a7c15))) as [number, number, number, number];
  if ((a | b | c | d) === 0) d = 1;
  let spare: number | null = null;

  const next = (): number => {
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
  const uniform = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992;
  const normal = (): number => {
    // Marsaglia's polar method makes two at a time.
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
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      spare = v * scale;
      return u * scale;
    }
  };
  const integer = (n: number): number => {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`integer: n must be a positive integer, got ${n}`);
    return Math.floor(uniform() * n);
  };
  const permutation = (n: number): Int32Array => {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  };
  const rademacher = (): number => (next() >>> 31 === 1 ? 1 : -1);
  const draws = { uniform, normal, rademacher };
  const tensor = (distribution: keyof typeof draws, shape: Shape, dtype: DType = 'float32'): Tensor => {
    if (!(distribution in draws)) throw new TypeError(`random.tensor: distribution must be uniform, normal or rademacher, got ${String(distribution)}`);
    if (!isFloat(dtype)) throw new TypeError(`random.tensor: dtype must be float32 or float64, got ${dtype}`);
    const data = allocate({ shape, dtype });
    for (let i = 0; i < data.length; i++) data[i] = draws[distribution]();
    return Tensor.fromHost(data, { shape: [...shape], dtype });
  };
  const fork = (label: string): Random => stream(seed, hash(label, low), hash(label, high ^ 0x5bd1e995));
  return { seed, uniform, normal, rademacher, integer, permutation, fork, tensor };
}
