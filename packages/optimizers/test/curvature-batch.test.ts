import { softmaxCrossEntropy, tensor, type Tensor, zeros } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { chain, gaussNewtonBartlett, loadCheckpoint, optimizer, type Params, type Problem, saveCheckpoint, scaleByLearningRate, scaleBySophia, sophiaG, sophiaH, train, type TrainOptions, type Transform } from '../src/index.js';
import { numbers } from './helpers.js';

interface Batch { readonly x: Tensor; readonly y: Tensor }
interface Net { readonly w: Tensor }

const inputs = [[1, 2], [0, 1], [-1, 1], [2, -1]];
const labels = [0, 1, 2, 0];
const rows = (...list: readonly number[]): Batch => ({ x: tensor(list.map((i) => inputs[i]!), [list.length, 2], 'float64'), y: tensor(Int32Array.from(list, (i) => labels[i]!), [list.length]) });
const whole = rows(0, 1, 2, 3);
const problem: Problem<Batch> = {
  model: ({ w }: Net, { x }) => x.matmul(w),
  outputLoss: (z: Tensor, { y }) => softmaxCrossEntropy(z, y),
  exampleLoss: ({ w }: Net, { x, y }: Batch) => softmaxCrossEntropy(x.reshape([1, 2]).matmul(w), y.reshape([1])),
  likelihood: 'categorical',
};
const params = { w: tensor([[0.1, 0.3, 0], [-0.2, 0, 0.4]], [2, 3], 'float64') } as never;
const base = { problem, params, batch: () => whole, steps: 1 } satisfies Partial<TrainOptions<Batch>>;

/** A step whose update is what `pick` takes from its context. */
const probe = (pick: (at: Parameters<Transform['update']>[2]) => Tensor): Transform => ({
  name: 'probe',
  needs: ['hvp', 'ggnvp', 'gradSamples', 'sampledGradient', 'layerMoments'],
  init: () => ({}),
  update: (_, state, at) => [{ w: pick(at) }, state],
});
const v = { w: tensor([[1, -1, 2], [0.5, 0, -3]], [2, 3], 'float64') } as never;
const leaf = (tree: Params): Tensor => (tree as unknown as Net).w;
const answer = async (pick: Parameters<typeof probe>[0], options: Partial<TrainOptions<Batch>>): Promise<number[]> => numbers((await train({ ...base, optimizer: optimizer(probe(pick)), ...options })).params);

