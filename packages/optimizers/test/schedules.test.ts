import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { constant, cosine, exponential, inverseSquareRoot, oneCycle, piecewise, warmUp } from '../src/index.js';
import { distance } from './helpers.js';

const first = (n: number, f: (step: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i + 1));

describe('schedules', () => {
  it('constant', () => expect(first(3, constant(0.1))).toEqual([0.1, 0.1, 0.1]));
  it('cosine: ends, middle, and after', () => expect(distance([1, 6, 11, 40].map(cosine(2, 11, 0.1)), [2, 1.1, 0.2, 0.2])).toBeLessThan(1e-15));
  it('warm-up rises to where the next begins', () => expect(distance(first(6, warmUp(4, cosine(1, 2))), [0.25, 0.5, 0.75, 1, 1, 0])).toBeLessThan(1e-15));
  it('exponential', () => {
    expect(distance(first(3, exponential(1, 0.25, { every: 2 })), [1, 0.5, 0.25])).toBeLessThan(1e-15);
    expect(first(4, exponential(1, 0.25, { every: 2, staircase: true }))).toEqual([1, 1, 0.25, 0.25]);
  });
  it('piecewise', () => expect(first(5, piecewise([2, 3], [1, 0.1, 0.01]))).toEqual([1, 1, 0.1, 0.01, 0.01]));
  it('inverse square root', () => expect(distance([1, 4, 16].map(inverseSquareRoot(1, 4)), [0.25, 1, 0.5])).toBeLessThan(1e-15));
  it("one cycle is PyTorch's", () => {
    const { oneCycle: rates } = JSON.parse(readFileSync(new URL('golden/torch.json', import.meta.url), 'utf8')) as { oneCycle: number[] };
    expect(distance(first(20, oneCycle(0.1, 20)), rates)).toBeLessThan(1e-15);
  });
  it('refuse what makes no sense, by name', () => {
    expect(() => piecewise([3, 2], [1, 2, 3])).toThrow(/boundaries\[1\]/);
    expect(() => piecewise([3], [1])).toThrow(/values: expected 2/);
    expect(() => cosine(1, 0)).toThrow(/steps/);
    expect(() => oneCycle(1, 10, { rise: 1 })).toThrow(/rise/);
  });
});
