import { cholesky } from '@curv/linalg';
import { random, tensor, type Tensor, zeros } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { loadCheckpoint, mfac, type MfacOptions, optimizer, type Optimizer, saveCheckpoint, scaleByMfac, train } from '../src/index.js';
import { distance, numbers, vector } from './helpers.js';

/** Directions u = F⁻¹g of a sequence of gradients. */
function directions(method: Optimizer, gradients: readonly (readonly number[])[]): number[][] {
  let params = { x: vector(...gradients[0]!.map(() => 0)) } as never;
  let state = method.init(params);
  return gradients.map((g) => {
    const before = numbers(params);
    ({ params, state } = method.update({ x: vector(...g) }, state, params) as never);
    return numbers(params).map((p, i) => p - before[i]!);
  });
}

/** (λI + (1/m) Σ gᵢgᵢᵀ)⁻¹ x, dense. */
function dense(gradients: readonly (readonly number[])[], m: number, damping: number, x: readonly number[]): number[] {
  const d = x.length;
  const data = new Float64Array(d * d);
  for (const g of gradients) for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) data[i * d + j]! += (g[i]! * g[j]!) / m;
  for (let i = 0; i < d; i++) data[i * d + i]! += damping;
  return [...cholesky({ rows: d, columns: d, data }).solve(Float64Array.from(x))];
}

const rows = [[1, 2, 0, -1], [0, 1, 1, 2], [3, -1, 1, 0]];
const window = (options: MfacOptions): Optimizer => optimizer(scaleByMfac(options));

describe('directions', () => {
  it('are the published inverse times the newest gradient', () => {
    // F⁻¹ of /papers' example, λ = 0.5 and m = 3, times (3, −1, 1, 0).
    const inverse = [
      [0.40431266846361186, 0.05390835579514824, -0.4636118598382749, 0.20485175202156328],
      [0.05390835579514824, 0.4071877807726864, -0.06181491464510332, 0.02731356693620844],
      [-0.4636118598382749, -0.06181491464510332, 1.5716082659478885, -0.5548966756513926],
      [0.20485175202156328, 0.02731356693620844, -0.5548966756513926, 0.6637915543575920],
    ];
    const expected = inverse.map((row) => row.reduce((s, x, j) => s + x * rows[2]![j]!, 0));
    expect(distance(directions(window({ window: 3, damping: 0.5 }), rows)[2]!, expected)).toBeLessThan(1e-14);
  });

  it('count the window in 1/m while it fills, and forget the oldest', () => {
    const stream = random(1);
    const gradients = Array.from({ length: 9 }, () => Array.from({ length: 6 }, () => stream.normal()));
    const found = directions(window({ window: 4, damping: 1e-3 }), gradients);
    found.forEach((u, t) => expect(distance(u, dense(gradients.slice(Math.max(0, t - 3), t + 1), 4, 1e-3, gradients[t]!))).toBeLessThan(1e-11));
  });

  it.each([
    ['more gradients than parameters', 5, [[1, 0], [1, 1], [2, -1], [0, 3], [1, 4]]],
    ['the same gradient again and again', 4, [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]],
    ['zeros', 2, [[0, 0], [0, 0], [1, 0]]],
    ['one parameter', 3, [[2], [3], [-1]]],
    ['a window of one', 1, [[1, 2], [3, 4]]],
  ])('are exact for %s', (_, m, gradients) => {
    directions(window({ window: m, damping: 0.1 }), gradients).forEach((u, t) => {
      expect(distance(u, dense(gradients.slice(Math.max(0, t - m + 1), t + 1), m, 0.1, gradients[t]!))).toBeLessThan(1e-12);
    });
  });

  it('do not cancel in float32 at λ = 1e-5', () => {
    const stream = random(2);
    const [m, d] = [8, 200];
    const gradients = Array.from({ length: 12 }, () => Array.from({ length: d }, () => Math.fround(stream.normal())));
    const method = window({ window: m, damping: 1e-5 });
    let params: { x: Tensor } = { x: zeros([d]) };
    let state = method.init(params);
    let before = numbers(params);
    for (const [t, g] of gradients.entries()) {
      ({ params, state } = method.update({ x: tensor(Float32Array.from(g), [d]) }, state, { x: zeros([d]) }) as never);
      before = numbers(params);
      const exact = dense(gradients.slice(Math.max(0, t - m + 1), t + 1), m, 1e-5, g);
      const scale = Math.max(...exact.map(Math.abs));
      // Rounding of the Gram matrix: measured 1.1e-6.
      expect(Math.max(...exact.map((x, i) => Math.abs(x - before[i]!))) / scale).toBeLessThan(1e-5);
    }
  });

  it('stay finite where the damping is lost in rounding', () => {
    const g = Array.from({ length: 50 }, (_, i) => 100 * Math.sin(i + 1));
    const method = window({ window: 6, damping: 1e-12 });
    let params: { x: Tensor } = { x: zeros([50]) };
    let state = method.init(params);
    for (let t = 0; t < 8; t++) ({ params, state } = method.update({ x: tensor(Float32Array.from(g), [50]) }, state, params) as never);
    expect(numbers(params).every(Number.isFinite)).toBe(true);
  });
});

