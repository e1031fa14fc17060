/** RMSProp. */
import type { Optimizer, Schedule } from '../api.js';
import { optimizer } from '../optimizer.js';
import { chain } from '../transforms/chain.js';
import { momentum as heavyBall } from '../transforms/momentum.js';
import { type RmsOptions, scaleByRms } from '../transforms/scale-by-rms.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

/** Options of `rmsprop`. */
export interface RmspropOptions extends RmsOptions {
  /** Default 1e-2. */
  readonly learningRate?: Schedule;
  /** μ in [0, 1), on the scaled updates; default 0. */
  readonly momentum?: number;
}

/** p ← p − η b, b ← μ b + g / √v (Tieleman & Hinton 2012). The update rule of `torch.optim.RMSprop`. State d, 2d with momentum or `centered`. */
export const rmsprop = ({ learningRate = 1e-2, momentum = 0, ...rms }: RmspropOptions = {}): Optimizer =>
  optimizer(chain(scaleByRms(rms), ...(momentum === 0 ? [] : [heavyBall({ decay: momentum })]), scaleByLearningRate(learningRate)));
