/** Derivatives of a linear head's loss in closed form, differentiable in features and weights. */
import type { Tensor } from '@curv/tensor';
import { type DomainBatch, type HeadState, headState, type LinearHead } from './head.js';

/** (1/n) Φᵀ R for rows R [n, K]. */
const gathered = ({ features, count }: HeadState, rows: Tensor): Tensor => features.transpose().matmul(rows).div(count);

/** p ∘ u − p (p · u) row by row, or σ (1 − σ) u: the loss's Hessian in the logits. */
function outputCurvature({ probabilities: p }: HeadState, u: Tensor): Tensor {
  const weighted = p.mul(u);
  return p.shape[1] === 1 ? weighted.mul(p.neg().add(1)) : weighted.sub(p.mul(weighted.sum(-1, { keepDims: true })));
}

/** g = (1/n) Σ φᵢ (pᵢ − yᵢ)ᵀ [P, K], laid out as the kernel with the bias as its last row (Hemati et al. 2023, arXiv:2308.11778). */
export function headGradient(head: LinearHead, domain: DomainBatch): Tensor {
  const state = headState(head, domain);
  return gathered(state, state.probabilities.sub(state.targets));
}

/**
 * H[V] = (1/n) Σ φᵢ (pᵢ ∘ uᵢ − pᵢ (pᵢ · uᵢ))ᵀ with uᵢ = Vᵀ φᵢ, for V [P, K]: exact, without a second differentiation.
 * @throws RangeError where V has not the shape of the gradient
 */
export function headHessianProduct(head: LinearHead, domain: DomainBatch, v: Tensor): Tensor {
  const state = headState(head, domain);
  const wanted = [state.features.shape[1], state.logits.shape[1]];
  if (String(v.shape) !== String(wanted)) throw new RangeError(`headHessianProduct: v must be [${wanted.join(', ')}], as the gradient, got shape [${v.shape.join(', ')}]`);
  return gathered(state, outputCurvature(state, state.features.matmul(v)));
}

/** diag H = (1/n) Σ φᵢ² (pᵢ (1 − pᵢ))ᵀ [P, K]. */
export function headHessianDiagonal(head: LinearHead, domain: DomainBatch): Tensor {
  const state = headState(head, domain);
  const { probabilities: p } = state;
  return gathered({ ...state, features: state.features.square() }, p.mul(p.neg().add(1)));
}
