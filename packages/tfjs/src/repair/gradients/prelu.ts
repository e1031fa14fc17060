/** Parametric ReLU, with sums over broadcast axes of either operand. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sumTo } from './shared.js';

export const prelu: GradientRule = (tf) => ({
  kernelName: 'Prelu',
  inputsToSave: ['x', 'alpha'],
  gradFunc: (outer, saved) => {
    const [x, alpha] = saved as [Tensor, Tensor];
    const dy = outer as Tensor;
    const positive = (): Tensor => tf.cast(tf.greater(x, 0), 'float32');
    return {
      x: () => {
        const mask = positive();
        return sumTo(tf, tf.mul(dy, tf.add(mask, tf.mul(tf.sub(1, mask), alpha))), x.shape);
      },
      alpha: () => sumTo(tf, tf.mul(dy, tf.mul(tf.sub(1, positive()), x)), alpha.shape),
    };
  },
});
