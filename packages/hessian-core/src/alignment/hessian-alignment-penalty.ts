/** Regularizers that make gradients and Hessians of the head agree between domains. */
import { random, stopGradient, type Tensor, vmap } from '@curv/tensor';
import { requireCount } from '../estimators/probes.js';
import { type DomainBatch, headLoss, type LinearHead, meanOf, requireDomains, scatter } from './head.js';
import { headGradient, headHessianDiagonal, headHessianProduct } from './head-derivatives.js';

/** Options of `hessianAlignmentPenalty`. */
export interface AlignmentOptions {
  /** `hgp`: Hessian-gradient products Hₑ gₑ. `hutchinson`: diagonals of Hₑ. */
  readonly kind: 'hgp' | 'hutchinson';
  /** Weight of the Hessian term. */
  readonly alpha: number;
  /** Weight of the gradient term. HGP vanishes with the gradients: keep this one on. */
  readonly beta: number;
  /** What Hₑ gₑ is held against: the `pooled` H̄ ḡ (as the authors' code does; default), or the `average` of the Hₑ gₑ (as the paper writes). */
  readonly mean?: 'pooled' | 'average';
  /** Whether the reference is a constant to derivatives (as in the authors' DomainBed code, not in their Colored-MNIST script). Default true. */
  readonly detachMean?: boolean;
  /** Diagonals `exact` in closed form (default), or `sampled` with random signs, the same for all domains. */
  readonly estimator?: 'exact' | 'sampled';
  /** Probes of the sampled estimator. Default 300. */
  readonly probes?: number;
  readonly seed?: number;
}

/** The regularized loss and its parts: all scalars. */
export interface AlignmentLoss {
  /** erm + α · hessianTerm + β · gradientTerm. */
  readonly loss: Tensor;
  /** Mean of the domains' losses. */
  readonly erm: Tensor;
  /** (1/S) Σ ‖Aₑ − Ā‖². */
  readonly hessianTerm: Tensor;
  /** (1/S) Σ ‖gₑ − ḡ‖². */
  readonly gradientTerm: Tensor;
}

/**
 * Hessian alignment (Hemati, Zhang, Estiri & Chen 2023, arXiv:2308.11778) for a linear head on any featurizer: differentiable in the head and the
 * features, in closed form, so that training needs first-order derivatives only. Cost: n · D · K for each domain; sampled diagonals `probes` times as
 * much.
 * @throws RangeError on fewer than two domains, shapes that do not fit, negative weights, or no probes
 */
export function hessianAlignmentPenalty(head: LinearHead, domains: readonly DomainBatch[], options: AlignmentOptions): AlignmentLoss {
  requireDomains(domains);
  const { kind, alpha, beta, mean = 'pooled', detachMean = true } = options;
  for (const [name, value] of [['alpha', alpha], ['beta', beta]] as const) {
    if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} must be a finite number of at least 0, got ${value}`);
  }
  if (kind !== 'hgp' && kind !== 'hutchinson') throw new TypeError(`kind must be hgp or hutchinson, got ${String(kind)}`);
  if (mean !== 'pooled' && mean !== 'average') throw new TypeError(`mean must be pooled or average, got ${String(mean)}`);
  const fixed = (t: Tensor): Tensor => (detachMean ? stopGradient(t) : t);
  const gradients = domains.map((domain) => headGradient(head, domain));
  const gradient = meanOf(gradients);
  const erm = meanOf(domains.map((domain) => headLoss(head, domain)));
  const curvatures = kind === 'hgp' ? domains.map((domain, e) => headHessianProduct(head, domain, gradients[e]!)) : diagonals(head, domains, options);
  // H̄ ḡ = (1/S) Σ Hₑ ḡ; for diagonals both references are one.
  const reference = kind === 'hgp' && mean === 'pooled' ? meanOf(domains.map((domain) => headHessianProduct(head, domain, gradient))) : meanOf(curvatures);
  const hessianTerm = scatter(curvatures, fixed(reference));
  const gradientTerm = scatter(gradients, fixed(gradient));
  return { loss: erm.add(hessianTerm.mul(alpha)).add(gradientTerm.mul(beta)), erm, hessianTerm, gradientTerm };
}

function diagonals(head: LinearHead, domains: readonly DomainBatch[], { estimator = 'exact', probes = 300, seed = 0 }: AlignmentOptions): Tensor[] {
  if (estimator === 'exact') return domains.map((domain) => headHessianDiagonal(head, domain));
  if (estimator !== 'sampled') throw new TypeError(`estimator must be exact or sampled, got ${String(estimator)}`);
  requireCount('probes', probes);
  const [rows, classes] = head.kernel.shape as [number, number];
  const signs = random(seed).fork('hutchinson alignment').tensor('rademacher', [probes, rows + (head.bias ? 1 : 0), classes], head.kernel.dtype);
  // Hutchinson's diagonal: the mean of z ∘ H z (Bekas, Kokiopoulou & Saad 2007).
  return domains.map((domain) => (vmap((z: Tensor) => z.mul(headHessianProduct(head, domain, z)))(signs) as Tensor).mean(0));
}
