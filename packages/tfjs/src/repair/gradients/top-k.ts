/** The k largest of the last axis: gradients go back to where the values were found. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';

export const topK: GradientRule = (tf) => ({
  kernelName: 'TopK',
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dy, saved) => {
    const [x, found] = saved as [Tensor, Tensor];
    const n = x.shape[x.rank - 1]!;
    const rows = x.size / n;
    return {
      x: () => {
        const starts = tf.tensor2d(Int32Array.from({ length: rows }, (_, row) => row * n), [rows, 1], 'int32');
        const ids = tf.reshape(tf.add(tf.reshape(tf.cast(found, 'int32'), [rows, -1]), starts), [-1]) as Tensor1D;
        return tf.reshape(tf.unsortedSegmentSum(tf.reshape((dy as Tensor[])[0]!, [-1]), ids, x.size), x.shape);
      },
    };
  },
});
