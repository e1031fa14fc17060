import { tensor, type Tensor, zeros } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { adaHessian, type AdaHessianOptions, blockAverage, type Params, type Problem, train } from '../src/index.js';
import { distance, numbers, vector } from './helpers.js';

/** Steps with given gradients and given z ⊙ H z: for Rademacher probes D = z ⊙ (z ⊙ D). */
function steps(options: AdaHessianOptions, gradients: readonly (readonly number[])[], estimates: readonly (readonly number[])[]): number[][] {
  const method = adaHessian({ carefulStart: false, ...options });
  let params: Params = { x: vector(1, -1, 2) };
  let state = method.init(params);
  return gradients.map((g, i) => {
    const hvp = (v: Params): Params => ({ x: vector(...numbers(v).map((z, k) => z * estimates[i]![k]!)) });
    ({ params, state } = method.update({ x: vector(...g) }, state, params, { hvp }));
    return numbers(params);
  });
}

const gradients = [[0.5, -0.25, 1], [0.1, 0.2, -0.3]];
const estimates = [[2, 0.5, 10], [1, 1, 5]];

describe('steps by hand', () => {
  it('with the defaults', () => {
    const out = steps({}, gradients, estimates);
    expect(distance(out[0]!, [0.9625018749062547, -0.9250149970005999, 1.9850001499985])).toBeLessThan(1e-15);
    expect(distance(out[1]!, [0.9350376049449609, -0.9225191522437882, 1.9790076424174106])).toBeLessThan(1e-15);
  });
  it('with a Hessian power and decay', () => {
    const out = steps({ hessianPower: 0.5, weightDecay: 0.01 }, gradients, estimates);
    expect(distance(out[0]!, [0.9454707411458626, -0.9454744903504988, 1.9495673350500415])).toBeLessThan(1e-15);
    expect(distance(out[1]!, [0.909521197602603, -0.9418369263487087, 1.929795461332112])).toBeLessThan(1e-15);
  });
  it('holding keeps V; repeating averages the last estimate again', () => {
    const same = [estimates[0]!, estimates[0]!];
    const [, held] = steps({ updateEvery: 2 }, gradients, estimates);
    const [, repeated] = steps({ updateEvery: 2, delay: 'repeat' }, gradients, estimates);
    // With bias correction, a constant estimate gives the same V either way.
    const [, each] = steps({}, gradients, same);
    expect(distance(held!, each!)).toBeLessThan(1e-15);
    expect(distance(repeated!, each!)).toBeLessThan(1e-15);
  });
  it('without memory and damping it is one Newton step for a positive diagonal, and negative curvature counts as positive', () => {
    const [x] = steps({ beta1: 0, beta2: 0, epsilon: 0, learningRate: 1 }, [[2, -0.5, -8]], [[2, 0.5, -4]]);
    expect(distance(x!, [0, 0, 4])).toBeLessThan(1e-15);
  });
  it('an estimate that is not finite leaves V as it was', () => {
    const [, bad] = steps({}, gradients, [estimates[0]!, [1, NaN, 1]]);
    expect(bad!.every(Number.isFinite)).toBe(true);
  });
  it('maxStep bounds steps without curvature', () => {
    const [x] = steps({ maxStep: 2 }, [[1, 0, -1]], [[0, 0, 0]]);
    expect(distance(x!, [1 - 0.3, -1, 2 + 0.3])).toBeLessThan(1e-15);
  });
});

it('is indifferent to the scales of the coordinates', async () => {
  const a = vector(1, 100, 1e4);
  const problem: Problem = { loss: ({ x }: { x: Tensor }) => x.square().mul(a).mul(0.5).sum() };
  const path: number[][] = [];
  await train({ problem, optimizer: adaHessian(), params: { x: vector(1, 1, 1) }, batch: () => null, steps: 20, checkpointEvery: 1, onCheckpoint: ({ params }) => void path.push(numbers(params)) });
  expect(distance(path[0]!, [0.85001499850015, 0.85000014999985, 0.8500000015])).toBeLessThan(1e-13);
  const [first, , third] = path[19]!;
  expect(Math.abs(first! - third!)).toBeLessThan(1e-4);
  // The norm falls until momentum carries the point through the minimum: x₁₀ = −0.0061, x₁₁ = −0.0537 at any scale, as the recursion of m̂ alone gives too.
  for (let t = 1; t < 10; t++) expect(Math.hypot(...path[t]!)).toBeLessThan(Math.hypot(...path[t - 1]!));
});

it('V settles at the norms of the rows, not at the diagonal', async () => {
  // H = [[2, 1, 0], [1, 3, −1], [0, −1, ½]]: E[D²] = (5, 11, 1.25).
  const h = tensor([[2, 1, 0], [1, 3, -1], [0, -1, 0.5]], [3, 3], 'float64');
  const problem: Problem = { loss: ({ x }: { x: Tensor }) => x.reshape([1, 3]).matmul(h).reshape([3]).mul(x).sum().mul(0.5) };
  const { state } = await train({ problem, optimizer: adaHessian({ learningRate: 0, carefulStart: false, beta2: 0.9999 }), params: { x: zeros([3], 'float64') }, batch: () => null, steps: 1000, seed: 2 });
  const v = numbers((state.slots as unknown as { v: Params }[])[0]!.v).map((x) => x / (1 - 0.9999 ** 1000));
  // Standard error of a mean of 1 000 such D²: at most 3 % of an entry.
  v.forEach((x, i) => expect(Math.abs(x / [5, 11, 1.25][i]! - 1)).toBeLessThan(0.1));
});

describe('block averages', () => {
  // [1, 2, 3, 3] in PyTorch's order, 1 … 18 with alternating signs: windows hold 1 … 9 and 10 … 18.
  const kernel = tensor(Float64Array.from({ length: 18 }, (_, i) => (i + 1) * (i % 2 === 0 ? 1 : -1)), [1, 2, 3, 3]).transpose([2, 3, 1, 0]);
  it('of absolute values, and signed', () => {
    const both = (mode: 'abs' | 'signed'): number[] => [...new Set(numbers(blockAverage(kernel, [0, 1], mode)).map((x) => Number(x.toFixed(12))))];
    expect(both('abs')).toEqual([5, 14]);
    expect(both('signed')).toEqual([0.555555555556, -1.555555555556]);
  });
});

describe('bad input', () => {
  it.each([
    ['learningRate', () => adaHessian({ learningRate: -1 })],
    ['epsilon', () => adaHessian({ epsilon: -1 })],
    ['beta2', () => adaHessian({ beta2: 1 })],
    ['hessianPower', () => adaHessian({ hessianPower: 2 })],
    ['updateEvery', () => adaHessian({ updateEvery: 0 })],
    ['samples', () => adaHessian({ samples: 0 })],
    ['maxStep', () => adaHessian({ maxStep: 0 })],
  ])('%s', (name, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(new RegExp(`^${name}`));
  });
  it('axes that are not there', async () => {
    const problem: Problem = { loss: ({ x }: { x: Tensor }) => x.square().sum() };
    await expect(train({ problem, optimizer: adaHessian({ blocks: () => [4] }), params: { x: vector(1) }, batch: () => null, steps: 1 })).rejects.toThrow(/blocks: expected axes of x \[1\], got \[4\]/);
  });
});
