import { cholesky, kroneckerProduct } from '@curv/linalg';
import { random, softmaxCrossEntropy, tensor, type Tensor, zeros } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { adamw, kfac, loadCheckpoint, optimizer, partition, type Problem, saveCheckpoint, scaleByKfac, train } from '../src/index.js';
import { layerMoments } from '../src/train/layer-moments.js';
import { distance, numbers } from './helpers.js';

interface Batch { readonly x: Tensor; readonly y: Tensor }
interface Net { readonly v: Tensor; readonly c: Tensor; readonly w: Tensor; readonly b: Tensor }

const stream = random(7);
const normal = (...shape: number[]): Tensor => stream.tensor('normal', shape, 'float64');
const net: Net = { v: normal(4, 3), c: normal(3), w: normal(3, 2), b: normal(2) };
const model = (p: Net, { x }: Batch): Tensor => x.matmul(p.v).add(p.c).tanh().matmul(p.w).add(p.b);
const batch: Batch = { x: normal(6, 4), y: normal(6, 2) };
const gaussian: Problem<Batch> = { model, outputLoss: (z: Tensor, { y }) => z.sub(y).square().sum(-1).mean().mul(0.5), likelihood: 'gaussian' };

/** Σ rᵢrᵢᵀ · scale for rows of length n. */
function moments(rows: readonly (readonly number[])[], scale: number): number[] {
  const n = rows[0]!.length;
  return Array.from({ length: n * n }, (_, at) => scale * rows.reduce((s, r) => s + r[Math.floor(at / n)]! * r[at % n]!, 0));
}
const rowsOf = (t: Tensor): number[][] => Array.from({ length: t.shape[0]! }, (_, i) => [...t.dataSync().subarray(i * t.shape[1]!, (i + 1) * t.shape[1]!)]);

it('takes the second moments at the layers, computed here by the chain rule', () => {
  const noise = normal(6, 2);
  const { layers, faults } = layerMoments('gaussian', gaussian, net as never, batch, () => noise);
  expect(faults.size).toBe(0);
  expect(layers.map(({ kernel, bias, transposed }) => [kernel, bias, transposed])).toEqual([[0, 1, false], [2, 3, false]]);
  // −log p = ½ (z − ŷ)² with ŷ = z + noise: the signal at the output is −noise.
  const out = rowsOf(noise).map((r) => r.map((e) => -e));
  const hidden = rowsOf(batch.x.matmul(net.v).add(net.c).tanh());
  const w = rowsOf(net.w);
  const inner = out.map((d, i) => hidden[i]!.map((h, k) => (1 - h * h) * (w[k]![0]! * d[0]! + w[k]![1]! * d[1]!)));
  const ones = (rows: number[][]): number[][] => rows.map((r) => [...r, 1]);
  // 12 draws: two for each of six examples.
  expect(distance(numbers(layers[0]!.inputs), moments(ones(rowsOf(batch.x)), 1 / 6))).toBeLessThan(1e-14);
  expect(distance(numbers(layers[0]!.outputs), moments(inner, 1 / 12))).toBeLessThan(1e-14);
  expect(distance(numbers(layers[1]!.inputs), moments(ones(hidden), 1 / 6))).toBeLessThan(1e-14);
  expect(distance(numbers(layers[1]!.outputs), moments(out, 1 / 12))).toBeLessThan(1e-14);
});

it.each([false, true])('solves with A ⊗ B, damped, with kernels stored transposed: %s', (transposed) => {
  const a = tensor([[2, 0.5, 0.1], [0.5, 1, 0], [0.1, 0, 1]], [3, 3], 'float64'); // two inputs and a bias
  const b = tensor([[1, 0.3], [0.3, 4]], [2, 2], 'float64');
  const g = { w: tensor([[1, -2], [0.5, 3]], [2, 2], 'float64'), b: tensor([-1, 0.7], [2], 'float64') };
  const method = optimizer(scaleByKfac({ damping: 0.04 }));
  const params = { w: zeros([2, 2], 'float64'), b: zeros([2], 'float64') };
  const oracle = { layerMoments: () => ({ layers: [{ kernel: 0, bias: 1, transposed, inputs: a, outputs: b }], faults: new Map() }) };
  const { params: moved } = method.update(g, method.init(params), params, oracle);
  const pi = Math.sqrt(4 / 3 / 2.5);
  const shifted = (t: Tensor, n: number, by: number): { rows: number; columns: number; data: Float64Array } => ({ rows: n, columns: n, data: Float64Array.from(t.dataSync(), (x, i) => x + (i % (n + 1) === 0 ? by : 0)) });
  const whole = kroneckerProduct(shifted(a, 3, pi * 0.2), shifted(b, 2, 0.2 / pi));
  const flat = transposed ? [1, 0.5, -2, 3, -1, 0.7] : [1, -2, 0.5, 3, -1, 0.7];
  const u = cholesky(whole).solve(Float64Array.from(flat));
  const expected = transposed ? [u[0]!, u[2]!, u[1]!, u[3]!, u[4]!, u[5]!] : [...u];
  expect(distance(numbers(moved), expected)).toBeLessThan(1e-14);
});

