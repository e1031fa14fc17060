/** Repetitions, summed axis by axis; any rank. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sizeOf } from './shared.js';

export const tile: GradientRule = (tf) => ({
  kernelName: 'Tile',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const { shape } = saved[0]!;
    const reps = attrs['reps'] as number[];
    return {
      x: () => {
        let out = dy as Tensor;
        reps.forEach((count, axis) => {
          // Axes before this one are summed already.
          const before = sizeOf(shape.slice(0, axis));
          const after = sizeOf(shape.slice(axis)) * sizeOf(reps.slice(axis + 1));
          if (count !== 1) out = tf.sum(tf.reshape(out, [before, count, after]), 1);
        });
        return tf.reshape(out, shape);
      },
    };
  },
});
