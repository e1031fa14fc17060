/** Losses, in everything that they take. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type TapeCase, tapeCase, within } from './case.js';

const L = [2, 3];
export const losses: readonly TapeCase[] = [
  tapeCase('loss', 'absoluteDifference', [L, L], (tf, a: Tensor, b: Tensor) => tf.losses.absoluteDifference(a, b)),
  tapeCase('loss', 'meanSquaredError', [L, L], (tf, a: Tensor, b: Tensor) => tf.losses.meanSquaredError(a, b)),
  tapeCase('loss', 'meanSquaredError, weights', [L, L], (tf, a: Tensor, b: Tensor) => tf.losses.meanSquaredError(a, b, tf.tensor2d([[1, 0.5, 0], [2, 1, 1]]))),
  tapeCase('loss', 'huberLoss', [L, L], (tf, a: Tensor, b: Tensor) => tf.losses.huberLoss(a, b, undefined, 0.8)),
  tapeCase('loss', 'hingeLoss', [L], (tf, x: Tensor) => tf.losses.hingeLoss(tf.tensor2d([[1, 0, 1], [0, 0, 1]]), tf.mul(x, x))),
  tapeCase('loss', 'logLoss', [within(L, 0.1, 0.9), within(L, 0.1, 0.9)], (tf, a: Tensor, b: Tensor) => tf.losses.logLoss(a, b)),
  tapeCase('loss', 'cosineDistance', [L, L], (tf, a: Tensor, b: Tensor) => tf.losses.cosineDistance(a, b, 1)),
  tapeCase('loss', 'sigmoidCrossEntropy', [within(L, 0.1, 0.9), L], (tf, labels: Tensor, z: Tensor) => tf.losses.sigmoidCrossEntropy(labels, z)),
  tapeCase('loss', 'softmaxCrossEntropy', [L], (tf, z: Tensor) => tf.losses.softmaxCrossEntropy(tf.tensor2d([[0, 1, 0], [0.2, 0.3, 0.5]]), z)),
  tapeCase('loss', 'softmaxCrossEntropy in labels too', [within(L, 0.1, 0.9), L], (tf, labels: Tensor, z: Tensor) => tf.losses.softmaxCrossEntropy(labels, z)),
  tapeCase('loss', 'softmaxCrossEntropy, smoothed, of tanh', [L], (tf, x: Tensor) => tf.losses.softmaxCrossEntropy(tf.tensor2d([[0, 1, 0], [1, 0, 0]]), tf.tanh(tf.mul(x, x)), undefined, 0.1)),
  tapeCase('loss', 'customGrad that saves an intermediate', [L], (tf, x: Tensor) =>
    // log(1 + exp x): saves exp x.
    tf.customGrad((a, save) => {
      const e = tf.exp(a as Tensor);
      (save as (tensors: Tensor[]) => void)([e]);
      return { value: tf.log1p(e), gradFunc: (dy: Tensor, [saved]: Tensor[]) => tf.mul(dy, tf.div(saved!, tf.add(1, saved!))) };
    })(x)),
];
