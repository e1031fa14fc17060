/** Times of training steps, methods in turn. */
import type { Ctx } from '@curv/plugin';
import { flatten, random } from '@curv/tensor';
import type { Optimizer, OptimizerState, Params, Problem } from '../../api.js';
import { stepFunction } from '../../train/step-function.js';
import { charBatch, type CharBatch, type CharData } from '../../zoo/char-lm.js';

/** A method on a model. */
export interface Timed {
  readonly problem: Problem<CharBatch>;
  readonly params: Params;
  readonly optimizer: Optimizer;
}

/**
 * Milliseconds of a step of each method: the mean over `cycle` steps, so that refreshes count as often as they happen, least over rounds in turn.
 * @param cycle a multiple of every method's interval
 */
export async function stepTimes({ engine, rng, signal, quick }: Ctx, methods: readonly Timed[], data: CharData, cycle: number, batchSize = 64): Promise<number[]> {
  const rounds = quick ? 5 : 30;
  const stream = random(rng.seed).fork('times');
  const batches = Array.from({ length: cycle }, () => charBatch(data.train, batchSize, stream));
  const running = methods.map(({ problem, params, optimizer }) => ({ take: stepFunction(problem, optimizer, engine), params, state: optimizer.init(params), least: Infinity }));
  for (let round = 0; round < rounds + 2; round++) {
    for (const method of running) {
      signal.throwIfAborted();
      const start = performance.now();
      for (const batch of batches) await advance(method, batch);
      // The first two rounds compile.
      if (round >= 2) method.least = Math.min(method.least, (performance.now() - start) / cycle);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  for (const { take } of running) take.dispose();
  return running.map(({ least }) => least);
}

async function advance(method: { take: ReturnType<typeof stepFunction>; params: Params; state: OptimizerState }, batch: CharBatch): Promise<void> {
  const { params, slots, value, finite, info } = method.take(method.params, method.state, batch);
  await value.data();
  flatten([value, finite, info, method.params, method.state.slots] as never).leaves.forEach((leaf) => leaf.dispose());
  method.params = params;
  method.state = { ...method.state, step: method.state.step + 1, slots };
}
