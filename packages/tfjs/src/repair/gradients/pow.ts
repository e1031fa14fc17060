/** aᵇ: b aᵇ⁻¹ and aᵇ log a. Where b is 0, the power is constant in a, also at a = 0, where TensorFlow.js multiplies 0 by ∞. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sumTo } from './shared.js';

export const pow: GradientRule = (tf) => ({
  kernelName: 'Pow',
  inputsToSave: ['a', 'b'],
  outputsToSave: [true],
  gradFunc: (outer, saved) => {
    const [a, b, y] = saved as [Tensor, Tensor, Tensor];
    const dy = outer as Tensor;
    return {
      a: () => {
        const exponent = tf.cast(b, 'float32');
        const constant = tf.equal(exponent, 0);
        const lowered = tf.where(constant, tf.onesLike(exponent), tf.sub(exponent, 1));
        return sumTo(tf, tf.mul(dy, tf.mul(exponent, tf.pow(a, lowered))), a.shape);
      },
      b: () => {
        const base = tf.cast(a, 'float32');
        const positive = tf.greater(base, 0);
        const log = tf.where(positive, tf.log(tf.where(positive, base, tf.onesLike(base))), tf.zerosLike(base));
        return sumTo(tf, tf.mul(dy, tf.mul(y, log)), b.shape);
      },
    };
  },
});
