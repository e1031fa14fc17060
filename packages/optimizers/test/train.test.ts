import { cpu, random, softmaxCrossEntropy, tensor, type Tensor, zeros } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { adamw, chain, loadCheckpoint, momentum, optimizer, type Problem, saveCheckpoint, scaleByLearningRate, sgd, train, type TrainOptions, type Transform } from '../src/index.js';
import { distance, numbers, vector } from './helpers.js';

interface Batch { readonly x: Tensor; readonly y: Tensor }
interface Net { readonly w: Tensor; readonly b: Tensor }

const stream = random(3);
const inputs = stream.tensor('normal', [64, 5], 'float64').dataSync();
const labels = Int32Array.from({ length: 64 }, (_, i) => (inputs[5 * i]! + inputs[5 * i + 1]! > 0 ? 1 : inputs[5 * i + 2]! > 0 ? 2 : 0));
const batch = (_: number, draws: { integer(n: number): number }): Batch => {
  const rows = Array.from({ length: 16 }, () => draws.integer(64));
  return { x: tensor(Float64Array.from(rows.flatMap((r) => [...inputs.subarray(5 * r, 5 * r + 5)])), [16, 5]), y: tensor(Int32Array.from(rows, (r) => labels[r]!), [16]) };
};
const problem: Problem<Batch> = {
  model: ({ w, b }: Net, { x }) => x.matmul(w).add(b),
  outputLoss: (z: Tensor, { y }) => softmaxCrossEntropy(z, y),
  likelihood: 'categorical',
  exampleLoss: ({ w, b }: Net, { x, y }: Batch) => softmaxCrossEntropy(x.reshape([1, 5]).matmul(w).add(b), y.reshape([1])),
};
const params: Net = { w: zeros([5, 3], 'float64'), b: zeros([3], 'float64') };
const base = { problem, params: params as never, batch, steps: 40, seed: 5 } satisfies Partial<TrainOptions<Batch>>;
/** Moves along a random curvature product every third step: everything that a resumed run has to repeat. */
const noisy: Transform = {
  name: 'noisy',
  needs: ['hvp', 'ggnvp', 'gradSamples', 'sampledGradient'],
  phase: (step) => step % 3 === 0,
  init: () => ({}),
  update(updates, state, at) {
    if (at.phase === false) return [updates, state];
    const { w, b } = at.params as unknown as Net;
    const v = { w: at.draw('rademacher', w.shape), b: at.draw('normal', b.shape) };
    const parts = [at.hvp!(v), at.ggnvp!(v), at.sampledGradient!().gradient] as unknown as Net[];
    const samples = at.gradSamples!() as unknown as Net;
    const sum = (key: keyof Net): Tensor => parts.reduce((s, p) => s.add(p[key].mul(0.1)), samples[key].mean(0));
    return [{ w: sum('w'), b: sum('b') }, state, { size: sum('b').norm() }];
  },
};

describe('train', () => {
  it('learns', async () => {
    const { losses, status, skipped } = await train({ ...base, optimizer: adamw({ learningRate: 0.1 }), steps: 150 });
    expect(losses[0]).toBeCloseTo(Math.log(3), 12);
    expect(Math.max(...losses.slice(-20))).toBeLessThan(0.45);
    expect([status, skipped]).toEqual(['done', 0]);
  });

  it('repeats under a seed, and differs under another', async () => {
    const options = { ...base, optimizer: optimizer(chain(noisy, momentum(), scaleByLearningRate(0.05))) };
    const [a, b, c] = [await train(options), await train(options), await train({ ...options, seed: 6 })];
    expect(numbers(b.params)).toEqual(numbers(a.params));
    expect(numbers(c.params)).not.toEqual(numbers(a.params));
  });

  it('n steps, saved, loaded, and n more are bit for bit 2n steps', async () => {
    const options = { ...base, optimizer: optimizer(chain(noisy, momentum(), scaleByLearningRate(0.05))) };
    const whole = await train(options);
    const half = await train({ ...options, steps: 20 });
    const loaded = loadCheckpoint(await saveCheckpoint(half));
    const rest = await train({ ...options, resume: loaded });
    expect(numbers(rest.params)).toEqual(numbers(whole.params));
    expect(numbers(rest.state.slots)).toEqual(numbers(whole.state.slots));
    expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
  });

  it('gives the same as update by hand', async () => {
    const method = sgd({ learningRate: 0.1, momentum: 0.9 });
    const target = vector(1, 2);
    const quadratic: Problem = { loss: ({ x }: { x: Tensor }) => x.sub(target).square().sum() };
    const { params: end } = await train({ problem: quadratic, optimizer: method, params: { x: vector(0, 0) }, batch: () => null, steps: 5 });
    let [at, state] = [{ x: vector(0, 0) } as never, method.init({ x: vector(0, 0) })];
    for (let k = 0; k < 5; k++) ({ params: at, state } = method.update({ x: (at as { x: Tensor }).x.sub(target).mul(2) }, state, at) as never);
    expect(distance(numbers(end), numbers(at))).toBeLessThan(1e-15);
  });

  it('leaves no storage behind', async () => {
    const before = cpu.memory().storages;
    await train({ ...base, optimizer: adamw(), engine: cpu, steps: 10 });
    expect(cpu.memory().storages - before).toBeLessThanOrEqual(0);
  });
});

