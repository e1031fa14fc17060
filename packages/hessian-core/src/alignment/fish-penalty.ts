/** Gradient matching by inner products. */
import type { Tensor } from '@curv/tensor';
import { type DomainBatch, type LinearHead, meanOf, requireDomains } from './head.js';
import { headGradient } from './head-derivatives.js';

/**
 * Minus the mean inner product of two domains' head gradients: the inter-domain gradient matching objective that Fish (Shi et al. 2022,
 * arXiv:2104.09937) approximates by a first-order loop; here exact, on the head. Not bounded below: use small weights.
 * @throws RangeError on fewer than two domains or shapes that do not fit
 */
export function fishPenalty(head: LinearHead, domains: readonly DomainBatch[]): Tensor {
  requireDomains(domains);
  const gradients = domains.map((domain) => headGradient(head, domain));
  return meanOf(gradients.flatMap((a, i) => gradients.slice(i + 1).map((b) => a.mul(b).sum()))).neg();
}
