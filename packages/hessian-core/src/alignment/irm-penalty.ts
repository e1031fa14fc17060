/** Invariant risk minimization. */
import type { Tensor } from '@curv/tensor';
import { type DomainBatch, headState, type LinearHead, meanOf, requireDomains } from './head.js';

/**
 * (1/S) Σ (∂Lₑ(s · logits)/∂s at s = 1)² (Arjovsky et al. 2019, arXiv:1907.02893): the derivative is the mean of (p − y) · z, in closed form.
 * @throws RangeError on fewer than two domains or shapes that do not fit
 */
export function irmPenalty(head: LinearHead, domains: readonly DomainBatch[]): Tensor {
  requireDomains(domains);
  return meanOf(
    domains.map((domain) => {
      const { logits, probabilities, targets, count } = headState(head, domain);
      return probabilities.sub(targets).mul(logits).sum().div(count).square();
    }),
  );
}
