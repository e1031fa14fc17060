/** Sums by segment: each row takes its segment's gradient; rows of no segment take none. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { zerosOf } from './shared.js';

export const unsortedSegmentSum: GradientRule = (tf) => ({
  kernelName: 'UnsortedSegmentSum',
  inputsToSave: ['segmentIds'],
  gradFunc: (outer, saved, attrs) => {
    const [ids] = saved as [Tensor];
    const dy = outer as Tensor;
    const last = (attrs['numSegments'] as number) - 1;
    return {
      x: () => {
        const nearest = tf.cast(tf.clipByValue(tf.cast(ids, 'float32'), 0, last), 'int32');
        const inside = tf.cast(tf.equal(nearest, ids), 'float32');
        return tf.mul(tf.gather(dy, nearest), tf.reshape(inside, [ids.size, ...Array<number>(dy.rank - 1).fill(1)]));
      },
      segmentIds: () => zerosOf(tf, ids),
    };
  },
});
