/** How far each layer moves for its gradient: the learning rates that a method amounts to. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import { compile, flatten, grad, random, type Tensor, treeMap, treeNames } from '@curv/tensor';
import type { Params } from '../api.js';
import { lossOf } from '../train/oracles.js';
import { stepFunction } from '../train/step-function.js';
import { taskOf, trainers } from './training.js';

/** The parameters of the demo. */
export interface RatesParams {
  readonly model: string;
  readonly method: string;
  readonly steps: number;
  readonly rate: number;
}

const EVERY = 5;
const LEAST = 1e-12;
const RATES = { figure: 'Effective learning rates', axes: { x: { label: 'step' }, y: { label: '‖Δθ‖ ÷ ‖∇θ‖ of the layer', log: true } } } as const;
const DIGITS: Readonly<Record<string, string>> = { kernel: 'convolution, kernel', bias: 'convolution, bias', w: 'output layer, kernel', b: 'output layer, bias' };

const size = (t: Tensor): Tensor => t.square().mean().sqrt();

export async function* effectiveRates({ model, method, steps, rate }: RatesParams, { engine, rng, signal, quick }: Ctx): AsyncGenerator<Frame> {
  const task = await taskOf(model, 64, rng.seed);
  const optimizer = trainers(rate)[method]!;
  const names = treeNames(task.params);
  // ‖Δθ‖ ÷ ‖g‖ of every tensor, root mean squares.
  const ratios = compile(
    (before: Params, after: Params, batch: unknown) => {
      const gradient = grad(lossOf(task.problem))(before, batch) as Params;
      return flatten(treeMap((p, q, g) => size(q.sub(p)).div(size(g)), before, after, gradient)).leaves;
    },
    { engine },
  );
  const take = stepFunction(task.problem, optimizer, engine);
  let { params } = task;
  let state = optimizer.init(params, { seed: rng.seed });
  const total = quick ? Math.min(steps, 20) : steps;
  for (let step = 1; step <= total; step++) {
    const batch = task.batch(random(rng.seed).fork(`batch ${step}`));
    const next = take(params, state, batch);
    if (step % EVERY === 1) {
      const found = ratios(params, next.params, batch) as unknown as Tensor[];
      const values: Record<string, number> = {};
      // A layer that does not move has no place on a logarithmic axis.
      for (const [i, ratio] of found.entries()) values[nameOf(model, names[i]!)] = Math.max((await ratio.data())[0]!, LEAST);
      yield progress(step, total, `step ${step} of ${total}`);
      yield { kind: 'metric', step, ...RATES, values };
    }
    // The first parameters are the task's own.
    flatten([next.value, next.finite, next.info, ...(step > 1 ? [params, state.slots] : [])] as never).leaves.forEach((leaf) => leaf.dispose());
    params = next.params;
    state = { ...state, step, slots: next.slots };
    await breathe(signal);
  }
  take.dispose();
  ratios.dispose();
}

/** What a parameter is in its net. */
const nameOf = (model: string, name: string): string => (model === 'digits' ? DIGITS[name]! : name);
