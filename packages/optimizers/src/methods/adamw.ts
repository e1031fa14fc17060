/** Adam with decoupled weight decay. */
import type { Optimizer } from '../api.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights, type Mask } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { scaleByAdam } from '../transforms/scale-by-adam.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import type { AdamOptions } from './adam.js';

/** Options of `adamw`. */
export interface AdamwOptions extends AdamOptions {
  /** λ; default 0.01. */
  readonly weightDecay?: number;
  /** Parameters that decay; default all. `matricesOnly` spares biases and normalizations. */
  readonly decayMask?: Mask;
}

/** p ← p − η (m̂ / (√v̂ + ε) + λ p) (Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2). The update rule of `torch.optim.AdamW`. State 2d. */
export const adamw = ({ learningRate = 1e-3, weightDecay = 0.01, decayMask, ...moments }: AdamwOptions = {}): Optimizer =>
  optimizer(chain(scaleByAdam(moments), addDecayedWeights(weightDecay, decayMask), scaleByLearningRate(learningRate)));
