/** Training curves of several optimizers, side by side. */
import type { Ctx, Frame } from '@curv/plugin';
import { random } from '@curv/tensor';
import type { Optimizer, Params, Problem } from '../api.js';
import { charBatch, charData, mlpLanguageModel } from '../zoo/char-lm.js';
import { digitData, digitNet } from '../zoo/digits-net.js';
import { adaHessian } from '../methods/ada-hessian.js';
import { adamw } from '../methods/adamw.js';
import { sgd } from '../methods/sgd.js';
import { sophiaG, sophiaH } from '../methods/sophia.js';
import { train } from '../train/train.js';

/** A model, and where its batches come from. */
export interface Task {
  readonly problem: Problem;
  readonly params: Params;
  batch(stream: ReturnType<typeof random>): unknown;
}

/** What the training demos train: a conv net on 8 × 8 digits, or a language model on names. */
export async function taskOf(model: string, batchSize: number, seed: number): Promise<Task> {
  const stream = random(seed).fork('model');
  if (model === 'names') {
    const { train: windows } = await charData(4);
    return { ...mlpLanguageModel(stream), batch: (draws) => charBatch(windows, batchSize, draws) };
  }
  const data = await digitData(1797);
  const { problem, params } = digitNet(stream);
  return { problem: { ...problem, likelihood: 'categorical' }, params, batch: (draws) => data.batch(Array.from({ length: batchSize }, () => draws.integer(data.count))) };
}

/** Methods at rates that suit both models. */
export const trainers = (rate: number): Readonly<Record<string, Optimizer>> => ({
  'SGD, momentum': sgd({ learningRate: 5 * rate, momentum: 0.9, nesterov: true }),
  AdamW: adamw({ learningRate: rate, weightDecay: 0 }),
  'Sophia-G': sophiaG({ learningRate: rate / 3, weightDecay: 0 }),
  'Sophia-H': sophiaH({ learningRate: rate / 3, weightDecay: 0 }),
  AdaHessian: adaHessian({ learningRate: 5 * rate, maxStep: 1 }),
});

/** The parameters of the demo. */
export interface TrainingParams {
  readonly model: string;
  readonly steps: number;
  readonly rate: number;
  readonly batch: number;
}

const WINDOW = 10;

/** Means over windows of steps. */
function smoothed(losses: readonly number[]): { x: number[]; y: number[] } {
  const x = Array.from({ length: Math.ceil(losses.length / WINDOW) }, (_, i) => Math.min(losses.length, (i + 1) * WINDOW));
  return { x, y: x.map((to, i) => losses.slice(i * WINDOW, to).reduce((a, b) => a + b, 0) / (to - i * WINDOW)) };
}

export async function* training({ model, steps, rate, batch }: TrainingParams, { engine, rng, signal, quick }: Ctx): AsyncGenerator<Frame> {
  const task = await taskOf(model, batch, rng.seed);
  const total = quick ? Math.min(steps, 20) : steps;
  const last: Record<string, number> = {};
  for (const [name, optimizer] of Object.entries(trainers(rate))) {
    const { losses } = await train({ problem: task.problem, optimizer, params: task.params, batch: (_, draws) => task.batch(draws), steps: total, seed: rng.seed, engine, signal });
    const curve = smoothed(losses);
    yield { kind: 'series', name, figure: 'Loss', axes: { x: { label: 'step' }, y: { label: `mean of ${WINDOW} batches`, log: true } }, ...curve };
    last[name] = curve.y[curve.y.length - 1]!;
  }
  yield { kind: 'metric', step: total, values: last };
}
