import { randomStream } from '@curv/linalg';
import { describe, expect, it } from 'vitest';
import {
  besselIRatio, classifyVonMisesFisher, fitVonMisesFisher, fitVonMisesFisherMixture, sampleVonMisesFisher, vmfConcentration, vmfLogNormalizer, vmfLogPdf, type VmfMethod,
} from '../src/index.js';
import { relativeError } from './golden.js';

const unit = (p: number, seed: number): Float64Array => {
  const v = randomStream(seed).vector(p);
  const norm = Math.hypot(...v);
  return v.map((x) => x / norm);
};

describe('density', () => {
  it('on the sphere of ℝ³ is κ/(4π sinh κ) exp(κ cos)', () => {
    for (const kappa of [1e-6, 0.5, 3, 40]) {
      const log = Math.log(kappa / (4 * Math.PI * Math.sinh(kappa)));
      expect(relativeError(vmfLogNormalizer(3, kappa), log)).toBeLessThan(1e-13);
    }
    expect(relativeError(vmfLogNormalizer(3, 0), -Math.log(4 * Math.PI))).toBeLessThan(1e-15);
    expect(relativeError(vmfLogNormalizer(2, 0), -Math.log(2 * Math.PI))).toBeLessThan(1e-15);
  });

  it('integrates to one along the axis in any dimension', () => {
    for (const [p, kappa] of [[2, 3], [5, 10], [64, 40], [2048, 500]] as const) {
      // ∫ exp(κw) (1−w²)^{(p−3)/2} dw over [−1, 1] times the area of the sphere of ℝ^{p−1}; w = cos a, and the midpoint rule in a.
      const n = 20_000;
      const logs = Array.from({ length: n }, (_, i) => {
        const a = (Math.PI * (i + 0.5)) / n;
        return kappa * Math.cos(a) + (p - 2) * Math.log(Math.sin(a));
      });
      const top = Math.max(...logs);
      const logArea = p === 2 ? Math.log(2) : -vmfLogNormalizer(p - 1, 0);
      const total = logArea + top + Math.log((logs.reduce((s, l) => s + Math.exp(l - top), 0) * Math.PI) / n);
      expect(Math.abs(total + vmfLogNormalizer(p, kappa)), `${p}`).toBeLessThan(1e-9);
    }
  });

  it('is finite where the Bessel function is not representable', () => {
    expect(vmfLogNormalizer(32768, 44974)).toBeGreaterThan(0);
    expect(Number.isFinite(vmfLogNormalizer(32768, 1e6))).toBe(true);
  });
});

describe('concentration', () => {
  it('to the last digits', () => {
    const rows: [number, number, number][] = [
      [3, 0.5, 1.796755984723713], [10, 0.9, 43.1346876999059], [2048, 0.05, 102.65639184332997], [2048, 0.5, 1365.0667417076888], [8192, 0.3, 2700.6049081862466],
      [32768, 0.7, 44974.783528480504],
    ];
    for (const [p, r, kappa] of rows) {
      const found = vmfConcentration(p, r);
      expect(found.converged).toBe(true);
      expect(relativeError(found.kappa, kappa), `${p} ${r}`).toBeLessThan(1e-13);
      expect(relativeError(besselIRatio(p / 2 - 1, found.kappa), r)).toBeLessThan(1e-14);
    }
  });

  it('by approximations as good as their papers say', () => {
    const error = (method: VmfMethod, p: number, r: number): number => relativeError(vmfConcentration(p, r, method).kappa, vmfConcentration(p, r).kappa);
    const banerjee: [number, number, number][] = [[3, 0.5, 2.0e-2], [10, 0.9, 9.2e-3], [2048, 0.05, 1.2e-6], [2048, 0.5, 7.3e-5], [8192, 0.3, 9.2e-6], [32768, 0.7, 5.1e-6]];
    for (const [p, r, expected] of banerjee) {
      expect(relativeError(error('banerjee', p, r), expected)).toBeLessThan(0.05);
      expect(error('sra', p, r)).toBeLessThan(1e-5);
      expect(error('tanabe', p, r)).toBeLessThan(2e-2);
    }
  });

  it('near the ends', () => {
    expect(vmfConcentration(5, 0)).toEqual({ kappa: 0, iterations: 0, converged: true });
    expect(relativeError(vmfConcentration(5, 1e-9).kappa, 5e-9)).toBeLessThan(1e-9);
    // κ → (p−1)/(2(1−R̄)) as R̄ → 1
    expect(relativeError(vmfConcentration(3, 1 - 1e-9).kappa, 1e9)).toBeLessThan(1e-6);
    expect(() => vmfConcentration(5, 1)).toThrow(/degenerate/);
    expect(() => vmfConcentration(1, 0.5)).toThrow(/p must be an integer of at least 2/);
    expect(() => vmfConcentration(5, NaN)).toThrow(RangeError);
    expect(() => vmfConcentration(5, 0.5, 'newton' as never)).toThrow(TypeError);
  });
});

