/** A step of Riemannian gradient descent on the SPD matrices. */
import { matmul, type Tensor } from '@curv/tensor';
import { bures } from './bures.js';
import { symmetricPart } from './operator-integral.js';

/**
 * Exp_W(−η V) under the Bures-Wasserstein metric, with V = 2 (sym(G) W + W sym(G)) its gradient: V with ½ tr(L_W[V] ·) = tr(G ·), from W L + L W = V. Where the
 * step would leave the exponential's domain the result is still positive semidefinite, but may be far off: take smaller steps.
 */
export function spdStep(w: Tensor, gradient: Tensor, rate: number): Tensor {
  // ½ L = sym G
  const l = symmetricPart(gradient).mul(2);
  return bures.exp(w, matmul(w, l).add(matmul(l, w)).mul(-rate));
}
