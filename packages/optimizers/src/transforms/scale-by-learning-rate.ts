/** Updates times the negative learning rate. */
import { treeMap } from '@curv/tensor';
import type { Params, Schedule, Transform } from '../api.js';
import { checkSchedule, valueAt } from '../checks.js';
import type { Hyper } from './hyper.js';

/** −η u. The last part of a chain. */
export function scaleByLearningRate(learningRate: Schedule): Transform {
  checkSchedule('learningRate', learningRate);
  return {
    name: 'scaleByLearningRate',
    hyper: (step) => ({ learningRate: valueAt('learningRate', learningRate, step) }),
    init: (): Params => ({}),
    update(updates, state, { hyper }) {
      const { learningRate: eta } = hyper as Hyper<'learningRate'>;
      return [treeMap((u) => u.mul(eta.neg()), updates), state];
    },
  };
}
