/** K-FAC. */
import type { Optimizer, Schedule } from '../api.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights, type Mask } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { clipByCurvature } from '../transforms/clip-by-curvature.js';
import { momentum as heavyBall } from '../transforms/momentum.js';
import { type KfacFactorOptions, scaleByKfac } from '../transforms/scale-by-kfac.js';
import { scaleByLearningRate } from '../transforms/scale-by-learning-rate.js';

/** Options of `kfac`. */
export interface KfacOptions extends KfacFactorOptions {
  readonly learningRate: Schedule;
  /** μ of b ← μ b + u; default 0.9. */
  readonly momentum?: number;
  /** Bound κ of η² uᵀg; default 1e-3, null for none. */
  readonly curvatureClip?: number | null;
  /** λ, decoupled; default 0. */
  readonly weightDecay?: number;
  readonly decayMask?: Mask;
}

/**
 * p ← p − η (b + λ p), b ← μ b + F⁻¹g with a Kronecker-factored F (Martens & Grosse 2015, arXiv:1503.05671). Every parameter must be the kernel of a matrix product or an ungrouped convolution,
 * or a bias: `partition` gives others, such as embeddings and normalizations, to another method.
 */
export function kfac({ learningRate, momentum = 0.9, curvatureClip = 1e-3, weightDecay = 0, decayMask, ...factors }: KfacOptions): Optimizer {
  const clip = curvatureClip === null ? [] : [clipByCurvature(curvatureClip, learningRate)];
  const smooth = momentum === 0 ? [] : [heavyBall({ decay: momentum })];
  return optimizer(chain(scaleByKfac(factors), ...clip, ...smooth, addDecayedWeights(weightDecay, decayMask), scaleByLearningRate(learningRate)));
}
