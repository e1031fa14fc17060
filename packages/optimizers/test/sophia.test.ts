import { hvp, random, softmaxCrossEntropy, tensor, type Tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, type DiagonalEstimator, gaussNewtonBartlett, hutchinsonDiagonal, optimizer, type Optimizer, type Params, type Problem, scaleBySophia, chain, scaleByLearningRate, sophia, sophiaG, sophiaH, train } from '../src/index.js';
import { distance, numbers, vector } from './helpers.js';

/** Estimates given beforehand, in the order of the refreshes. */
function given(...estimates: readonly (readonly number[])[]): DiagonalEstimator {
  let next = 0;
  return { name: 'given', needs: [], estimate: () => ({ x: vector(...estimates[next++]!) }) };
}

const run = (method: Optimizer, start: readonly number[], gradients: readonly (readonly number[])[]): { x: number[]; slots: Params; info: Record<string, Tensor> }[] => {
  let params: Params = { x: vector(...start) };
  let state = method.init(params);
  return gradients.map((g) => {
    const out = method.update({ x: vector(...g) }, state, params);
    ({ params, state } = out);
    return { x: numbers(params), slots: state.slots, info: out.info };
  });
};

describe('steps by hand', () => {
  const gradients = [[0.1, -0.2, 0], [0.3, 0.1, -0.05], [-0.2, 0.4, 0.01]];
  const options = { gamma: 0.01, interval: 2, learningRate: 0.01 };
  it('are those of the paper, refreshes at t = 1 and 3', () => {
    const out = run(sophia({ ...options, estimator: given([50, 2000, -3], [100, 1000, 400]) }), [1, -2, 0.5], gradients);
    expect(distance(out[0]!.x, [0.99, -1.9956, 0.499])).toBeLessThan(1e-15);
    expect(distance(out[1]!.x, [0.97802, -1.9914248, 0.508002])).toBeLessThan(1e-15);
    expect(distance(out[2]!.x, [0.9712436255518394, -1.9878603128161074, 0.5073688386063521])).toBeLessThan(1e-15);
    const { m, h } = (out[2]!.slots as unknown as { m: Params; h: Params }[])[0]!;
    expect(distance(numbers(m), [0.0072064, 0.0124672, -0.00152])).toBeLessThan(1e-15);
    expect(distance(numbers(h), [1.495, 29.8, 3.9703])).toBeLessThan(1e-14);
  });
  it('the win rate is the share that is not clipped', () => {
    // m / γh = 0.8, −0.04 and 0: none is clipped; at γ = 0.001, 8 is.
    const rate = (gamma: number): number => run(sophia({ ...options, gamma, estimator: given([50, 2000, -3]) }), [1, -2, 0.5], gradients.slice(0, 1))[0]!.info['winRate']!.item();
    expect(rate(0.01)).toBe(1);
    expect(rate(0.001)).toBeCloseTo(2 / 3, 15);
  });
  it('negative curvature moves by the sign of the momentum, huge curvature by m / γh', () => {
    const method = sophia({ ...options, weightDecay: 0, estimator: given([-1, 1e12]) });
    expect(distance(run(method, [0, 0], [[5, 5]])[0]!.x, [-0.01, -0.01 * (0.2 / (0.01 * 1e10))])).toBeLessThan(1e-18);
  });
  it('an estimate that is not finite leaves h as it was, and is counted', () => {
    const method = sophia({ ...options, interval: 1, estimator: given([50, 2000, -3], [1, NaN, 2]) });
    const out = run(method, [1, -2, 0.5], gradients.slice(0, 2));
    const slots = out.map(({ slots: s }) => (s as unknown as { h: Params }[])[0]!.h).map(numbers);
    expect(slots[1]).toEqual(slots[0]);
    expect(out[1]!.info['skippedRefreshes']!.item()).toBe(1);
  });
});

