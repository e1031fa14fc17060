/** (a − b)², with sums over broadcast axes, which TensorFlow.js leaves out. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sumTo } from './shared.js';

export const squaredDifference: GradientRule = (tf) => ({
  kernelName: 'SquaredDifference',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved) => {
    const [a, b] = saved as [Tensor, Tensor];
    const slope = (): Tensor => tf.mul(dy as Tensor, tf.mul(2, tf.sub(a, b)));
    return { a: () => sumTo(tf, slope(), a.shape), b: () => sumTo(tf, tf.neg(slope()), b.shape) };
  },
});
