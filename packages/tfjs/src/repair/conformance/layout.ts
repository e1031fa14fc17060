/** Operations that move elements about. */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';
import { type TapeCase, tapeCase } from './case.js';

const S = [2, 3];
const ids = (tf: TensorFlow, values: number[]): Tensor1D => tf.tensor1d(values, 'int32');

export const layout: readonly TapeCase[] = [
  tapeCase('layout', 'reshape', [S], (tf, x: Tensor) => tf.reshape(x, [3, 2])),
  tapeCase('layout', 'transpose', [[2, 3, 2]], (tf, x: Tensor) => tf.transpose(x, [2, 0, 1])),
  tapeCase('layout', 'expandDims, squeeze', [S], (tf, x: Tensor) => tf.squeeze(tf.expandDims(x, 1))),
  tapeCase('layout', 'concat', [S, [1, 3]], (tf, a: Tensor, b: Tensor) => tf.concat([a, tf.mul(b, b)], 0)),
  tapeCase('layout', 'stack', [S, S], (tf, a: Tensor, b: Tensor) => tf.stack([a, tf.mul(a, b)], 1)),
  tapeCase('layout', 'unstack', [S], (tf, x: Tensor) => {
    const [a, b] = tf.unstack(x) as [Tensor, Tensor];
    return tf.mul(a, tf.exp(b));
  }),
  tapeCase('layout', 'unstack into one', [[1, 3]], (tf, x: Tensor) => tf.unstack(x)[0]!),
  tapeCase('layout', 'split', [[2, 4]], (tf, x: Tensor) => {
    const [a, b] = tf.split(x, [1, 3], 1) as [Tensor, Tensor];
    return tf.mul(a, b);
  }),
  tapeCase('layout', 'split into one', [S], (tf, x: Tensor) => tf.split(x, 1, 1)[0]!),
  tapeCase('layout', 'slice', [[3, 4]], (tf, x: Tensor) => tf.slice(x, [1, 0], [2, 3])),
  tapeCase('layout', 'stridedSlice', [[4, 5]], (tf, x: Tensor) => tf.stridedSlice(x, [0, 4], [4, 0], [2, -2])),
  tapeCase('layout', 'tile', [[1, 2, 3]], (tf, x: Tensor) => tf.tile(x, [2, 1, 2])),
  tapeCase('layout', 'tile, rank 5', [[1, 2, 1, 1, 2]], (tf, x: Tensor) => tf.tile(x, [2, 1, 1, 2, 2])),
  tapeCase('layout', 'broadcastTo', [[1, 3]], (tf, x: Tensor) => tf.broadcastTo(x, [2, 3])),
  tapeCase('layout', 'reverse', [S], (tf, x: Tensor) => tf.reverse(x, [1])),
  tapeCase('layout', 'pad', [S], (tf, x: Tensor) => tf.pad(x, [[1, 0], [0, 2]], 0.5)),
  tapeCase('layout', 'mirrorPad, reflect', [[3, 4]], (tf, x: Tensor) => tf.mirrorPad(x, [[1, 2], [0, 3]], 'reflect')),
  tapeCase('layout', 'mirrorPad, symmetric', [[3, 4]], (tf, x: Tensor) => tf.mirrorPad(x, [[1, 2], [0, 3]], 'symmetric')),
  tapeCase('layout', 'gather', [[3, 2]], (tf, x: Tensor) => tf.gather(x, ids(tf, [2, 0, 2, 1]))),
  tapeCase('layout', 'gather, axis 1', [[2, 3, 2]], (tf, x: Tensor) => tf.gather(x, tf.tensor2d([[2, 0], [2, 2]], [2, 2], 'int32'), 1)),
  tapeCase('layout', 'gather, batchDims', [[2, 3, 2]], (tf, x: Tensor) => tf.gather(x, tf.tensor2d([[2, 0], [1, 1]], [2, 2], 'int32'), 1, 1)),
  tapeCase('layout', 'gather by argMax', [[3, 2]], (tf, x: Tensor) => tf.gather(x, tf.argMax(x, 0))),
  tapeCase('layout', 'gather by argMin', [[3, 2]], (tf, x: Tensor) => tf.gather(x, tf.argMin(x, 0))),
  tapeCase('layout', 'gatherND', [[3, 2]], (tf, x: Tensor) => tf.gatherND(x, tf.tensor2d([[2, 0], [2, 0], [1, 1]], [3, 2], 'int32'))),
  tapeCase('layout', 'scatterND', [[4, 2]], (tf, x: Tensor) => tf.scatterND(tf.tensor2d([[2], [0], [2], [1]], [4, 1], 'int32'), x, [3, 2])),
  tapeCase('layout', 'tensorScatterUpdate', [[4, 2], [2, 2]], (tf, x: Tensor, y: Tensor) => tf.tensorScatterUpdate(x, tf.tensor2d([[2], [0]], [2, 1], 'int32'), y)),
  tapeCase('layout', 'sparseToDense', [[2]], (tf, x: Tensor) => tf.sparseToDense(ids(tf, [3, 1]), x as Tensor1D, [5], tf.scalar(0.5))),
  tapeCase('layout', 'unsortedSegmentSum', [[4, 2]], (tf, x: Tensor) => tf.unsortedSegmentSum(x, ids(tf, [2, 0, -1, 2]), 3)),
  tapeCase('layout', 'booleanMask as where', [S], (tf, x: Tensor) => tf.where(tf.tensor2d([[1, 0, 1], [0, 0, 1]], [2, 3], 'bool'), tf.exp(x), x)),
  tapeCase('layout', 'spaceToBatchND', [[2, 4, 4, 3]], (tf, x: Tensor) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]])),
  tapeCase('layout', 'batchToSpaceND', [[8, 2, 2, 3]], (tf, x: Tensor) => tf.batchToSpaceND(x, [2, 2], [[0, 0], [0, 0]])),
  tapeCase('layout', 'depthToSpace', [[2, 2, 2, 8]], (tf, x: Tensor4D) => tf.depthToSpace(x, 2, 'NHWC')),
  tapeCase('layout', 'flipLeftRight', [[2, 2, 3, 2]], (tf, x: Tensor4D) => tf.image.flipLeftRight(x)),
  tapeCase('layout', 'oneHot product', [[3, 2]], (tf, x: Tensor2D) => tf.matMul(tf.cast(tf.oneHot(ids(tf, [2, 0, 2]), 3), 'float32') as Tensor2D, x)),
  tapeCase('layout', 'meshgrid', [[2], [3]], (tf, a: Tensor1D, b: Tensor1D) => {
    const [x, y] = tf.meshgrid(a, b) as [Tensor, Tensor];
    return tf.mul(x, tf.exp(y));
  }),
];
