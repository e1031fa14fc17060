/** How far each layer moves for its gradient: the learning rates that a method amounts to. */
import { breathe, type Ctx, type Frame } from '@curv/plugin';
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
  const x: number[] = [];
  const y: number[][] = names.map(() => []);
  let { params } = task;
  let state = optimizer.init(params, { seed: rng.seed });
  const total = quick ? Math.min(steps, 20) : steps;
  for (let step = 1; step <= total; step++) {
    const batch = task.batch(random(rng.seed).fork(`batch ${step}`));
    const next = take(params, state, batch);
    if (step % EVERY === 1) {
      x.push(step);
      const found = ratios(params, next.params, batch) as unknown as Tensor[];
      for (const [i, ratio] of found.entries()) y[i]!.push((await ratio.data())[0]!);
    }
    // The first parameters are the task's own.
    flatten([next.value, next.finite, next.info, ...(step > 1 ? [params, state.slots] : [])] as never).leaves.forEach((leaf) => leaf.dispose());
    params = next.params;
    state = { ...state, step, slots: next.slots };
    await breathe(signal);
  }
  take.dispose();
  ratios.dispose();
  for (const [i, name] of names.entries()) {
    signal.throwIfAborted();
    yield { kind: 'series', name, figure: 'Effective learning rates', axes: { x: { label: 'step' }, y: { label: '‖Δθ‖ ÷ ‖g‖', log: y.every((values) => values.every((value) => value > 0)) } }, x, y: y[i]! };
  }
  yield { kind: 'metric', step: total, values: Object.fromEntries(names.map((name, i) => [name, y[i]![y[i]!.length - 1]!])) };
}
