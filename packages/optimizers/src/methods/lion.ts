/** Lion. */
import type { Optimizer, Schedule } from '../api.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights, type Mask } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { type LionMomentOptions, scaleByLion } from '../transforms/scale-by-lion.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

/** Options of `lion`. */
export interface LionOptions extends LionMomentOptions {
  /** Default 1e-4: about a tenth to a third of AdamW's. */
  readonly learningRate?: Schedule;
  /** λ; default 0. */
  readonly weightDecay?: number;
  readonly decayMask?: Mask;
}

/** p ← p − η (sign(β₁ m + (1 − β₁) g) + λ p) (Chen et al. 2023, arXiv:2302.06675). State d. */
export const lion = ({ learningRate = 1e-4, weightDecay = 0, decayMask, ...moments }: LionOptions = {}): Optimizer =>
  optimizer(chain(scaleByLion(moments), addDecayedWeights(weightDecay, decayMask), scaleByLearningRate(learningRate)));
