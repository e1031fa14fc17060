/** Sinkhorn's iteration written out in the graph. */
import type { Tensor } from '@curv/tensor';
import { type Regularization, requireRegularization } from '../entropic/problem.js';
import { requireCount } from '../checks.js';
import { requireProblem } from './shapes.js';

/**
 * The plan [n, m] after a number of logarithmic sweeps, as one graph: a baseline for `entropicPlan`. Its derivative is that of the iteration, not of the optimum, and its
 * memory grows with the iterations.
 * @throws TypeError, RangeError on wrong shapes or options
 */
export function unrolledPlan(cost: Tensor, a: Tensor | undefined, b: Tensor | undefined, options: Regularization & { readonly iterations: number }): Tensor {
  const eta = requireRegularization('unrolledPlan', options);
  requireCount('unrolledPlan', 'iterations', options.iterations);
  const { cost: c, a: w, b: v } = requireProblem('unrolledPlan', cost, a, b);
  const [n, m] = c.shape as [number, number];
  const k = c.mul(-eta);
  let g = w.sum().mul(0).broadcastTo([1, m]);
  let f = g.sum().broadcastTo([n, 1]);
  for (let t = 0; t < options.iterations; t++) {
    f = w.log().reshape([n, 1]).sub(k.add(g).logSumExp([1], { keepDims: true }));
    g = v.log().reshape([1, m]).sub(k.add(f).logSumExp([0], { keepDims: true }));
  }
  return k.add(f).add(g).exp().cast(cost.dtype);
}
