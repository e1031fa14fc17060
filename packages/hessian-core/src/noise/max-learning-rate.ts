/** The largest stable learning rate of SGD. */
import { effectiveBatch } from './effective-batch.js';

/** What `maxLearningRate` needs. */
export interface LearningRateLimit {
  /** λ₁ of the Hessian over all data. */
  readonly lambdaMax: number;
  readonly batch: number;
  /** Examples in all. Default Infinity. */
  readonly dataset?: number;
  /** c in λ₁(B) = λ₁ + c/𝔟: of `fitNoiseConstant`, or P σ² / λ₁. */
  readonly noiseConstant: number;
}

/**
 * α = 2 / (λ₁ + c/𝔟) (Granziol, Zohren & Roberts 2022, arXiv:2006.09092): proportional to the batch size while c/𝔟 ≫ λ₁, and 2/λ₁ for large
 * batches.
 * @throws RangeError unless λ₁ > 0 and c ≥ 0
 */
export function maxLearningRate({ lambdaMax, batch, dataset = Infinity, noiseConstant }: LearningRateLimit): number {
  if (!(lambdaMax > 0 && lambdaMax < Infinity)) throw new RangeError(`lambdaMax must be a positive number, got ${lambdaMax}`);
  if (!(noiseConstant >= 0 && noiseConstant < Infinity)) throw new RangeError(`noiseConstant must be a finite number of at least 0, got ${noiseConstant}`);
  return 2 / (lambdaMax + noiseConstant / effectiveBatch(batch, dataset));
}