describe('the Gauss-Newton-Bartlett estimator', () => {
  const x = tensor([[1, 2], [0, 1], [-1, 1], [2, -1]], [4, 2], 'float64');
  const w = tensor([[0.1, 0.3, 0], [-0.2, 0, 0.4]], [2, 3], 'float64');
  const exact = [[0.31654398591562544, 0.34868044484503846, 0.26487480659127216], [0.29403963239093023, 0.37645199115184974, 0.4091298997314586]].flat();
  const problem: Problem = { model: ({ w: v }: { w: Tensor }) => x.matmul(v), likelihood: 'categorical', loss: ({ w: v }: { w: Tensor }) => softmaxCrossEntropy(x.matmul(v), tensor(Int32Array.of(0, 1, 2, 0), [4])) };
  /** Mean of n estimates through the public door: at β₂ = 0 and rate 0, h is each step's estimate at the same parameters. */
  async function mean(n: number): Promise<number[]> {
    const method = optimizer(chain(scaleBySophia(gaussNewtonBartlett(), { gamma: 1, beta2: 0, interval: 1 }), scaleByLearningRate(0)));
    const sum = new Float64Array(6);
    const onCheckpoint = ({ state }: Checkpoint): void => numbers((state.slots as unknown as { h: Params }[])[0]!.h).forEach((h, i) => (sum[i]! += h));
    await train({ problem, optimizer: method, params: { w }, batch: () => null, steps: n, checkpointEvery: 1, onCheckpoint });
    return [...sum].map((s) => s / n);
  }
  it('is unbiased: its mean tends to the exact diagonal', async () => {
    // Measured 0.033 over 100 draws and 0.0067 over 3 000: their ratio is √30.
    expect(distance(await mean(1000), exact)).toBeLessThan(0.03);
  });
});

describe("Hutchinson's diagonal", () => {
  const loss = ({ x }: { x: Tensor }): Tensor => x.slice([0], [1]).square().add(x.slice([0], [1]).mul(x.slice([1], [2]))).add(x.slice([1], [2]).square().mul(1.5)).sum();
  // H = [[2, 1], [1, 3]]
  const estimates = (probe: 'rademacher' | 'normal', n: number): number[][] => {
    const stream = random(11);
    const params = { x: vector(0.3, -0.2) };
    const { estimate } = hutchinsonDiagonal({ probe });
    const at = { params, gradient: params, phase: null, hyper: {}, draw: (d: 'uniform' | 'normal' | 'rademacher', shape: readonly number[]) => stream.tensor(d, shape, 'float64'), hvp: (v: Params) => hvp(loss)(params, v) as Params };
    return Array.from({ length: n }, () => numbers(estimate(at)));
  };
  const variance = (rows: readonly number[][], i: number): number => {
    const m = rows.reduce((s, r) => s + r[i]!, 0) / rows.length;
    return rows.reduce((s, r) => s + (r[i]! - m) ** 2, 0) / (rows.length - 1);
  };
  it('has the variances of its distributions: (1, 1) and (9, 19)', () => {
    const signs = estimates('rademacher', 400);
    const normals = estimates('normal', 3000);
    // Relative standard errors of these variances: 0 for two-valued draws up to sampling of the mean, about 0.06 for products of normals; measured 0.3 %, and 5 %.
    [1, 1].forEach((v, i) => expect(Math.abs(variance(signs, i) / v - 1)).toBeLessThan(0.02));
    [9, 19].forEach((v, i) => expect(Math.abs(variance(normals, i) / v - 1)).toBeLessThan(0.2));
  });
  it('is exact for a diagonal Hessian', () => {
    const stream = random(1);
    const params = { x: vector(1, 2, 3) };
    const curvature = vector(1, 100, 10_000);
    const f = ({ x }: { x: Tensor }): Tensor => x.square().mul(curvature).mul(0.5).sum();
    const at = { params, gradient: params, phase: null, hyper: {}, draw: (d: 'uniform' | 'normal' | 'rademacher', shape: readonly number[]) => stream.tensor(d, shape, 'float64'), hvp: (v: Params) => hvp(f)(params, v) as Params };
    expect(numbers(hutchinsonDiagonal().estimate(at))).toEqual([1, 100, 10_000]);
  });
});

describe('bad input', () => {
  it.each([
    ['learningRate', () => sophiaH({ learningRate: -1 })],
    ['beta1', () => sophiaG({ learningRate: 1, beta1: 1 })],
    ['gamma', () => sophiaG({ learningRate: 1, gamma: 0 })],
    ['epsilon', () => sophiaH({ learningRate: 1, epsilon: -1 })],
    ['interval', () => sophiaH({ learningRate: 1, interval: 0.5 })],
    ['samples', () => sophiaH({ learningRate: 1, samples: 0 })],
  ])('%s', (name, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(new RegExp(`^${name}`));
  });
  it('sophiaG refuses a problem without a model', async () => {
    const loss = ({ x }: { x: Tensor }): Tensor => x.square().sum();
    await expect(train({ problem: { loss }, optimizer: sophiaG({ learningRate: 1 }), params: { x: vector(1) }, batch: () => null, steps: 1 })).rejects.toThrow(/needs model and likelihood \(for sampledGradient\)/);
  });
});

