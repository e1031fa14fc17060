/** Risk extrapolation. */
import type { Tensor } from '@curv/tensor';
import { type DomainBatch, headLoss, type LinearHead, meanOf, requireDomains, scatter } from './head.js';

/**
 * Variance of the domains' losses, (1/S) Σ (Lₑ − L̄)² (V-REx, Krueger et al. 2021, arXiv:2003.00688).
 * @throws RangeError on fewer than two domains or shapes that do not fit
 */
export function vrexPenalty(head: LinearHead, domains: readonly DomainBatch[]): Tensor {
  requireDomains(domains);
  const losses = domains.map((domain) => headLoss(head, domain));
  return scatter(losses, meanOf(losses));
}
