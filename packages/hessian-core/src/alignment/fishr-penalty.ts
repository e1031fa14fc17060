/** Matching of gradient variances. */
import type { Tensor } from '@curv/tensor';
import { type DomainBatch, headState, type LinearHead, meanOf, requireDomains, scatter } from './head.js';

/**
 * (1/S) Σ ‖vₑ − v̄‖² with vₑ the variances of the head's per-example gradients on a domain (Fishr, Rame, Dancette & Cord 2022, arXiv:2109.02934), in closed
 * form: an example's gradient is φ (p − y)ᵀ, so its square is φ² ((p − y)²)ᵀ.
 * @throws RangeError on fewer than two domains or shapes that do not fit
 */
export function fishrPenalty(head: LinearHead, domains: readonly DomainBatch[]): Tensor {
  requireDomains(domains);
  const variances = domains.map((domain) => {
    const { features, probabilities, targets, count } = headState(head, domain);
    const slopes = probabilities.sub(targets);
    const mean = features.transpose().matmul(slopes).div(count);
    return features.square().transpose().matmul(slopes.square()).div(count).sub(mean.square());
  });
  return scatter(variances, meanOf(variances));
}
