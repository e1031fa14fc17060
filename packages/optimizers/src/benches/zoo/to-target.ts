/** Evaluations until a value is reached. */
import { breathe, type Ctx } from '@curv/plugin';
import { flatten } from '@curv/tensor';
import type { Optimizer } from '../../api.js';
import type { Evaluations, Minimizer } from '../../minimize/api.js';
import { minimize } from '../../minimize/minimize.js';
import { checkNeeds } from '../../train/oracles.js';
import { stepFunction } from '../../train/step-function.js';
import type { Entry } from './entries.js';

/** What a run took; `reached` says whether the target was met. */
export interface Run {
  readonly reached: boolean;
  readonly evaluations: Readonly<Evaluations>;
  readonly seconds: number;
}

/** A deterministic method from the entry's start. */
export async function minimized({ oracles, start, target }: Entry, method: Minimizer, { signal }: Ctx, most: number): Promise<Run> {
  const begin = performance.now();
  const found = await minimize(oracles, start, { method, tolerance: 0, target, maxIterations: most, maxEvaluations: most, signal });
  return { reached: found.value <= target, evaluations: found.evaluations, seconds: (performance.now() - begin) / 1000 };
}

/** Gradients that a training method takes on all of the data, or null where the target is not met within `most`. @throws TypeError when the problem lacks what it needs */
export async function trained({ training, target }: Entry, optimizer: Optimizer, { engine, rng, signal }: Ctx, most: number): Promise<number | null> {
  checkNeeds(training.problem, optimizer);
  const take = stepFunction(training.problem, optimizer, engine);
  let { params } = training;
  let state = optimizer.init(params, { seed: rng.seed });
  let gradients = 0;
  let found: number | null = null;
  while (gradients < most && found === null) {
    const out = take(params, state, training.batch);
    gradients++;
    const value = (await out.value.data())[0]!;
    if (!Number.isFinite(value)) break;
    if (value <= target) found = gradients;
    // The first parameters are the entry's own.
    flatten([out.value, out.finite, out.info, ...(gradients > 1 ? [params, state.slots] : [])] as never).leaves.forEach((leaf) => leaf.dispose());
    params = out.params;
    state = { ...state, step: state.step + 1, slots: out.slots };
    if (gradients % 50 === 0) await breathe(signal);
  }
  take.dispose();
  return found;
}
