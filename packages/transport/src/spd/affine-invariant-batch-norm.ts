/** Batch normalization of SPD matrices under the affine-invariant metric. */
import { eye, scalar, stopGradient, type Tensor, zeros } from '@curv/tensor';
import { requireCount } from '../checks.js';
import { affineInvariant } from './affine-invariant.js';
import type { SpdBatchNorm } from './api.js';
import { congruence } from './bures.js';
import { weightedMean } from './frechet-mean.js';
import { matrixExp, matrixInverseSqrt } from './matrix-functions.js';
import { symmetricPart } from './operator-integral.js';

/** Options of the affine-invariant and log-Euclidean normalizations. */
export interface CenteringOptions {
  /** Weight γ of a batch in the running mean; default 0.1. */
  readonly momentum?: number;
  /** Whether the batch's mean is differentiated; default true. */
  readonly differentiateMean?: boolean;
  /** Steps of the batch's mean, from the arithmetic mean; default 1. The log-Euclidean mean needs none. */
  readonly meanIterations?: number;
}

/** Parameters and statistics of a normalization that only moves the center. */
export const centeringStart = (n: number): ReturnType<SpdBatchNorm['init']> => {
  requireCount('batch normalization', 'n', n);
  return { params: { bias: zeros([n, n], 'float64') }, state: { mean: eye(n, 'float64'), variance: scalar(1, 'float64') } };
};

/**
 * X ↦ B^½ G^−½ X G^−½ B^½ with G the Karcher mean of the batch (Brooks, Schwander, Barbaresco, Schneider & Cord 2019, arXiv:1909.02414, SPDNetBN). Centers only.
 * Cost: `meanIterations` eigenproblems a sample.
 */
export function affineInvariantBatchNorm({ momentum = 0.1, differentiateMean = true, meanIterations = 1 }: CenteringOptions = {}): SpdBatchNorm {
  return {
    name: 'AIM',
    init: centeringStart,
    apply(params, state, x, training) {
      const mean = training ? batchMean(differentiateMean ? x : stopGradient(x), meanIterations) : state.mean;
      const centered = congruence(matrixInverseSqrt(mean), x);
      const output = congruence(matrixExp(symmetricPart(params.bias).mul(0.5)), centered);
      const next = training ? { ...state, mean: stopGradient(symmetricPart(affineInvariant.geodesic(state.mean, mean, momentum))) } : state;
      return { output: symmetricPart(output), state: next, shrunk: scalar(0, 'float64') };
    },
  };
}

function batchMean(x: Tensor, iterations: number): Tensor {
  const weights = zeros([x.shape[0]!], x.dtype).add(1 / x.shape[0]!);
  let g = weightedMean(x, weights);
  for (let i = 0; i < iterations; i++) g = symmetricPart(affineInvariant.exp(g, weightedMean(affineInvariant.log(g, x), weights)));
  return g;
}
