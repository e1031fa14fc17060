/** Sophia. */
import type { Optimizer, Schedule } from '../api.js';
import type { DiagonalEstimator } from '../estimators/diagonal-estimator.js';
import { gaussNewtonBartlett } from '../estimators/gauss-newton-bartlett.js';
import { hutchinsonDiagonal, type HutchinsonDiagonalOptions } from '../estimators/hutchinson-diagonal.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights, type Mask } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { scaleBySophia, type SophiaMomentOptions } from '../transforms/scale-by-sophia.js';

/** Options of Sophia. Learning rates are about AdamW's; tune γ so that `winRate` stays between 0.1 and 0.5. */
export interface SophiaOptions extends Omit<SophiaMomentOptions, 'gamma'> {
  readonly learningRate: Schedule;
  readonly gamma?: number;
  /** λ, decoupled and not clipped; default 0.2, about twice AdamW's. */
  readonly weightDecay?: number;
  /** Parameters that decay; `matricesOnly` is what GPT trainings use. Default all. */
  readonly decayMask?: Mask;
}

/**
 * p ← p − η λ p − η clip(m / max(γ h, ε), 1), with a curvature diagonal h that an estimator refreshes every few steps (Liu et al. 2023, arXiv:2305.14342, algorithm 3). State 2d.
 * @param options.estimator of the diagonal; `sophiaH` and `sophiaG` choose the paper's
 */
export function sophia({ estimator, learningRate, weightDecay = 0.2, decayMask, gamma = 0.01, ...moments }: SophiaOptions & { readonly estimator: DiagonalEstimator }): Optimizer {
  return optimizer(chain(scaleBySophia(estimator, { gamma, ...moments }), addDecayedWeights(weightDecay, decayMask), scaleByLearningRate(learningRate)));
}

/** Sophia with Hutchinson's estimator: one Hessian-vector product every `interval` steps. γ defaults to 0.01. */
export const sophiaH = ({ probe, samples, ...options }: SophiaOptions & HutchinsonDiagonalOptions): Optimizer =>
  sophia({ ...options, estimator: hutchinsonDiagonal({ ...(probe && { probe }), ...(samples !== undefined && { samples }) }) });

/** Sophia with the Gauss-Newton-Bartlett estimator: one gradient on sampled labels every `interval` steps, no second derivatives. γ defaults to 0.05. */
export const sophiaG = ({ gamma = 0.05, ...options }: SophiaOptions): Optimizer => sophia({ ...options, gamma, estimator: gaussNewtonBartlett() });
