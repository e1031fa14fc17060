import { digits } from '@curv-internal/datasets';
import { lanczos, symmetricEigen } from '@curv/linalg';
import { hvp, random, softmaxCrossEntropy, tensor, type Tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { loadCheckpoint, type Params, type Problem, saveCheckpoint, sgd, spectralSgd, type SpectralSgdOptions, train } from '../src/index.js';
import { ritzValues } from '../src/estimators/ritz-values.js';
import { numbers, vector } from './helpers.js';

/** ½ Σ cᵢ xᵢ². */
const quadratic = (...c: readonly number[]): Problem => ({ loss: ({ x }: { x: Tensor }) => x.square().mul(vector(...c)).sum().mul(0.5) });

interface Rates { readonly learningRate: number; readonly momentum: number; readonly largest: number }

/** The rates that a first step takes. */
async function ratesOf(c: readonly number[], options: SpectralSgdOptions): Promise<Rates> {
  let info: Readonly<Record<string, number>> = {};
  await train({ problem: quadratic(...c), optimizer: spectralSgd(options), params: { x: vector(...c.map(() => 1)) }, batch: () => null, steps: 1, onStep: (r) => void (info = r.info) });
  return info as unknown as Rates;
}

describe('rates from a spectrum', () => {
  // Polyak's parameters for L = 4, μ = 1 and L = 100, μ = 1, and the learner's on a digits net: values of the specification, by the formulas in higher precision.
  it.each([
    [[0.5, 1, 4], 0.4444444444444444, 0.1111111111111111],
    [[0.5, 1, 100], 0.03305785123966942, 0.669421487603306],
    [[-0.5, 1, -100], 0.03305785123966942, 0.669421487603306],
    [[0.1, 0.188014, 1.574112], 1.40343, 0.23651],
  ])('heavy ball on eigenvalues %j', async (c, learningRate, momentum) => {
    const found = await ratesOf(c, {});
    expect(found.learningRate).toBeCloseTo(learningRate, c[2] === 1.574112 ? 5 : 12);
    expect(found.momentum).toBeCloseTo(momentum, c[2] === 1.574112 ? 5 : 12);
    expect(found.largest).toBeCloseTo(Math.abs(c[2]!), 12);
  });
  it('plain gradient steps, 2 / (L + μ)', async () => {
    const found = await ratesOf([0.1, 0.188014, 1.574112], { momentum: false });
    expect(found.learningRate).toBeCloseTo(1.13499, 5);
    expect(found.momentum).toBe(0);
  });
  it('the minimum of the bulk leaves out the spike', async () => {
    // Fifty copies of 0.001 weigh more than half: the least of the rest is 2.
    const found = await ratesOf([...new Array<number>(50).fill(1e-3), 2, 9], { bulk: 'minimum', lanczosSteps: 3, momentum: false });
    expect(found.learningRate).toBeCloseTo(2 / 11, 10);
  });
  it('one parameter, more Lanczos steps than parameters', async () => expect((await ratesOf([4], {})).learningRate).toBeCloseTo(0.25, 14));
});

it("Ritz values are those of @curv/linalg's Lanczos from the same start", async () => {
  const n = 30;
  const c = Array.from({ length: n }, (_, i) => Math.exp(-i / 5) * (i % 7 === 3 ? -1 : 1));
  const loss = ({ x }: { x: Tensor }): Tensor => x.square().mul(vector(...c)).sum().mul(0.5).add(x.sum().square().mul(0.1));
  const params = { x: vector(...c) };
  const start = random(4).tensor('normal', [n], 'float64');
  const at = { params, hvp: (v: Params) => hvp(loss)(params, v) as Params, draw: () => start } as unknown as Parameters<typeof ritzValues>[0];
  const ours = ritzValues(at, 12);
  const operator = { shape: [n, n] as const, dtype: 'float64' as const, structure: { symmetric: true }, apply: (v: Float64Array) => v.map((vi, i) => c[i]! * vi + 0.2 * v.reduce((a, b) => a + b, 0)) };
  const { alpha, beta } = await lanczos(operator, { steps: 12, start: Float64Array.from(start.dataSync()) });
  const t = new Float64Array(144);
  alpha.forEach((a, i) => (t[13 * i] = a));
  beta.forEach((b, i) => (t[13 * i + 1] = t[13 * i + 12] = b));
  const reference = symmetricEigen({ rows: 12, columns: 12, data: t });
  [...ours.values.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(reference.values[i]!, 12));
  [...ours.weights.dataSync()].forEach((weight, i) => expect(weight).toBeCloseTo(reference.vectors.data[i]! ** 2, 12));
});

describe('training', async () => {
  const { inputs, targets } = await digits();
  interface Batch { readonly x: Tensor; readonly y: Tensor }
  const rowsOf = (rows: ArrayLike<number>): Batch => ({
    x: tensor(Float64Array.from({ length: rows.length * 64 }, (_, k) => inputs[rows[Math.floor(k / 64)]! * 64 + (k % 64)]! / 16), [rows.length, 64]),
    y: tensor(Int32Array.from({ length: rows.length }, (_, k) => targets[rows[k]!]!), [rows.length]),
  });
  const stream = random(1);
  const params = { w: stream.tensor('normal', [64, 16], 'float64').mul(1 / 8), b: tensor(new Float64Array(16), [16]), u: stream.tensor('normal', [16, 10], 'float64').mul(1 / 4), c: tensor(new Float64Array(10), [10]) };
  const problem: Problem<Batch> = { loss: ({ w, b, u, c }: typeof params, { x, y }) => softmaxCrossEntropy(x.matmul(w).add(b).tanh().matmul(u).add(c), y) };
  const run = (optimizer: ReturnType<typeof sgd>, batch: number, steps = 200) =>
    train<Batch>({ problem, optimizer, params: params as never, batch: (_, draws) => rowsOf(Array.from({ length: batch }, () => draws.integer(1797))), steps, seed: 2 });
  const last = (losses: readonly number[]): number => losses.slice(-30).reduce((a, b) => a + b, 0) / 30;

  it('is better than the median of a grid of rates, and within twice the best', async () => {
    const grid: number[] = [];
    for (const learningRate of [0.01, 0.03, 0.1, 0.3, 1]) grid.push(last((await run(sgd({ learningRate, momentum: 0.9 }), 64)).losses));
    const ours = last((await run(spectralSgd({ every: 50 }), 64)).losses);
    const sorted = grid.map((x) => (Number.isFinite(x) ? x : Infinity)).sort((a, b) => a - b);
    expect(ours).toBeLessThan(sorted[2]!);
    // Measured 1.81 after 200 steps.
    expect(ours).toBeLessThan(2 * sorted[0]!);
  });

  it('grows its rate with the batch', async () => {
    const rates: number[] = [];
    for (const batch of [4, 32, 256]) {
      const found: number[] = [];
      await train<Batch>({ problem, optimizer: spectralSgd({ every: 10, momentum: false, memory: 0 }), params: params as never, batch: (_, draws) => rowsOf(Array.from({ length: batch }, () => draws.integer(1797))), steps: 100, onStep: ({ info }) => void ('learningRate' in info && found.push(1 / (info as unknown as Rates).learningRate)) });
      rates.push(found.length / found.reduce((a, b) => a + b, 0));
    }
    expect(rates[1]).toBeGreaterThan(rates[0]!);
    expect(rates[2]).toBeGreaterThan(rates[1]!);
  });

  it('a run that is saved and resumed is bit for bit the whole', async () => {
    const optimizer = spectralSgd({ every: 7, lanczosSteps: 5 });
    const options = { problem, optimizer, params: params as never, batch: (_: number, draws: { integer(n: number): number }) => rowsOf(Array.from({ length: 16 }, () => draws.integer(1797))), seed: 3 };
    const whole = await train<Batch>({ ...options, steps: 20 });
    const half = await train<Batch>({ ...options, steps: 10 });
    const rest = await train<Batch>({ ...options, steps: 20, resume: loadCheckpoint(await saveCheckpoint(half)) });
    expect(numbers(rest.params)).toEqual(numbers(whole.params));
  });
});

it('no curvature: the rates stay, and nothing moves before there are any', async () => {
  const flat: Problem = { loss: ({ x }: { x: Tensor }) => x.sum() };
  const { params } = await train({ problem: flat, optimizer: spectralSgd(), params: { x: vector(1, 2) }, batch: () => null, steps: 3 });
  expect(numbers(params)).toEqual([1, 2]);
});

it('refuses options that make no sense', () => {
  expect(() => spectralSgd({ every: 0 })).toThrow(/every: expected a whole number of at least 1, got 0/);
  expect(() => spectralSgd({ memory: 2 })).toThrow(/memory: expected a number in \[0, 1\], got 2/);
  expect(() => spectralSgd({ bulk: 'mean' as never })).toThrow(/bulk: expected median or minimum, got mean/);
});
