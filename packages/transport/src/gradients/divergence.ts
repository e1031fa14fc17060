/** The debiased divergence of tensors of points. */
import type { Tensor } from '@curv/tensor';
import type { Metric } from '../costs.js';
import { costTensor } from './costs.js';
import { entropicCost, type EntropicTensorOptions } from './entropic.js';

/** Options of `sinkhornDivergence`. */
export interface DivergenceTensorOptions extends EntropicTensorOptions {
  readonly metric?: Metric;
  /** Masses [n] of xs and [m] of ys; uniform unless given. */
  readonly a?: Tensor;
  readonly b?: Tensor;
}

/**
 * S(x, y) = W(x, y) − ½ W(x, x) − ½ W(y, y) of points xs [n, d] and ys [m, d] with the entropic W (Feydy et al. 2019, arXiv:1810.08278): 0 at equal measures, positive
 * otherwise for these costs. A scalar, differentiable to any order in positions and masses.
 * @throws as `entropicCost` and `costTensor`
 */
export function sinkhornDivergence(xs: Tensor, ys: Tensor, options: DivergenceTensorOptions): Tensor {
  const { metric = 'sqeuclidean', a, b } = options;
  const w = (p: Tensor, q: Tensor, u: Tensor | undefined, v: Tensor | undefined): Tensor => entropicCost(costTensor(p, q, metric), u, v, options);
  return w(xs, ys, a, b).sub(w(xs, xs, a, a).add(w(ys, ys, b, b)).mul(0.5));
}
