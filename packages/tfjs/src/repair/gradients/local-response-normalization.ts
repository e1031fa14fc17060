/** Local response normalization, y = x s^−β with s = b + α Σ x² over neighbouring channels, in operations that can be differentiated again. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';

/** Sums over neighbouring channels, as a product with a band of ones: symmetric, so it is its own transpose. */
function windowSum(tf: TensorFlow, x: Tensor, radius: number): Tensor {
  const channels = x.shape[x.rank - 1]!;
  const band = Float32Array.from({ length: channels * channels }, (_, i) => Number(Math.abs(Math.floor(i / channels) - (i % channels)) <= radius));
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, channels]), tf.tensor2d(band, [channels, channels])), x.shape);
}

export const localResponseNormalization: GradientRule = (tf) => ({
  kernelName: 'LRN',
  inputsToSave: ['x'],
  gradFunc: (outer, saved, attrs) => {
    const [x] = saved as [Tensor];
    const dy = outer as Tensor;
    const { depthRadius, bias, alpha, beta } = attrs as unknown as { depthRadius: number; bias: number; alpha: number; beta: number };
    return {
      x: () => {
        const s = tf.add(bias, tf.mul(alpha, windowSum(tf, tf.square(x), depthRadius)));
        const through = windowSum(tf, tf.mul(tf.mul(dy, x), tf.pow(s, -beta - 1)), depthRadius);
        return tf.sub(tf.mul(dy, tf.pow(s, -beta)), tf.mul(tf.mul(2 * alpha * beta, x), through));
      },
    };
  },
});
