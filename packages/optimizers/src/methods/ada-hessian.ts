/** AdaHessian. */
import type { Optimizer, Schedule } from '../api.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights, type Mask } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { type AdaHessianMomentOptions, scaleByAdaHessian } from '../transforms/scale-by-ada-hessian.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

/** Options of `adaHessian`. */
export interface AdaHessianOptions extends AdaHessianMomentOptions {
  /** Default 0.15: not comparable with Adam's. */
  readonly learningRate?: Schedule;
  /** λ, decoupled; default 0. */
  readonly weightDecay?: number;
  readonly decayMask?: Mask;
}

/** p ← p − η (m̂ / V + λ p), V from a smoothed Hessian diagonal (Yao et al. 2021, arXiv:2006.00719, algorithm 1). One Hessian-vector product a refresh. State 2d. */
export const adaHessian = ({ learningRate = 0.15, weightDecay = 0, decayMask, ...moments }: AdaHessianOptions = {}): Optimizer =>
  optimizer(chain(scaleByAdaHessian(moments), addDecayedWeights(weightDecay, decayMask), scaleByLearningRate(learningRate)));
