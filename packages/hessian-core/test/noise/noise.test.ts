import { describe, expect, it } from 'vitest';
import { denseOperator, diagonalOperator, matrix } from '@curv/linalg';
import { random } from '@curv/tensor';
import {
  broadenedExtremes, effectiveBatch, fitNoiseConstant, hessianNoise, integrateSpectrum, maxLearningRate, minimalDamping, nesterovParameters, polyakParameters, scaleLearningRate, spectralDensity, spectralLearner, spectralRates, topEigenpairs,
} from '../../src/index.js';
import { drawProbe } from '../../src/estimators/probes.js';
import { spectrumOperator, vector } from '../problems.js';

/** Symmetric normal noise of entry variance v. */
function noise(n: number, deviation: number, stream = random(1)): Float64Array {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) data[i * n + j] = data[j * n + i] = deviation * stream.normal();
  return data;
}

const symmetric = (n: number, data: Float64Array): ReturnType<typeof denseOperator> => denseOperator(matrix(n, n, data), { symmetric: true });

describe('broadenedExtremes', () => {
  it('gives the spiked Wigner values', () => {
    const found = broadenedExtremes({ max: 3, min: -0.5, s2: 1 });
    expect(found.max).toBeCloseTo(10 / 3, 14);
    expect(found.overlap).toBeCloseTo(8 / 9, 14);
    expect(found).toMatchObject({ min: -2, detached: true });
    expect(broadenedExtremes({ max: 3, min: -4, s2: 1 }).min).toBe(-4.25);
    expect(broadenedExtremes({ max: 1, min: 0, s2: 4, positiveSemidefinite: true })).toEqual({ max: 4, min: 0, overlap: 0, detached: false });
  });

  it('is continuous where the outlier leaves the bulk, and the identity without noise', () => {
    expect(broadenedExtremes({ max: 2, min: 0, s2: 4 }).max).toBe(4);
    expect(broadenedExtremes({ max: 2 + 1e-9, min: 0, s2: 4 }).max).toBeCloseTo(4, 12);
    expect(broadenedExtremes({ max: 2, min: -1, s2: 0 })).toEqual({ max: 2, min: -1, overlap: 1, detached: true });
  });

  it('is what a spiked random matrix shows', async () => {
    // n = 400, s₀ = 0.05, λ = 3: the mean of 10 draws lies within 2 % (their standard error is 0.8 %).
    let [mean, overlap] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const data = noise(400, 0.05, random(seed));
      data[0]! += 3;
      const { values, vectors } = await topEigenpairs(symmetric(400, data), { k: 1 });
      mean += values[0]! / 10;
      overlap += vectors[0]![0]! ** 2 / 10;
    }
    expect(Math.abs(mean / (10 / 3) - 1)).toBeLessThan(0.02);
    expect(Math.abs(overlap / (8 / 9) - 1)).toBeLessThan(0.02);
  });

  it('refuses NaN, negative variance and reversed ends', () => {
    expect(() => broadenedExtremes({ max: NaN, min: 0, s2: 1 })).toThrow(RangeError);
    expect(() => broadenedExtremes({ max: 1, min: 0, s2: -1 })).toThrow(/s2 must be .*got -1/);
    expect(() => broadenedExtremes({ max: 0, min: 1, s2: 1 })).toThrow(RangeError);
  });
});