describe('kfac', () => {
  const inputs = random(8).tensor('normal', [200, 8], 'float64').dataSync();
  // Columns of very different sizes: gradient descent is slow.
  const scaled = Float64Array.from(inputs, (x, i) => x * 10 ** (-(i % 8) / 3));
  const labels = Int32Array.from({ length: 200 }, (_, i) => (inputs[8 * i + 7]! + 0.5 * inputs[8 * i]! > 0 ? 1 : 0));
  const data = { x: tensor(scaled, [200, 8]), y: tensor(labels, [200]) };
  const problem: Problem<Batch> = { model: ({ w, b }: { w: Tensor; b: Tensor }, { x }) => x.matmul(w).add(b), outputLoss: (z: Tensor, { y }) => softmaxCrossEntropy(z, y), likelihood: 'categorical' };
  const params = { w: zeros([8, 2], 'float64'), b: zeros([2], 'float64') };
  const options = { problem, params, batch: () => data, steps: 40 };

  it('descends where a tuned first-order method is slow', async () => {
    const second = await train({ ...options, optimizer: kfac({ learningRate: 1, damping: 1e-6, interval: 2, curvatureClip: 1e-1 }) });
    const first = await Promise.all([0.03, 0.1, 0.3].map((learningRate) => train({ ...options, optimizer: adamw({ learningRate, weightDecay: 0 }) })));
    expect(second.losses.at(-1)).toBeLessThan(Math.min(...first.map(({ losses }) => losses.at(-1)!)));
  });

  it('resumes bit for bit, between refreshes too', async () => {
    const method = kfac({ learningRate: 0.1, interval: 4 });
    const whole = await train({ ...options, optimizer: method, steps: 14 });
    for (const at of [1, 6]) {
      const half = loadCheckpoint(await saveCheckpoint(await train({ ...options, optimizer: method, steps: at })));
      const resumed = await train({ ...options, optimizer: method, steps: 14, resume: half });
      expect(numbers(resumed.params)).toEqual(numbers(whole.params));
      expect(numbers(resumed.state.slots)).toEqual(numbers(whole.state.slots));
    }
  });

  it('shares the parameters with another method in groups', async () => {
    const table = random(9).tensor('normal', [5, 4], 'float64');
    const embedded: Problem<Batch> = { ...problem, model: (p: { table: Tensor; w: Tensor; b: Tensor }, { x }) => p.table.gather(x).matmul(p.w).add(p.b) };
    const tokens = { x: tensor(Int32Array.of(0, 1, 2, 3, 4, 1), [6]), y: tensor(Int32Array.of(0, 1, 1, 0, 1, 1), [6]) };
    const all = { table, w: zeros([4, 2], 'float64'), b: zeros([2], 'float64') };
    const run = { problem: embedded, params: all, batch: () => tokens, steps: 30 };
    const grouped = optimizer(partition({ layers: kfac({ learningRate: 0.3 }).transform, rest: adamw({ learningRate: 0.05 }).transform }, (name) => (name === 'table' ? 'rest' : 'layers')));
    const { losses } = await train({ ...run, optimizer: grouped });
    expect(losses.at(-1)).toBeLessThan(0.2 * losses[0]!);
    await expect(train({ ...run, optimizer: kfac({ learningRate: 0.3 }) })).rejects.toThrow(/table is an operand of gather\. Put others into a group of their own by partition/);
    const split = optimizer(partition({ layers: kfac({ learningRate: 0.3 }).transform, rest: adamw().transform }, (name) => (name === 'w' ? 'layers' : 'rest')));
    await expect(train({ ...run, optimizer: split })).rejects.toThrow(/w belongs to a layer whose other part is in another group/);
  });

  it('refuses problems without a likelihood, and wrong options', async () => {
    const { likelihood: _, ...bare } = problem;
    await expect(train({ ...options, problem: bare, optimizer: kfac({ learningRate: 1 }) })).rejects.toThrow(/needs model and likelihood \(for layerMoments\)/);
    expect(() => kfac({ learningRate: 1, damping: 0 })).toThrow(/damping/);
    expect(() => kfac({ learningRate: 1, interval: 1.5 })).toThrow(/interval/);
    expect(() => kfac({ learningRate: 1, decay: 1 })).toThrow(/decay/);
    expect(() => kfac({ learningRate: 1, curvatureClip: -1 })).toThrow(/limit/);
  });
});
