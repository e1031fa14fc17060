/** How many of Sophia's elements are not clipped, against γ. */
import type { Ctx, Frame } from '@curv/plugin';
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

const GAMMAS = [0.005, 0.05, 0.5];

export async function* unclipped({ model, estimator, steps, rate }: UnclippedParams, { engine, rng, signal, quick }: Ctx): AsyncGenerator<Frame> {
  const task = await taskOf(model, 64, rng.seed);
  const total = quick ? Math.min(steps, 20) : steps;
  const shares: Record<string, number> = {};
  for (const gamma of GAMMAS) {
    const x: number[] = [];
    const y: number[] = [];
    const optimizer = (estimator === 'hutchinson' ? sophiaH : sophiaG)({ learningRate: rate, gamma, weightDecay: 0 });
    await train({
      problem: task.problem, optimizer, params: task.params, batch: (_, draws) => task.batch(draws), steps: total, seed: rng.seed, engine, signal,
      onStep({ step, info }) {
        const share = info['winRate'];
        if (share === undefined) return;
        x.push(step);
        y.push(share);
      },
    });
    yield { kind: 'series', name: `γ = ${gamma}`, figure: 'Unclipped share', axes: { x: { label: 'step' }, y: { label: 'share of the elements' } }, x, y };
    shares[`γ = ${gamma}`] = y[y.length - 1]!;
  }
  yield { kind: 'metric', step: total, values: shares };
  yield { kind: 'note', text: 'Liu et al. 2023 choose γ so that a tenth to a half of the elements are not clipped.' };
}
