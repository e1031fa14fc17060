/** The constant of spectral broadening, from measured batches. */
import { effectiveBatch } from './effective-batch.js';

/** What `fitNoiseConstant` needs. */
export interface NoiseFitOptions {
  /** λ₁ over all data. */
  readonly lambdaMax: number;
  /** λ₁ of batches of one size; eight or more give a usable mean. */
  readonly batchLambdaMax: readonly number[];
  /** Their size. */
  readonly batch: number;
  /** Examples in all. Default Infinity. */
  readonly dataset?: number;
}

/** A fitted constant. */
export interface NoiseFit {
  /** c = 𝔟 (mean λ₁(B) − λ₁): λ₁(B) ≈ λ₁ + c / 𝔟. */
  readonly noiseConstant: number;
  readonly standardError: number;
}

/**
 * λ₁(B) = λ₁ + c/𝔟 is the form of the theorem for independent noise (`broadenedExtremes`) with c fitted instead of P σ² / λ₁. Ours; needed in
 * practice, because the noise of real Hessians lies in the space of the top eigenvectors.
 * @throws RangeError on fewer than two batches, or values that are not finite
 */
export function fitNoiseConstant({ lambdaMax, batchLambdaMax, batch, dataset = Infinity }: NoiseFitOptions): NoiseFit {
  const k = batchLambdaMax.length;
  if (k < 2) throw new RangeError(`batchLambdaMax must hold at least 2 batches, got ${k}`);
  if (![lambdaMax, ...batchLambdaMax].every(Number.isFinite)) throw new RangeError('lambdaMax and batchLambdaMax must be finite');
  const size = effectiveBatch(batch, dataset);
  if (size === Infinity) throw new RangeError('batch must be smaller than the data set: the whole data set has no noise');
  const mean = batchLambdaMax.reduce((a, b) => a + b, 0) / k;
  const spread = batchLambdaMax.reduce((a, b) => a + (b - mean) ** 2, 0) / (k - 1);
  return { noiseConstant: size * (mean - lambdaMax), standardError: size * Math.sqrt(spread / k) };
}