describe('laws of batch size and learning rate', () => {
  it('effectiveBatch', () => {
    // 64 / (1 − 64/1797) = 115008/1733.
    expect(effectiveBatch(64, 1797)).toBeCloseTo(115008 / 1733, 12);
    expect(effectiveBatch(64)).toBe(64);
    expect(effectiveBatch(10, 10)).toBe(Infinity);
    for (const [batch, dataset] of [[0, 10], [11, 10], [1.5, 10], [NaN, 10]] as const) expect(() => effectiveBatch(batch, dataset)).toThrow(RangeError);
  });

  it('maxLearningRate is linear in small batches and constant in large ones', () => {
    const limit = (batch: number): number => maxLearningRate({ lambdaMax: 2, batch, noiseConstant: 1e6 });
    expect(limit(2) / limit(1)).toBeCloseTo(2, 4);
    expect(maxLearningRate({ lambdaMax: 2, batch: 50, dataset: 50, noiseConstant: 7 })).toBe(1);
    expect(maxLearningRate({ lambdaMax: 1, batch: 2, noiseConstant: 6 })).toBe(0.5);
    expect(() => maxLearningRate({ lambdaMax: 0, batch: 1, noiseConstant: 1 })).toThrow(/lambdaMax/);
    expect(() => maxLearningRate({ lambdaMax: 1, batch: 1, noiseConstant: -1 })).toThrow(/noiseConstant/);
  });

  it('scaleLearningRate and minimalDamping', () => {
    expect(scaleLearningRate(0.1, 32, 128, 'linear')).toBeCloseTo(0.4, 14);
    expect(scaleLearningRate(0.1, 32, 128, 'linear', 0.3)).toBe(0.3);
    expect(scaleLearningRate(0.1, 32, 128, 'sqrt')).toBeCloseTo(0.2, 14);
    expect(() => scaleLearningRate(0, 1, 2, 'sqrt')).toThrow(RangeError);
    expect(() => scaleLearningRate(1, 1, 2, 'cubic' as never)).toThrow(TypeError);
    expect(minimalDamping(1, 2, 10)).toBe(3);
    expect(minimalDamping(0.1, 2, 10)).toBe(0);
    expect(() => minimalDamping(0, 2, 10)).toThrow(RangeError);
  });

  it('fitNoiseConstant recovers the constant, and its error', () => {
    const { noiseConstant, standardError } = fitNoiseConstant({ lambdaMax: 2, batchLambdaMax: [2.9, 3.1], batch: 64, dataset: 1797 });
    expect(noiseConstant).toBeCloseTo(115008 / 1733, 11);
    expect(standardError).toBeCloseTo((115008 / 1733) * 0.1, 11);
    expect(() => fitNoiseConstant({ lambdaMax: 2, batchLambdaMax: [3], batch: 64 })).toThrow(/at least 2/);
    expect(() => fitNoiseConstant({ lambdaMax: 2, batchLambdaMax: [3, 3], batch: 8, dataset: 8 })).toThrow(/no noise/);
  });

  it('polyakParameters', () => {
    expect(polyakParameters(4, 1).learningRate).toBeCloseTo(4 / 9, 15);
    expect(polyakParameters(4, 1).momentum).toBeCloseTo(1 / 9, 15);
    const { learningRate, momentum } = polyakParameters(100, 1);
    expect(learningRate).toBeCloseTo(0.03305785123966942, 15);
    expect(momentum).toBeCloseTo(0.669421487603306, 14);
    expect(() => polyakParameters(0, 0)).toThrow(/positive curvature/);
    expect(() => polyakParameters(1, 2)).toThrow(/between 0 and largest 1/);
  });

  it('heavy ball contracts a quadratic by √momentum a step', () => {
    const { learningRate, momentum } = polyakParameters(100, 1);
    const eigenvalues = Float64Array.from({ length: 50 }, (_, i) => 1 + (99 * i) / 49);
    const w = new Float64Array(50).fill(1);
    const v = new Float64Array(50);
    const size = (): number => Math.hypot(...w);
    const run = (steps: number): number => {
      for (let k = 0; k < steps; k++) w.forEach((x, i) => (v[i] = momentum * v[i]! - learningRate * eigenvalues[i]! * x, w[i]! += v[i]!));
      return size();
    };
    const early = run(100);
    // A double root adds a factor of the step: 0.824 over steps 100 to 200, 0.818 in the limit.
    expect(Math.abs((run(100) / early) ** (1 / 100) - Math.sqrt(momentum))).toBeLessThan(0.01);
  });
});

describe('hessianNoise', () => {
  const n = 60;
  const spike = spectrumOperator(Array.from({ length: n }, (_, i) => (i === 0 ? 5 : 0)));
  const batches = Array.from({ length: 40 }, (_, b) => symmetric(n, noise(n, 0.1, random(b)).map((x, i) => x + spike.matrix[i]!)));

  it('estimates P σ², with the full operator and with the mean in its place', async () => {
    for (const options of [{ full: spike }, {}]) {
      const { s2, standardError, products } = await hessianNoise(batches, { ...options, probes: 10 });
      // Entries of variance 0.01: n σ² = 0.6, known up to 2/n for the diagonal.
      expect(Math.abs(s2 - 0.6)).toBeLessThan(4 * standardError + 0.6 / n);
      expect(standardError).toBeLessThan(0.02);
      expect(products).toBe('full' in options ? 410 : 400);
    }
  });

  it('refuses one batch and orders that differ', async () => {
    await expect(hessianNoise([spike])).rejects.toThrow(/at least 2 batches, got 1/);
    await expect(hessianNoise([spike, spectrumOperator([1, 2])])).rejects.toThrow(/one order, got 60 and 2/);
  });

  it('is 0 for batches without noise', async () => {
    expect((await hessianNoise([spike, spike])).s2).toBe(0);
  });
});

