/** How many of Sophia's elements are not clipped, against γ. */
import { type Ctx, during, type Frame, progress } from '@curv/plugin';
import { sophiaG, sophiaH } from '../methods/sophia.js';
import { train } from '../train/train.js';
import { taskOf } from './training.js';

/** The parameters of the demo. */
export interface UnclippedParams {
  readonly model: string;
  readonly estimator: string;
  readonly steps: number;
  readonly rate: number;
}

const GAMMAS = [0.005, 0.05, 0.5, 5];
const SHARE = { figure: 'Unclipped share', axes: { x: { label: 'step' }, y: { label: 'share of all elements' } } } as const;

export async function* unclipped({ model, estimator, steps, rate }: UnclippedParams, { engine, rng, signal, quick }: Ctx): AsyncGenerator<Frame> {
  const task = await taskOf(model, 64, rng.seed);
  const total = quick ? Math.min(steps, 20) : steps;
  yield { kind: 'note', text: 'Liu et al. 2023 choose γ so that a tenth to a half of the elements are not clipped.' };
  for (const [i, gamma] of GAMMAS.entries()) {
    const optimizer = (estimator === 'hutchinson' ? sophiaH : sophiaG)({ learningRate: rate, gamma, weightDecay: 0 });
    yield* during(signal, (say) =>
      train({
        problem: task.problem, optimizer, params: task.params, batch: (_, draws) => task.batch(draws), steps: total, seed: rng.seed, engine, signal,
        onStep({ step, info }) {
          const share = info['winRate'];
          if (share === undefined) return;
          say(progress(i * total + step, GAMMAS.length * total, `γ = ${gamma}`));
          say({ kind: 'metric', step, ...SHARE, values: { [`γ = ${gamma}`]: share } });
        },
      }),
    );
  }
}
