/** Adagrad. */
import type { Optimizer, Schedule } from '../api.js';
import { optimizer } from '../optimizer.js';
import { chain } from '../transforms/chain.js';
import { type AdagradMomentOptions, scaleByAdagrad } from '../transforms/scale-by-adagrad.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

/** Options of `adagrad`. */
export interface AdagradOptions extends AdagradMomentOptions {
  /** Default 1e-2. */
  readonly learningRate?: Schedule;
}

/** p ← p − η g / (√Σ g² + ε) (Duchi, Hazan & Singer 2011). The update rule of `torch.optim.Adagrad`. State d. */
export const adagrad = ({ learningRate = 1e-2, ...sums }: AdagradOptions = {}): Optimizer =>
  optimizer(chain(scaleByAdagrad(sums), scaleByLearningRate(learningRate)));
