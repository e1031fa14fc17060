/** Matching of feature moments. */
import type { Tensor } from '@curv/tensor';
import { type DomainBatch, meanOf, requireDomains } from './head.js';

/**
 * Mean over pairs of domains of the mean squared differences of their features' means and covariances (CORAL, Sun & Saenko 2016, arXiv:1607.01719, with the
 * means as DomainBed adds them, Gulrajani & Lopez-Paz 2021, arXiv:2007.01434).
 * @throws RangeError on fewer than two domains, or a domain of fewer than two examples
 */
export function coralPenalty(domains: readonly DomainBatch[]): Tensor {
  requireDomains(domains);
  const moments = domains.map(({ features }, i) => {
    const count = features.shape[0]!;
    if (count < 2) throw new RangeError(`domains[${i}]: a covariance needs at least 2 examples, got ${count}`);
    const mean = features.mean(0, { keepDims: true });
    const centered = features.sub(mean);
    return { mean, covariance: centered.transpose().matmul(centered).div(count - 1) };
  });
  return meanOf(moments.flatMap((a, i) => moments.slice(i + 1).map((b) => a.mean.sub(b.mean).square().mean().add(a.covariance.sub(b.covariance).square().mean()))));
}
