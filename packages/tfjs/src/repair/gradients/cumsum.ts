/** Cumulative sums: summed from the other end. TensorFlow.js transposes the result when the axis is not the last one. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';

export const cumsum: GradientRule = (tf) => ({
  kernelName: 'Cumsum',
  gradFunc: (dy, _saved, attrs) => {
    const { axis, exclusive, reverse } = attrs as unknown as { axis: number; exclusive: boolean; reverse: boolean };
    return { x: () => tf.cumsum(dy as Tensor, axis, exclusive, !reverse) };
  },
});