describe('curvatureBatch', () => {
  const curvature: Readonly<Record<string, Parameters<typeof probe>[0]>> = {
    hvp: (at) => leaf(at.hvp!(v)),
    ggnvp: (at) => leaf(at.ggnvp!(v)),
    'sampledGradient, gradient': (at) => leaf(at.sampledGradient!().gradient),
    'sampledGradient, count': (at) => zeros([2, 3], 'float64').add(at.sampledGradient!().count),
    'layerMoments, inputs': (at) => zeros([2, 3], 'float64').add(at.layerMoments!().layers[0]!.inputs.sum()),
    'layerMoments, outputs': (at) => zeros([2, 3], 'float64').add(at.layerMoments!().layers[0]!.outputs.square().sum()),
  };
  it.each(Object.entries(curvature))('is what %s sees', async (_, pick) => {
    const part = rows(2, 1, 3);
    const found = await answer(pick, { curvatureBatch: () => part });
    expect(found).toEqual(await answer(pick, { batch: () => part }));
    expect(found).not.toEqual(await answer(pick, {}));
  });

  it('B is the number of its draws, and the sum of its weights', async () => {
    const count = curvature['sampledGradient, count']!;
    const b = async (options: Partial<TrainOptions<Batch>>): Promise<number> => (await answer(count, options))[0]! - 0.1;
    expect(await b({})).toBeCloseTo(4, 14);
    expect(await b({ curvatureBatch: () => rows(0, 2, 3) })).toBeCloseTo(3, 14);
    const weights = ({ y }: Batch): Tensor => y.cast('float64').add(0.5);
    expect(await b({ curvatureBatch: () => rows(0, 2, 3), problem: { ...problem, weights } })).toBeCloseTo(0.5 + 2.5 + 0.5, 14);
  });

  it('leaves gradient and gradSamples on the batch of the step', async () => {
    for (const pick of [(at) => leaf(at.gradient), (at) => leaf(at.gradSamples!()).mean(0)] as (typeof curvature)[string][]) {
      expect(await answer(pick, { curvatureBatch: () => rows(1) })).toEqual(await answer(pick, {}));
    }
  });

  it('may be the batch itself', async () => {
    const pick = curvature['sampledGradient, gradient']!;
    expect(await answer(pick, { curvatureBatch: (batch) => batch })).toEqual(await answer(pick, {}));
  });

  it('is asked for at refreshes only, and never by a method without curvature', async () => {
    const asked = async (method: TrainOptions<Batch>['optimizer']): Promise<number> => {
      let n = 0;
      await train({ ...base, steps: 21, optimizer: method, curvatureBatch: () => (n++, rows(0, 1)) });
      return n;
    };
    expect(await asked(sophiaG({ learningRate: 1e-3 }))).toBe(3);
    expect(await asked(sophiaH({ learningRate: 1e-3, interval: 5 }))).toBe(5);
    expect(await asked(optimizer(scaleByLearningRate(0.1)))).toBe(0);
  });

  it('keeps the Gauss-Newton-Bartlett estimate unbiased for the whole batch, when parts are drawn from it', async () => {
    // Diagonal of the whole batch's Gauss-Newton matrix: the same values as in sophia.test.ts.
    const exact = [0.31654398591562544, 0.34868044484503846, 0.26487480659127216, 0.29403963239093023, 0.37645199115184974, 0.4091298997314586];
    const method = optimizer(chain(scaleBySophia(gaussNewtonBartlett(), { gamma: 1, beta2: 0, interval: 1 }), scaleByLearningRate(0)));
    const estimates: number[][] = [];
    await train({
      ...base,
      optimizer: method,
      steps: 8000,
      checkpointEvery: 1,
      curvatureBatch: (_, stream) => {
        const first = stream.integer(4);
        return rows(first, (first + 1 + stream.integer(3)) % 4);
      },
      onCheckpoint: ({ state }) => void estimates.push(numbers((state.slots as unknown as { h: Params }[])[0]!.h)),
    });
    exact.forEach((value, i) => {
      const list = estimates.map((h) => h[i]!);
      const mean = list.reduce((a, b) => a + b, 0) / list.length;
      const error = Math.sqrt(list.reduce((a, b) => a + (b - mean) ** 2, 0) / list.length ** 2);
      expect(error).toBeLessThan(0.01);
      expect(Math.abs(mean - value)).toBeLessThan(4 * error);
    });
  });

  it('is drawn anew, and alike in a resumed run', async () => {
    const seen: number[][] = [];
    const options: TrainOptions<Batch> = {
      ...base,
      steps: 8,
      optimizer: sophiaG({ learningRate: 0.05, interval: 2 }),
      curvatureBatch: async (_, stream) => {
        const list = [stream.integer(4), stream.integer(4)];
        seen.push(list);
        return rows(...list);
      },
    };
    const all = await train(options);
    const half = await train({ ...options, steps: 4 });
    const rest = await train({ ...options, resume: loadCheckpoint(await saveCheckpoint(half)) });
    expect(numbers(rest.params)).toEqual(numbers(all.params));
    expect(numbers(rest.state.slots)).toEqual(numbers(all.state.slots));
    expect(seen.slice(4)).toEqual(seen.slice(0, 4));
    expect(new Set(seen.slice(0, 4).map(String)).size).toBeGreaterThan(1);
  });

  it('refuses what is no function', async () => {
    await expect(train({ ...base, optimizer: sophiaG({ learningRate: 1 }), curvatureBatch: 32 as never })).rejects.toThrow(/curvatureBatch: expected a function of a batch and a stream, got number/);
  });
});
