/** Rows taken by index along an axis, with any number of batch axes: summed back by index. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { sizeOf, zerosOf } from './shared.js';

/** ∂/∂x: dy as [batch, outer, taken, inner], summed into [batch, outer, n, inner]. */
function gatherGradient(tf: TensorFlow, x: Tensor, indices: Tensor, dy: Tensor, axis: number, batchDims: number): Tensor {
  const n = x.shape[axis]!;
  const batch = sizeOf(x.shape.slice(0, batchDims));
  const outer = sizeOf(x.shape.slice(batchDims, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const taken = indices.size / batch;
  const rows = tf.reshape(tf.transpose(tf.reshape(dy, [batch, outer, taken, inner]), [0, 2, 1, 3]), [batch * taken, outer * inner]);
  const offsets = tf.tensor2d(Int32Array.from({ length: batch }, (_, b) => b * n), [batch, 1], 'int32');
  const ids = tf.reshape(tf.add(tf.reshape(tf.cast(indices, 'int32'), [batch, taken]), offsets), [-1]) as Tensor1D;
  const summed = tf.unsortedSegmentSum(rows, ids, batch * n);
  return tf.reshape(tf.transpose(tf.reshape(summed, [batch, n, outer, inner]), [0, 2, 1, 3]), x.shape);
}

export const gather: GradientRule = (tf) => ({
  kernelName: 'GatherV2',
  inputsToSave: ['x', 'indices'],
  gradFunc: (dy, saved, attrs) => {
    const [x, indices] = saved as [Tensor, Tensor];
    const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
    const positive = axis < 0 ? axis + x.rank : axis;
    return { x: () => gatherGradient(tf, x, indices, dy as Tensor, positive, batchDims < 0 ? batchDims + indices.rank : batchDims), indices: () => zerosOf(tf, indices) };
  },
});
