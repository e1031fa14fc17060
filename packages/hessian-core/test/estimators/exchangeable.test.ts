import { describe, expect, it } from 'vitest';
import { diagonal, hutchinsonTrace, hutchPlusPlus, xdiag, xtrace } from '../../src/index.js';
import { spectrumOperator } from '../problems.js';

const decaying = Array.from({ length: 200 }, (_, i) => 0.85 ** i);
const flat = Array.from({ length: 200 }, (_, i) => 1 + (i % 7) / 10);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const rms = (values: readonly number[]): number => Math.sqrt(sum(values.map((x) => x * x)) / values.length);

describe('xtrace', () => {
  it.each(['sphere', 'normal'] as const)('is unbiased, with honest standard errors (%s)', async (distribution) => {
    const operator = spectrumOperator(flat);
    const runs = await Promise.all(Array.from({ length: 200 }, (_, seed) => xtrace(operator, { maxProducts: 24, distribution, seed })));
    const errors = runs.map((r) => r.estimate - sum(flat));
    // The mean of 200 runs is within 4 of its own standard errors.
    expect(Math.abs(sum(errors) / 200)).toBeLessThan((4 * rms(errors)) / Math.sqrt(200));
    const covered = runs.filter((r) => r.interval[0] <= sum(flat) && sum(flat) <= r.interval[1]).length;
    // 95 % intervals of 12 exchangeable, not independent, samples: 0.93 … 0.96 measured.
    expect(covered).toBeGreaterThan(178);
    expect(runs[0]!.products).toBe(24);
  });

  it('beats Hutch++, and that beats Hutchinson, at equal products on a decaying spectrum', async () => {
    const operator = spectrumOperator(decaying);
    const error = async (run: (seed: number) => Promise<{ estimate: number; products: number }>): Promise<number> => {
      const all = await Promise.all(Array.from({ length: 100 }, (_, seed) => run(seed)));
      expect(all.every((r) => r.products === 60)).toBe(true);
      return rms(all.map((r) => r.estimate - sum(decaying)));
    };
    const x = await error((seed) => xtrace(operator, { maxProducts: 60, seed }));
    const plus = await error((seed) => hutchPlusPlus(operator, { products: 60, seed }));
    const plain = await error((seed) => hutchinsonTrace(operator, { maxProbes: 60, seed }));
    // over 300 seeds the ratios are 0.32 and 0.29
    expect(x).toBeLessThan(plus / 2);
    expect(plus).toBeLessThan(plain / 2);
  });

  it('runs to a tolerance, and is exact where the rank is small', async () => {
    const operator = spectrumOperator(decaying);
    const found = await xtrace(operator, { tolerance: 1e-3, maxProducts: 200 });
    expect(found.converged).toBe(true);
    expect(found.products).toBeLessThan(100);
    expect(Math.abs(found.estimate / sum(decaying) - 1)).toBeLessThan(5e-3);
    expect((await xtrace(spectrumOperator(flat), { tolerance: 1e-9, maxProducts: 20 })).converged).toBe(false);
    const low = spectrumOperator([5, -3, 2, ...Array.from({ length: 97 }, () => 0)]);
    const exact = await xtrace(low, { maxProducts: 40 });
    expect(exact.estimate).toBeCloseTo(4, 12);
    expect(exact.standardError).toBe(0);
    const tiny = await xtrace(spectrumOperator([1, 2, 3]), { maxProducts: 40 });
    expect(tiny.estimate).toBeCloseTo(6, 12);
  });

  it('refuses nonsense and obeys the signal', async () => {
    await expect(xtrace(spectrumOperator(flat), { maxProducts: 3 })).rejects.toThrow(/maxProducts must be an integer of at least 4/);
    await expect(xtrace(spectrumOperator(flat), { distribution: 'rademacher' as 'normal' })).rejects.toThrow(/distribution must be sphere or normal/);
    await expect(xtrace(spectrumOperator(flat), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

describe('xdiag', () => {
  const truth = ({ matrix, shape }: ReturnType<typeof spectrumOperator>): number[] => Array.from({ length: shape[0] }, (_, i) => matrix[i * shape[0] + i]!);

  it('converges within its own errors, and is unbiased', async () => {
    const operator = spectrumOperator(decaying);
    const expected = truth(operator);
    const runs = await Promise.all(Array.from({ length: 60 }, (_, seed) => xdiag(operator, { products: 30, seed })));
    const mean = expected.map((_, i) => sum(runs.map((r) => r.estimate[i]!)) / 60);
    const spread = rms(runs.flatMap((r) => expected.map((x, i) => r.estimate[i]! - x)));
    expect(rms(mean.map((x, i) => x - expected[i]!))).toBeLessThan((1.5 * spread) / Math.sqrt(60));
    const claimed = rms(runs.flatMap((r) => [...r.standardError]));
    expect(spread / claimed).toBeGreaterThan(0.5);
    expect(spread / claimed).toBeLessThan(1.5);
  });

  it('beats the plain estimator on a decaying spectrum', async () => {
    const operator = spectrumOperator(decaying);
    const expected = truth(operator);
    const error = async (run: (seed: number) => Promise<{ estimate: Float64Array }>): Promise<number> => {
      const all = await Promise.all(Array.from({ length: 20 }, (_, seed) => run(seed)));
      return rms(all.flatMap(({ estimate }) => Array.from(estimate, (x, i) => x - expected[i]!)));
    };
    const ratio = (await error((seed) => xdiag(operator, { products: 60, seed }))) / (await error((seed) => diagonal(operator, { probes: 60, seed })));
    // over 20 seeds 0.15
    expect(ratio).toBeLessThan(1 / 4);
  });

  it('is exact for small operators and small ranks', async () => {
    const small = spectrumOperator([1, 2, 3, 4, 5]);
    const found = await xdiag(small);
    expect(found.exact).toBe(true);
    truth(small).forEach((x, i) => expect(found.estimate[i]).toBeCloseTo(x, 13));
    const low = spectrumOperator([5, -3, ...Array.from({ length: 98 }, () => 0)]);
    const exact = await xdiag(low, { products: 20 });
    expect(exact.exact).toBe(true);
    truth(low).forEach((x, i) => expect(exact.estimate[i]).toBeCloseTo(x, 12));
  });
});

describe('diagonal, hutchPlusPlus', () => {
  it('stop at a tolerance', async () => {
    const operator = spectrumOperator(flat);
    const early = await diagonal(operator, { probes: 199, tolerance: 0.05 });
    expect(early.products).toBeLessThan(199);
    expect(early.products).toBeGreaterThanOrEqual(10);
    const trace = await hutchPlusPlus(spectrumOperator(decaying), { products: 90, tolerance: 0.01 });
    expect(trace.converged).toBe(true);
    expect(trace.products).toBe(65);
    expect((await hutchPlusPlus(spectrumOperator(Array.from({ length: 400 }, (_, i) => (i % 2 ? 3 : -3) + i / 400)), { products: 60, tolerance: 1e-6 })).converged).toBe(false);
  });
});
