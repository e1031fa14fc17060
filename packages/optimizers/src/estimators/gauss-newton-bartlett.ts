/** The Gauss-Newton-Bartlett estimator of the Gauss-Newton diagonal. */
import { treeMap } from '@curv/tensor';
import type { DiagonalEstimator } from './diagonal-estimator.js';

/**
 * B ĝ ⊙ ĝ, where ĝ is the gradient of the mean loss over B labels drawn from the model's own distribution: unbiased for the diagonal of the Gauss-Newton matrix, never negative, and
 * without second derivatives (Liu et al. 2023, arXiv:2305.14342, algorithm 2). Cost: one gradient.
 */
export const gaussNewtonBartlett = (): DiagonalEstimator => ({
  name: 'Gauss-Newton-Bartlett',
  needs: ['sampledGradient'],
  estimate(at) {
    const { gradient, count } = at.sampledGradient!();
    return treeMap((g) => g.square().mul(count), gradient);
  },
});