describe('sampling and fit', () => {
  it.each([[2, 5], [3, 0], [3, 20], [50, 100], [2048, 1000], [3, 1e6]])('p = %i, κ = %f: the mean along μ is A_p(κ)', (p, kappa) => {
    const mu = unit(p, 1);
    const n = p > 1000 ? 400 : 4000;
    const samples = sampleVonMisesFisher(mu, kappa, n, randomStream(7));
    const along = Array.from({ length: n }, (_, i) => samples.subarray(i * p, (i + 1) * p).reduce((s, x, j) => s + x * mu[j]!, 0));
    const mean = along.reduce((a, b) => a + b) / n;
    const deviation = Math.sqrt(along.reduce((s, w) => s + (w - mean) ** 2, 0) / n);
    const ratio = kappa === 0 ? 0 : besselIRatio(p / 2 - 1, kappa);
    expect(Math.abs(mean - ratio)).toBeLessThan(4 * Math.max(deviation / Math.sqrt(n), 1e-15));
    // var w = A′ = 1 − A² − (p−1) A/κ
    const variance = kappa === 0 ? 1 / p : kappa > 1e5 ? 1 / kappa ** 2 : 1 - ratio * ratio - ((p - 1) * ratio) / kappa;
    expect(relativeError(deviation ** 2, variance)).toBeLessThan(0.3);
  });

  it('recovers κ and orders the likelihoods of the methods', () => {
    const p = 500;
    const samples = sampleVonMisesFisher(unit(p, 2), 300, 1000, randomStream(3));
    const fit = fitVonMisesFisher(samples, p);
    expect(fit.converged).toBe(true);
    expect(relativeError(fit.kappa, 300)).toBeLessThan(0.03);
    const direct = vmfLogPdf(samples, fit.mu, fit.kappa).reduce((a, b) => a + b);
    expect(relativeError(fit.logLikelihood, direct)).toBeLessThan(1e-11);
    for (const method of ['banerjee', 'tanabe', 'sra'] as const) expect(fitVonMisesFisher(samples, p, { method }).logLikelihood).toBeLessThanOrEqual(fit.logLikelihood + 1e-9);
  });

  it('wrong input', () => {
    const mu = unit(4, 1);
    expect(() => fitVonMisesFisher(mu, 4)).toThrow(/at least 2 rows/);
    expect(() => fitVonMisesFisher(Float64Array.of(...mu, ...mu), 4)).toThrow(/degenerate/);
    expect(() => fitVonMisesFisher(new Float64Array(8), 4)).toThrow(/length 1, got 0 in row 0/);
    expect(() => fitVonMisesFisher(new Float64Array(7), 4)).toThrow(RangeError);
    expect(() => fitVonMisesFisher([1, 0] as never, 2)).toThrow(TypeError);
    expect(fitVonMisesFisher(Float64Array.of(1, 0, -1, 0), 2).kappa).toBe(0);
    expect(() => sampleVonMisesFisher(mu, -1, 2, randomStream(0))).toThrow(/kappa/);
    expect(() => vmfLogNormalizer(3, NaN)).toThrow(/kappa/);
    expect(() => vmfLogPdf(mu, unit(3, 1), 1)).toThrow(RangeError);
  });
});

describe('mixture', () => {
  const p = 8;
  const means = [unit(p, 1), unit(p, 2), unit(p, 3)];
  const kappas = [40, 80, 20];
  const sizes = [300, 500, 200];
  const stream = randomStream(11);
  const samples = Float64Array.from(means.flatMap((mu, c) => [...sampleVonMisesFisher(mu, kappas[c]!, sizes[c]!, stream)]));
  const truth = sizes.flatMap((n, c) => Array<number>(n).fill(c));

  it('finds the components, and the likelihood never falls', () => {
    const heights: number[] = [];
    const { components, converged, labels, logLikelihood, posterior } = fitVonMisesFisherMixture(samples, p, 3, { seed: 1, tolerance: 1e-12, onProgress: (s) => heights.push(s.logLikelihood) });
    expect(converged).toBe(true);
    heights.slice(1).forEach((height, i) => expect(height).toBeGreaterThanOrEqual(heights[i]! - 1e-8));
    const order = means.map((mu) => components.map((c) => c.mu.reduce((s, x, j) => s + x * mu[j]!, 0)).reduce((best, x, i, all) => (x > all[best]! ? i : best), 0));
    expect([...order].sort()).toEqual([0, 1, 2]);
    order.forEach((c, i) => {
      expect(relativeError(components[c]!.kappa, kappas[i]!)).toBeLessThan(0.15);
      expect(Math.abs(components[c]!.weight - sizes[i]! / 1000)).toBeLessThan(0.03);
    });
    const right = truth.filter((c, i) => labels[i] === order[c]).length;
    expect(right / 1000).toBeGreaterThan(0.98);
    const truthful = classifyVonMisesFisher(samples, means.map((mu, c) => ({ mu, kappa: kappas[c]!, weight: sizes[c]! / 1000 })));
    expect(logLikelihood).toBeGreaterThan(truthful.logLikelihood);
    for (let i = 0; i < 1000; i += 97) expect(posterior.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });

  it('one component is the fit; stopping early is a result; abort throws', () => {
    const one = fitVonMisesFisherMixture(samples, p, 1);
    expect(relativeError(one.components[0]!.kappa, fitVonMisesFisher(samples, p).kappa)).toBeLessThan(1e-10);
    expect(fitVonMisesFisherMixture(samples, p, 3, { starts: 1, maxIterations: 1 }).converged).toBe(false);
    expect(() => fitVonMisesFisherMixture(samples, p, 3, { signal: AbortSignal.abort() })).toThrow(/abort/);
    expect(() => fitVonMisesFisherMixture(samples.subarray(0, 2 * p), p, 3)).toThrow(/at least 3 rows/);
    expect(() => classifyVonMisesFisher(samples, [])).toThrow(/must not be empty/);
  });

  it('components on single points stay finite', () => {
    const few = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1);
    const { components } = fitVonMisesFisherMixture(few, 2, 2, { maxKappa: 1e6 });
    expect(components.map((c) => c.kappa)).toEqual([1e6, 1e6]);
  });
});
