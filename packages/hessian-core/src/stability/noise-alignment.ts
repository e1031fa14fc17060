/** How well the noise of SGD is aligned with the curvature. */
import { matmul, transpose } from '@curv/linalg';
import { type OutputRows, samplesOf } from './output-rows.js';

/**
 * μ = tr(G Σ) / (2 L ‖G‖²_F) with Σ = (1/n) Σ rᵢ² gᵢ gᵢᵀ − ∇L ∇Lᵀ and L = (1/2n) Σ rᵢ² (Wu & Su 2023, arXiv:2305.17490; Wu, Wang & Su 2022).
 * NaN at residuals that are all zero, where the factor is not defined. Cost: the Gram matrix.
 * @param residuals rᵢ = f(xᵢ) − yᵢ, one for each row
 * @throws RangeError on residuals of another number, or not finite
 */
export function noiseAlignment(gradients: OutputRows, residuals: ArrayLike<number>): number {
  const { rows, count } = samplesOf(gradients, {});
  if (residuals.length !== count) throw new RangeError(`residuals: expected ${count}, one for each row, got ${residuals.length}`);
  const r = Float64Array.from(residuals);
  if (!r.every(Number.isFinite)) throw new RangeError('residuals must be finite');
  const gram = matmul(rows, transpose(rows)).data;
  let [frobenius, covariance, drift, loss] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    let [along, quadratic] = [0, 0];
    for (let j = 0; j < count; j++) {
      along += (gram[i * count + j]! * r[j]!) / count; // gᵢ · ∇L
      quadratic += gram[i * count + j]! ** 2 / count; // gᵢᵀ G gᵢ
    }
    frobenius += quadratic / count;
    covariance += (r[i]! ** 2 * quadratic) / count;
    drift += along ** 2 / count;
    loss += r[i]! ** 2 / (2 * count);
  }
  return (covariance - drift) / (2 * loss * frobenius);
}
