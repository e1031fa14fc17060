import { describe, expect, it } from 'vitest';
import { randomStream } from '../src/index.js';

describe('randomStream', () => {
  it('gives the same draws for the same seed on every machine', () => {
    // from a Python program of the published xoshiro128**
    const stream = randomStream(42);
    expect([stream.uniform(), stream.uniform()]).toEqual([0.6891127529816895, 0.7180490331586917]);
    expect(Array.from(randomStream(42).vector(8, 'rademacher'))).toEqual([1, -1, 1, 1, -1, 1, 1, 1]);
    expect(randomStream(7).vector(5)).toEqual(randomStream(7).vector(5));
  });

  it('gives different draws for different seeds, also beyond 32 bits', () => {
    const firsts = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].map((seed) => randomStream(seed).uniform());
    expect(new Set(firsts).size).toBe(6);
  });

  it('has the moments of its distributions', () => {
    const n = 100_000;
    const moments = (v: Float64Array): [number, number, number] => {
      const mean = (p: number): number => v.reduce((s, x) => s + x ** p, 0) / n;
      return [mean(1), mean(2), mean(4)];
    };
    const [m1, m2, m4] = moments(randomStream(3).vector(n));
    // five standard errors of the mean, 1/√n, of the variance, √(2/n), and of the fourth moment, √(96/n)
    expect(Math.abs(m1)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(m2 - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(m4 - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    const signs = randomStream(3).vector(n, 'rademacher');
    expect(signs.every((x) => x === 1 || x === -1)).toBe(true);
    expect(Math.abs(moments(signs)[0])).toBeLessThan(5 / Math.sqrt(n));
    const flat = randomStream(3).vector(n, 'uniform');
    expect(Math.min(...flat.slice(0, 1000))).toBeGreaterThanOrEqual(0);
    expect(Math.abs(moments(flat)[0] - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  });

  it('refuses bad seeds, sizes and distributions', () => {
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) expect(() => randomStream(seed)).toThrow(RangeError);
    expect(() => randomStream(0).vector(-1)).toThrow(/randomStream.vector: n must be an integer of at least 0, got -1/);
    expect(() => randomStream(0).vector(1, 'cauchy' as never)).toThrow(TypeError);
  });
});
