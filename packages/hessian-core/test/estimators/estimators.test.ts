import { describe, expect, it } from 'vitest';
import { diagonal, hutchinsonTrace, hutchPlusPlus, spectralDensity, topEigenpairs } from '../../src/index.js';
import { meanEstimate, studentQuantile } from '../../src/estimators/statistics.js';
import { relativeError, spectrumOperator } from '../problems.js';

/** 60 eigenvalues: a bulk around zero with some negative ones, and a few outliers. */
const SPECTRUM = Array.from({ length: 60 }, (_, i) => (i < 5 ? 20 - 3 * i : 0.5 * Math.cos(i)));
const TRACE = SPECTRUM.reduce((a, b) => a + b, 0);

describe('student quantile', () => {
  it.each([
    // R: qt(p, df)
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 9, 2.262157162798205],
    [0.995, 30, 2.7499956535672254],
    [0.9, 99, 1.2901614420275654],
  ])('t(%d, %d)', (p, degrees, expected) => {
    // Reference values carry 13 to 16 digits; measured error at most 2e-13.
    expect(Math.abs(studentQuantile(p, degrees) / expected - 1)).toBeLessThan(1e-11);
  });
});

describe('hutchinsonTrace', () => {
  it.each(['rademacher', 'normal', 'sphere'] as const)('converges to the trace within its own error (%s)', async (distribution) => {
    const result = await hutchinsonTrace(spectrumOperator(SPECTRUM), { distribution, maxProbes: 10_000, tolerance: 0.01, seed: 1 });
    expect(result.converged).toBe(true);
    expect(Math.abs(result.estimate - TRACE)).toBeLessThan(4 * result.standardError);
    expect(result.interval[0]).toBeLessThan(result.estimate);
    expect(result.products).toBe(result.samples.length);
  });

  it('is exact on diagonal operators with Rademacher probes', async () => {
    const op = { shape: [3, 3] as [number, number], dtype: 'float64' as const, apply: (v: Float64Array) => v.map((x, i) => (i + 1) * x) };
    const result = await hutchinsonTrace(op, { maxProbes: 3 });
    expect(result.estimate).toBeCloseTo(6, 13);
    expect(result.standardError).toBeLessThan(1e-14);
  });

  it('covers the trace as often as its level says', async () => {
    const op = spectrumOperator(SPECTRUM);
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { interval } = await hutchinsonTrace(op, { maxProbes: 20, confidence: 0.9, seed });
      if (interval[0] <= TRACE && TRACE <= interval[1]) covered++;
    }
    // Binomial(200, 0.9): standard deviation 4.2; five of them either way.
    expect(covered).toBeGreaterThan(180 - 21);
    expect(covered).toBeLessThan(200);
  });

  it('repeats under a seed, and differs under another', async () => {
    const op = spectrumOperator(SPECTRUM);
    const run = async (seed: number): Promise<number> => (await hutchinsonTrace(op, { maxProbes: 5, seed })).estimate;
    expect(await run(3)).toBe(await run(3));
    expect(await run(3)).not.toBe(await run(4));
  });

  it('refuses nonsense by name', async () => {
    const op = spectrumOperator(SPECTRUM);
    await expect(hutchinsonTrace(op, { maxProbes: 0 })).rejects.toThrow(/maxProbes must be an integer of at least 1, got 0/);
    await expect(hutchinsonTrace(op, { confidence: 1 })).rejects.toThrow(/confidence must be between 0 and 1, got 1/);
    await expect(hutchinsonTrace(op, { distribution: 'cauchy' as 'normal' })).rejects.toThrow(/distribution must be/);
    await expect(hutchinsonTrace({ shape: [2, 3], dtype: 'float64', apply: (v) => v })).rejects.toThrow(/square/);
    await expect(hutchinsonTrace(op, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
  });
});

describe('hutchPlusPlus', () => {
  it('is exact when the subspace holds the whole range', async () => {
    const lowRank = SPECTRUM.map((x, i) => (i < 5 ? x : 0));
    const result = await hutchPlusPlus(spectrumOperator(lowRank), { products: 30, seed: 2 });
    expect(result.estimate / (20 + 17 + 14 + 11 + 8)).toBeCloseTo(1, 11);
  });

  it('beats Hutchinson at equal products where few eigenvalues dominate', async () => {
    const op = spectrumOperator(SPECTRUM);
    let [plain, better] = [0, 0];
    for (let seed = 0; seed < 20; seed++) {
      plain += ((await hutchinsonTrace(op, { maxProbes: 30, seed })).estimate - TRACE) ** 2;
      better += ((await hutchPlusPlus(op, { products: 30, seed })).estimate - TRACE) ** 2;
    }
    expect(Math.sqrt(better / plain)).toBeLessThan(0.3);
  });
});

describe('diagonal', () => {
  it('is exact where that is cheaper', async () => {
    const op = spectrumOperator(SPECTRUM);
    const { estimate, exact } = await diagonal(op, { probes: 60 });
    expect(exact).toBe(true);
    expect(relativeError(estimate, Float64Array.from({ length: 60 }, (_, i) => op.matrix[i * 61]!))).toBeLessThan(1e-13);
  });

  it('converges within its own error', async () => {
    const wide = spectrumOperator([...SPECTRUM, ...SPECTRUM]);
    const { estimate, standardError } = await diagonal(wide, { probes: 100, seed: 5 });
    const scores = [...estimate].map((x, i) => (x - wide.matrix[i * 121]!) / standardError[i]!);
    const spread = Math.sqrt(scores.reduce((s, z) => s + z * z, 0) / scores.length);
    // Root mean square of 120 standard scores: 1 ± 0.065; five deviations.
    expect(spread).toBeGreaterThan(0.67);
    expect(spread).toBeLessThan(1.33);
  });
});

describe('topEigenpairs', () => {
  const sorted = [...SPECTRUM].sort((a, b) => b - a);

  it('finds the largest', async () => {
    const op = spectrumOperator(SPECTRUM);
    const found = await topEigenpairs(op, { k: 8, tolerance: 1e-10 });
    expect(found.converged).toBe(true);
    expect(relativeError(found.values, sorted.slice(0, 8))).toBeLessThan(1e-12);
    found.vectors.forEach((v, i) => {
      const residual = relativeError(op.apply(v), v.map((x) => found.values[i]! * x));
      expect(residual * Math.abs(found.values[i]!)).toBeLessThan(1e-8);
    });
  });

  it('finds the smallest and the largest in magnitude', async () => {
    const op = spectrumOperator(SPECTRUM);
    const low = await topEigenpairs(op, { k: 3, which: 'SA', tolerance: 1e-10 });
    expect(relativeError(low.values, sorted.slice(-3).reverse())).toBeLessThan(1e-9);
    const flipped = spectrumOperator(SPECTRUM.map((x, i) => (i === 0 ? -30 : x)));
    const big = await topEigenpairs(flipped, { k: 2, which: 'LM', tolerance: 1e-10 });
    expect(relativeError(big.values, [-30, 17])).toBeLessThan(1e-12);
  });

  it('says when it has not converged', async () => {
    const found = await topEigenpairs(spectrumOperator(SPECTRUM), { k: 8, tolerance: 1e-14, maxProducts: 12 });
    expect(found.converged).toBe(false);
    await expect(topEigenpairs(spectrumOperator(SPECTRUM), { k: 61 })).rejects.toThrow(/k must be at most the operator's dimension 60, got 61/);
  });
});

describe('spectralDensity', () => {
  it('integrates to one and has the moments of the spectrum', async () => {
    const op = spectrumOperator(SPECTRUM);
    const { grid, density, nodes, weights, trace, bandwidth } = await spectralDensity(op, { probes: 200, steps: 20, seed: 4 });
    const h = grid[1]! - grid[0]!;
    expect(density.reduce((s, d) => s + d * h, 0)).toBeCloseTo(1, 3);
    expect(bandwidth).toBeGreaterThan(0);
    weights.forEach((list) => expect(list.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12));
    expect(Math.abs(trace.estimate - TRACE)).toBeLessThan(4 * trace.standardError);
    const second = nodes.map((list, k) => list.reduce((s, x, j) => s + weights[k]![j]! * x * x, 0));
    const { estimate, standardError } = meanEstimate(second, 0.95);
    expect(Math.abs(estimate - SPECTRUM.reduce((s, x) => s + x * x, 0) / 60)).toBeLessThan(4 * standardError);
  });

  it('resolves outliers: the weight near one is its share of the eigenvalues', async () => {
    const op = spectrumOperator(SPECTRUM);
    const { nodes, weights } = await spectralDensity(op, { probes: 400, steps: 30, seed: 6 });
    const share = nodes.map((list, k) => list.reduce((s, x, j) => s + (Math.abs(x - 20) < 0.5 ? weights[k]![j]! : 0), 0));
    const { estimate, standardError } = meanEstimate(share, 0.95);
    expect(Math.abs(estimate - 1 / 60)).toBeLessThan(4 * standardError);
  });
});
