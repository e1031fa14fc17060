/** Diagonal matrices: the diagonal of the gradient. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sizeOf } from './shared.js';

export const diag: GradientRule = (tf) => ({
  kernelName: 'Diag',
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const { shape } = saved[0]!;
    const n = sizeOf(shape);
    return { x: () => tf.reshape(tf.sum(tf.mul(tf.reshape(dy as Tensor, [n, n]), tf.eye(n)), 1), shape) };
  },
});
