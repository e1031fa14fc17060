/** Sums by segment, scattered; rows of no segment go to a segment more, which is cut off. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelRule, TensorFlow } from '../api.js';

function segmentSum(tf: TensorFlow, x: Tensor, ids: Tensor, segments: number): Tensor {
  const whole = tf.cast(ids, 'int32');
  const valid = tf.logicalAnd(tf.greaterEqual(whole, tf.scalar(0, 'int32')), tf.less(whole, tf.scalar(segments, 'int32')));
  const target = tf.where(valid, whole, tf.fill(whole.shape, segments, 'int32'));
  const rest = x.shape.slice(ids.rank);
  const sums = tf.scatterND(tf.reshape(target, [ids.size, 1]), tf.reshape(x, [ids.size, ...rest]), [segments + 1, ...rest]);
  return tf.slice(sums, rest.map(() => 0).concat(0), [segments, ...rest]);
}

export const unsortedSegmentSum: KernelRule = {
  kernelName: 'UnsortedSegmentSum',
  needs: ['ScatterNd', 'Slice', 'Select', 'GreaterEqual', 'Less', 'LogicalAnd'],
  make: (tf) => ({ inputs, attrs }) => tf.tidy(() => segmentSum(tf, inputs['x'] as Tensor, inputs['segmentIds'] as Tensor, attrs!['numSegments'] as number)),
};