describe('mfac', () => {
  it('adds weight decay to the gradient, and averages by momentum', () => {
    const [g1, g2] = [[1, -2], [0.5, 1]];
    const method = mfac({ learningRate: 0.1, window: 2, damping: 0.5, momentum: 0.6, weightDecay: 0.3 });
    let params = { x: vector(1, 2) };
    let state = method.init(params);
    let v = [0, 0];
    let w = [1, 2];
    const seen: number[][] = [];
    for (const g of [g1, g2]) {
      ({ params, state } = method.update({ x: vector(...g) }, state, params) as never);
      seen.push(g.map((x, i) => x + 0.3 * w[i]!));
      const u = dense(seen, 2, 0.5, seen.at(-1)!);
      v = v.map((x, i) => 0.6 * x + 0.4 * u[i]!);
      w = w.map((x, i) => x - 0.1 * v[i]!);
      expect(distance(numbers(params), w)).toBeLessThan(1e-14);
    }
  });

  it('leaves parameters that start at 0 alone when sparse', () => {
    const method = mfac({ learningRate: 1, window: 2, damping: 0.5, sparse: true });
    const params = { x: vector(1, 0, 2) };
    const state = method.init(params);
    const { params: moved } = method.update({ x: vector(3, 5, 1) }, state, params);
    const [a, b] = dense([[3, 1]], 2, 0.5, [3, 1]);
    expect(distance(numbers(moved), [1 - a!, 0, 2 - b!])).toBeLessThan(1e-14);
  });

  it('keeps m·d + m² numbers', () => {
    const state = mfac({ window: 4 }).init({ a: zeros([3, 2]), b: zeros([5]) });
    expect(numbers(state.slots)).toHaveLength(4 * 11 + 16);
  });

  it('resumes bit for bit', async () => {
    const stream = random(4);
    const a = stream.tensor('normal', [20, 6], 'float64');
    const problem = { loss: ({ w }: { w: Tensor }, scale: Tensor) => a.matmul(w).tanh().sub(0.3).square().mean().mul(scale) };
    const options = { problem, optimizer: mfac({ window: 5, damping: 1e-2, learningRate: 0.05, momentum: 0.5 }), params: { w: zeros([6, 1], 'float64') }, steps: 16, batch: (step: number) => tensor(1 + 0.1 * step, [], 'float64') };
    const whole = await train(options);
    const half = loadCheckpoint(await saveCheckpoint(await train({ ...options, steps: 7 })));
    const resumed = await train({ ...options, resume: half });
    expect(numbers(resumed.params)).toEqual(numbers(whole.params));
    expect(numbers(resumed.state.slots)).toEqual(numbers(whole.state.slots));
    // The loss is scaled by 1 + step / 10.
    expect(whole.losses.at(-1)! / 2.6).toBeLessThan(whole.losses[0]! / 1.1);
  });

  it('refuses wrong options, and windows beyond the memory limit', () => {
    expect(() => mfac({ window: 0 })).toThrow(/window: expected a whole number of at least 1, got 0/);
    expect(() => mfac({ damping: 0 })).toThrow(/damping: expected a positive number, got 0/);
    expect(() => mfac({ damping: NaN })).toThrow(RangeError);
    expect(() => mfac({ momentum: 1 })).toThrow(/momentum/);
    expect(() => mfac({ window: 256, memoryLimit: 1e6 }).init({ w: zeros([1000]) })).toThrow(/256 gradients of 1000 numbers take 1024000 bytes/);
  });
});
