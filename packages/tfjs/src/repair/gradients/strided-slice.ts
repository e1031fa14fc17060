/** Slices with strides: each element is added back to where it was taken from. The kernel itself, run on positions, says where that is. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { run } from './shared.js';

export const stridedSlice: GradientRule = (tf) => ({
  kernelName: 'StridedSlice',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [Tensor];
    return {
      x: () => {
        // As float32, exact up to 2²⁴: the wasm kernel takes its result for that.
        const positions = run(tf, 'StridedSlice', { x: tf.reshape(tf.range(0, x.size), x.shape) }, attrs);
        const flat = tf.unsortedSegmentSum(tf.reshape(dy as Tensor, [-1]), tf.cast(tf.reshape(positions, [-1]), 'int32') as Tensor1D, x.size);
        return tf.reshape(flat, x.shape);
      },
    };
  },
});
