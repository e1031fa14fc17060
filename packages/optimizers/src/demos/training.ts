/** Training curves of several optimizers, side by side. */
import { type Ctx, during, type Frame, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import type { Optimizer, Params, Problem } from '../api.js';
import { adaHessian } from '../methods/ada-hessian.js';
import { adamw } from '../methods/adamw.js';
import { kfac } from '../methods/kfac.js';
import { sgd } from '../methods/sgd.js';
import { sophiaG, sophiaH } from '../methods/sophia.js';
import { optimizer } from '../optimizer.js';
import { train } from '../train/train.js';
import { chain } from '../transforms/chain.js';
import { clipByCurvature } from '../transforms/clip-by-curvature.js';
import { momentum } from '../transforms/momentum.js';
import { partition } from '../transforms/partition.js';
import { scaleByAdam } from '../transforms/scale-by-adam.js';
import { scaleByKfac } from '../transforms/scale-by-kfac.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { charBatch, charData, mlpLanguageModel } from '../zoo/char-lm.js';
import { digitData, digitNet } from '../zoo/digits-net.js';

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

/** K-FAC takes kernels and biases of layers; the embedding of the language model goes to Adam. */
function kfacFor(model: string, rate: number): Optimizer {
  const [learningRate, damping] = [10 * rate, 0.03];
  if (model === 'digits') return kfac({ learningRate, damping });
  const layers = chain(scaleByKfac({ damping }), clipByCurvature(1e-3, learningRate), momentum({ decay: 0.9 }), scaleByLearningRate(learningRate));
  return optimizer(partition({ layers, embedding: chain(scaleByAdam(), scaleByLearningRate(rate)) }, (name) => (name === 'embedding' ? 'embedding' : 'layers')));
}

/** The parameters of the demo. */
export interface TrainingParams {
  readonly model: string;
  readonly steps: number;
  readonly rate: number;
  readonly batch: number;
}

const LOSS = { figure: 'Loss', axes: { x: { label: 'step' }, y: { label: 'cross-entropy, mean of the steps before', log: true } } } as const;

/** Points of a curve, at most. */
const POINTS = 20;

export async function* training({ model, steps, rate, batch }: TrainingParams, { engine, rng, signal, quick }: Ctx): AsyncGenerator<Frame> {
  const task = await taskOf(model, batch, rng.seed);
  const total = quick ? Math.min(steps, 20) : steps;
  const { 'Sophia-H': _, ...others } = trainers(rate);
  const methods = { ...others, 'K-FAC': kfacFor(model, rate) };
  const every = Math.ceil(total / POINTS);
  for (const [i, [name, method]] of Object.entries(methods).entries()) {
    yield* during(signal, (say) => {
      let [sum, count] = [0, 0];
      return train({
        problem: task.problem, optimizer: method, params: task.params, batch: (_step, draws) => task.batch(draws), steps: total, seed: rng.seed, engine, signal,
        onStep({ step, loss }) {
          sum += loss;
          count++;
          if (step % every !== 0 && step !== total) return;
          say(progress(i * total + step, Object.keys(methods).length * total, name));
          say({ kind: 'metric', step, ...LOSS, values: { [name]: sum / count } });
          [sum, count] = [0, 0];
        },
      });
    });
  }
}
