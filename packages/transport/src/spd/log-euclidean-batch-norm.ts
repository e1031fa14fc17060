/** Batch normalization of SPD matrices under the log-Euclidean metric. */
import { scalar, stopGradient } from '@curv/tensor';
import { type CenteringOptions, centeringStart } from './affine-invariant-batch-norm.js';
import type { SpdBatchNorm } from './api.js';
import { logEuclidean } from './log-euclidean.js';
import { matrixExp, matrixLog } from './matrix-functions.js';
import { symmetricPart } from './operator-integral.js';

/**
 * X ↦ exp(log X − log G + log B) with log G the mean of the batch's logarithms: the log-Euclidean case of Lie group normalization (Chen, Song, Liu, Kobler & Sebe
 * 2024, arXiv:2403.11261), without its scaling. Cost: two eigenproblems a sample.
 */
export function logEuclideanBatchNorm({ momentum = 0.1, differentiateMean = true }: Omit<CenteringOptions, 'meanIterations'> = {}): SpdBatchNorm {
  return {
    name: 'LEM',
    init: centeringStart,
    apply(params, state, x, training) {
      const logs = matrixLog(x);
      const center = training ? (differentiateMean ? logs : stopGradient(logs)).mean([0]) : matrixLog(state.mean);
      const output = matrixExp(logs.sub(center).add(symmetricPart(params.bias)));
      const next = training ? { ...state, mean: stopGradient(symmetricPart(logEuclidean.geodesic(state.mean, matrixExp(center), momentum))) } : state;
      return { output: symmetricPart(output), state: next, shrunk: scalar(0, 'float64') };
    },
  };
}
