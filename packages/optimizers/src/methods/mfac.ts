/** M-FAC. */
import type { Optimizer, Schedule } from '../api.js';
import { checkDecay } from '../checks.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { momentum as heavyBall } from '../transforms/momentum.js';
import { scale } from '../transforms/scale.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';
import { type MfacWindowOptions, scaleByMfac } from '../transforms/scale-by-mfac.js';

/** Options of `mfac`. With an almost empty window the first steps are about m g / ‖g‖²: keep learningRate · window moderate, or warm up. */
export interface MfacOptions extends MfacWindowOptions {
  /** Default 1e-3. */
  readonly learningRate?: Schedule;
  /** μ of v ← μ v + (1 − μ) u; default 0, none. */
  readonly momentum?: number;
  /** λ of an L2 term: added to the gradient, so not decoupled. Default 0. */
  readonly weightDecay?: number;
}

/**
 * p ← p − η F⁻¹ g with F = λI + (1/m) Σ gᵢgᵢᵀ of the latest m gradients (Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356). First derivatives only. State m·d + m² numbers, d more
 * with momentum.
 */
export function mfac({ learningRate = 1e-3, momentum = 0, weightDecay = 0, ...window }: MfacOptions = {}): Optimizer {
  checkDecay('momentum', momentum);
  // (1 − μ) b with b ← μ b + u is v.
  const smooth = momentum === 0 ? [] : [heavyBall({ decay: momentum }), scale(1 - momentum)];
  return optimizer(chain(addDecayedWeights(weightDecay), scaleByMfac(window), ...smooth, scaleByLearningRate(learningRate)));
}
