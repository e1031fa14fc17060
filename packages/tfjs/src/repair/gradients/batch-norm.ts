/**
 * Batch normalization, (x − μ) / √(σ² + ε) · γ + β, with statistics of any shape that broadcasts and without scale or offset too. TensorFlow.js's own
 * gradient throws for those.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sumTo } from './shared.js';

export const fusedBatchNorm: GradientRule = (tf) => ({
  kernelName: 'FusedBatchNorm',
  inputsToSave: ['x', 'mean', 'variance', 'scale', 'offset'],
  gradFunc: (outer, saved, attrs) => {
    const [x, mean, variance, scale, offset] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const dy = outer as Tensor;
    const inverse = (): Tensor => tf.rsqrt(tf.add(variance, attrs['varianceEpsilon'] as number));
    // An absent scale was saved as an empty tensor.
    const scaled = (): Tensor => (scale.size === 0 ? dy : tf.mul(dy, scale));
    return {
      x: () => sumTo(tf, tf.mul(scaled(), inverse()), x.shape),
      mean: () => sumTo(tf, tf.neg(tf.mul(scaled(), inverse())), mean.shape),
      variance: () => {
        const r = inverse();
        return sumTo(tf, tf.mul(tf.mul(scaled(), tf.sub(x, mean)), tf.mul(-0.5, tf.mul(r, tf.mul(r, r)))), variance.shape);
      },
      scale: () => sumTo(tf, tf.mul(dy, tf.mul(tf.sub(x, mean), inverse())), scale.shape),
      offset: () => sumTo(tf, dy, offset.shape),
    };
  },
});