describe('stochastic Lanczos quadrature', () => {
  it('is exact where the steps reach all eigenvalues', async () => {
    const density = await spectralDensity(diagonalOperator(Float64Array.from({ length: 10 }, (_, i) => i + 1)), { probes: 1, steps: 10 });
    expect(density.nodes[0]!.length).toBe(10);
    density.nodes[0]!.forEach((x, i) => expect(x).toBeCloseTo(i + 1, 11));
    expect(integrateSpectrum(density, () => 1)).toBeCloseTo(1, 12);
    expect(integrateSpectrum(density, (x) => x)).toBeCloseTo(5.5, 12);
    expect(integrateSpectrum(density, (x) => Math.exp(x))).toBeCloseTo([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce((s, x) => s + Math.exp(x) / 10, 0), 8);
  });

  it('integrates polynomials up to degree 2 m − 1 exactly', async () => {
    const operator = spectrumOperator(Array.from({ length: 30 }, (_, i) => Math.cos(i) * 2));
    const steps = 6;
    const start = drawProbe(random(5).fork('slq'), 30, 'rademacher');
    const density = await spectralDensity(operator, { probes: 1, steps, seed: 5 });
    let power: Float64Array = start.slice();
    for (let degree = 0; degree < 2 * steps; degree++) {
      const moment = power.reduce((s, x, i) => s + x * start[i]!, 0) / 30;
      expect(Math.abs(integrateSpectrum(density, (x) => x ** degree) - moment)).toBeLessThan(1e-10 * Math.max(1, Math.abs(moment)));
      power = operator.apply(power);
    }
    // One degree more is not.
    const moment = power.reduce((s, x, i) => s + x * start[i]!, 0) / 30;
    expect(Math.abs(integrateSpectrum(density, (x) => x ** (2 * steps)) / moment - 1)).toBeGreaterThan(1e-6);
  });

  it('takes the zero operator', async () => {
    const { nodes, weights } = await spectralDensity(diagonalOperator(new Float64Array(7)), { probes: 1 });
    expect(Array.from(nodes[0]!)).toEqual([0]);
    expect(weights[0]![0]).toBeCloseTo(1, 15);
  });

  it('finds the semicircle of a Wigner matrix', async () => {
    const n = 1000;
    const density = await spectralDensity(symmetric(n, noise(n, 1 / Math.sqrt(n))), { probes: 4, steps: 60 });
    expect(Math.abs(Math.max(...density.nodes[0]!) - 2)).toBeLessThan(0.1);
    expect(Math.abs(Math.min(...density.nodes[0]!) + 2)).toBeLessThan(0.1);
    expect(Math.abs(integrateSpectrum(density, (x) => x * x) - 1)).toBeLessThan(0.05);
  });
});

describe('spectralLearner', () => {
  it('reads rates off Ritz values', () => {
    const nodes = [0, -0.188014, 1.574112];
    const flat = [0.9, 0.05, 0.05];
    const plain = spectralRates(nodes, flat);
    expect(plain.learningRate).toBeCloseTo(1.13499, 5);
    expect(plain).toMatchObject({ momentum: 0, largest: 1.574112, smallest: 0.188014 });
    const ball = spectralRates(nodes, flat, { momentum: true });
    expect(ball.learningRate).toBeCloseTo(1.40343, 5);
    expect(ball.momentum).toBeCloseTo(0.23651, 5);
    // The spike at 0 has more than half of the weight: it is left out.
    expect(spectralRates(nodes, flat, { bulk: 'minimum' }).smallest).toBe(0.188014);
    expect(spectralRates(nodes, [0.3, 0.3, 0.4], { bulk: 'minimum' }).smallest).toBeCloseTo(1.574112e-6, 15);
    expect(spectralRates(nodes, [0.3, 0.3, 0.4], { bulk: 'minimum', momentum: true }).momentum).toBe(0.99);
    // With the momentum capped, α L = (1 + √ρ)² stays within the stable 2 (1 + ρ).
    const capped = spectralRates(nodes, flat, { momentum: true, maxMomentum: 0.1 });
    expect(capped.learningRate * capped.largest).toBeCloseTo((1 + Math.sqrt(0.1)) ** 2, 13);
    expect(spectralRates([-3], [1]).learningRate).toBeCloseTo(1 / 3, 14);
  });

  it('looks every few epochs after the warm-up, and keeps its rates in between', async () => {
    let scale = 1;
    let looks = 0;
    const learner = spectralLearner({ operator: () => (looks++, diagonalOperator(Float64Array.of(1, 2, 4).map((x) => scale * x))), every: 3, warmup: 2, momentum: true });
    expect(await learner.onEpoch(0)).toBeNull();
    expect(await learner.onEpoch(1)).toBeNull();
    const first = await learner.onEpoch(2);
    expect(first!.largest).toBeCloseTo(4, 12);
    expect(first!.smallest).toBeCloseTo(2, 12);
    expect(first!.spectrum!.nodes[0]!.length).toBe(3);
    scale = 10;
    expect((await learner.onEpoch(4))!.largest).toBeCloseTo(4, 12);
    expect((await learner.onEpoch(4))!.spectrum).toBeUndefined();
    expect((await learner.onEpoch(5))!.largest).toBeCloseTo(40, 11);
    expect(looks).toBe(2);
  });

  it('shortens steps by what batches exceed', async () => {
    const operator = (): ReturnType<typeof diagonalOperator> => diagonalOperator(Float64Array.of(1, 3));
    const plain = await spectralLearner({ operator }).onEpoch(0);
    const cautious = await spectralLearner({ operator, excess: (largest) => 2 * largest }).onEpoch(0);
    expect(cautious!.learningRate).toBeCloseTo(plain!.learningRate / 3, 14);
  });

  it("takes Nesterov's parameters, which contract by √(1 − √(μ/L)) where curvature moves", async () => {
    expect(nesterovParameters(9, 1)).toEqual({ learningRate: 1 / 9, momentum: 0.5 });
    expect(spectralRates([1, 9, 4], [0.2, 0.4, 0.4], { momentum: true, method: 'nesterov', bulk: 'minimum' })).toEqual({ learningRate: 1 / 9, momentum: 0.5, largest: 9, smallest: 1 });
    expect(spectralRates([1, 9], [0.5, 0.5], { momentum: true, method: 'nesterov', bulk: 'minimum', maxMomentum: 0.3 }).momentum).toBe(0.3);
    // Lessard, Recht & Packard 2016, equation 4.11: curvature 25 outside of [1, 2), 1 inside. Polyak's parameters end in a cycle, Nesterov's at the minimum 0.
    const gradient = (x: number): number => (x < 1 ? 25 * x : x < 2 ? x + 24 : 25 * x - 24);
    const after = ({ learningRate, momentum }: { learningRate: number; momentum: number }, ahead: number, steps: number): number => {
      let [x, v] = [3.3, 0];
      for (let k = 0; k < steps; k++) {
        v = momentum * v - learningRate * gradient(x + ahead * momentum * v);
        x += v;
      }
      return Math.abs(x);
    };
    expect(Math.max(...[300, 301, 302].map((steps) => after(polyakParameters(25, 1), 0, steps)))).toBeGreaterThan(0.5);
    // f falls by 1 − √(μ/L) a step from (L + μ)/2 · 3.3² or less, and ½ μ x² ≤ f.
    for (const steps of [20, 100]) expect(after(nesterovParameters(25, 1), 1, steps)).toBeLessThan(3.3 * Math.sqrt(26 * 0.8 ** steps));
    expect(() => nesterovParameters(1, 2)).toThrow(/smallest/);
    expect(() => nesterovParameters(0, 0)).toThrow(/largest/);
  });

  it('lets L fall by no more than its memory allows', async () => {
    let scale = 1;
    const learner = spectralLearner({ operator: () => diagonalOperator(Float64Array.of(scale, 3 * scale)), every: 1, memory: 0.8, momentum: true, method: 'nesterov' });
    const first = (await learner.onEpoch(0))!.learningRate;
    expect(first).toBeCloseTo(1 / 3, 12);
    scale = 0.1;
    expect((await learner.onEpoch(1))!.learningRate).toBeCloseTo(first / 0.8, 12);
    scale = 10;
    expect((await learner.onEpoch(2))!.learningRate).toBeCloseTo(first / 10, 12);
    expect(() => spectralLearner({ operator: () => diagonalOperator(vector(3)), memory: 2 })).toThrow(/memory/);
  });

  it('refuses operators without curvature and wrong options', async () => {
    await expect(spectralLearner({ operator: () => diagonalOperator(new Float64Array(3)) }).onEpoch(0)).rejects.toThrow(/no curvature/);
    expect(() => spectralLearner({ operator: () => diagonalOperator(vector(3)), steps: 0 })).toThrow(/steps/);
    expect(() => spectralRates([1], [1, 2])).toThrow(RangeError);
    expect(() => spectralRates([1], [1], { bulk: 'mean' as never })).toThrow(TypeError);
    expect(() => spectralRates([1], [1], { method: 'heavy' as never })).toThrow(TypeError);
  });
});