describe('a gradient that is not finite', () => {
  const rough: Problem<number> = { loss: ({ x }: { x: Tensor }, scale) => x.mul(scale).square().sum() };
  const options = { problem: rough, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }), params: { x: vector(1, 1) }, steps: 6 };
  it('is skipped and counted, and the state stays', async () => {
    const reports: boolean[] = [];
    const bad = await train({ ...options, batch: (step) => (step === 2 || step === 4 ? NaN : 1), onStep: ({ skipped }) => void reports.push(skipped) });
    const good = await train({ ...options, steps: 4, batch: () => 1 });
    expect(reports).toEqual([false, true, false, true, false, false]);
    expect([bad.skipped, bad.step, bad.state.step]).toEqual([2, 6, 4]);
    expect(numbers(bad.params)).toEqual(numbers(good.params));
  });
  it('throws when asked to, and after twenty in a row', async () => {
    await expect(train({ ...options, onNonFinite: 'throw', batch: () => Infinity })).rejects.toThrow(/step 1: the loss \(Infinity\) or its gradient is not finite/);
    await expect(train({ ...options, steps: 50, batch: () => NaN })).rejects.toThrow(/step 20: .* for 20 steps in a row/);
  });
});

describe('refuses before the first step', () => {
  const never = (): never => {
    throw new Error('a batch was asked for');
  };
  it('a problem that lacks what the method needs', async () => {
    const method = optimizer(noisy);
    const loss = (): Tensor => zeros([]);
    await expect(train({ ...base, problem: { loss }, optimizer: method, batch: never })).rejects.toThrow(/noisy needs model and outputLoss \(for ggnvp\), exampleLoss \(for gradSamples\), model and likelihood \(for sampledGradient\)/);
    await expect(train({ ...base, problem: {}, optimizer: sgd({ learningRate: 1 }), batch: never })).rejects.toThrow(/expected loss, or model and outputLoss/);
  });
  it("another method's checkpoint, and bytes that are none", async () => {
    const { params: p, state, step, skipped } = await train({ ...base, optimizer: adamw(), steps: 1 });
    await expect(train({ ...base, optimizer: sgd({ learningRate: 1 }), resume: { params: p, state, step, skipped }, batch: never })).rejects.toThrow(/expected a state of/);
    const bytes = await saveCheckpoint({ params: p, state, step, skipped });
    expect(() => loadCheckpoint(bytes.subarray(0, bytes.length - 8))).toThrow(/truncated in state/);
    expect(() => loadCheckpoint(bytes.subarray(0, 4))).toThrow(/got 4 bytes/);
    expect(() => loadCheckpoint(new Uint8Array(64))).toThrow(/checkpoint: expected a file of curv-checkpoint-1/);
  });
});

it('an abort hands the checkpoint over first', async () => {
  const controller = new AbortController();
  const kept: number[] = [];
  const run = train({ ...base, optimizer: adamw(), signal: controller.signal, onStep: ({ step }) => void (step === 7 && controller.abort()), onCheckpoint: ({ step }) => void kept.push(step), checkpointEvery: 5 });
  await expect(run).rejects.toThrow(/abort/i);
  expect(kept).toEqual([5, 7]);
});

it('onStep can end a run', async () => {
  const { status, step } = await train({ ...base, optimizer: adamw(), onStep: ({ step: at }) => (at === 3 ? 'stop' : undefined) });
  expect([status, step]).toEqual(['stopped', 3]);
});
