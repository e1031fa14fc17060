/** Stochastic gradient descent. */
import type { Optimizer, Schedule } from '../api.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights, type Mask } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { momentum as heavyBall } from '../transforms/momentum.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

/** Options of `sgd`. */
export interface SgdOptions {
  readonly learningRate: Schedule;
  /** μ in [0, 1); default 0. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  /** L2 regularization, added to the gradient as in PyTorch. Default 0. */
  readonly weightDecay?: number;
  readonly decayMask?: Mask;
}

/** p ← p − η b, b ← μ b + g + λ p (Robbins & Monro 1951; Sutskever et al. 2013). The update rule of `torch.optim.SGD` and `tf.train.momentum`. */
export function sgd({ learningRate, momentum = 0, nesterov = false, weightDecay = 0, decayMask }: SgdOptions): Optimizer {
  if (nesterov && momentum === 0) throw new RangeError('nesterov: expected a momentum above 0 beside it, got 0');
  return optimizer(
    chain(
      addDecayedWeights(weightDecay, decayMask),
      ...(momentum === 0 ? [] : [heavyBall({ decay: momentum, nesterov })]),
      scaleByLearningRate(learningRate),
    ),
  );
}
