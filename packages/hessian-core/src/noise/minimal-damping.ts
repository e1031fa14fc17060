/** The least damping of a second-order method on batches. */

/**
 * δ = max(0, (α/2) λ₁(B) − λ₁): the least δ for which steps α (H + δ)⁻¹ ∇L_B are stable on a batch whose largest eigenvalue is λ₁(B), α λ₁(B) /
 * (λ₁ + δ) ≤ 2; proportional to α/B where the noise dominates (Granziol, Zohren & Roberts 2022, arXiv:2006.09092; formula from the stability condition).
 * @param rate learning rate α
 * @param lambdaMax λ₁ of the curvature that is inverted
 * @param batchLambdaMax λ₁(B) of the batches that give the gradients
 * @throws RangeError on values that are not finite, or a rate that is not positive
 */
export function minimalDamping(rate: number, lambdaMax: number, batchLambdaMax: number): number {
  if (!(rate > 0 && rate < Infinity)) throw new RangeError(`rate must be a positive number, got ${rate}`);
  if (!Number.isFinite(lambdaMax) || !Number.isFinite(batchLambdaMax)) throw new RangeError(`lambdaMax and batchLambdaMax must be finite, got ${lambdaMax} and ${batchLambdaMax}`);
  return Math.max(0, (rate / 2) * batchLambdaMax - lambdaMax);
}
