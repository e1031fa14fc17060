/** Adam. */
import type { Optimizer, Schedule } from '../api.js';
import { optimizer } from '../optimizer.js';
import { chain } from '../transforms/chain.js';
import { type AdamMomentOptions, scaleByAdam } from '../transforms/scale-by-adam.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

/** Options of `adam`. */
export interface AdamOptions extends AdamMomentOptions {
  /** Default 1e-3. */
  readonly learningRate?: Schedule;
}

/** p ← p − η m̂ / (√v̂ + ε) (Kingma & Ba 2015, arXiv:1412.6980). The update rule of `torch.optim.Adam`; `nesterov` gives NAdam without its momentum schedule. State 2d. */
export const adam = ({ learningRate = 1e-3, ...moments }: AdamOptions = {}): Optimizer =>
  optimizer(chain(scaleByAdam(moments), scaleByLearningRate(learningRate)));
