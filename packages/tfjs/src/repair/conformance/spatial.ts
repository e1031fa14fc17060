/** Convolutions, pooling, normalization and resizing. */
import type { Tensor, Tensor2D, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import { type TapeCase, tapeCase, within } from './case.js';

const X = [2, 5, 4, 3];
const W = [3, 3, 3, 2];
const conv = (name: string, x: readonly number[], w: readonly number[], strides: number, pad: 'same' | 'valid' | number, dilation = 1): TapeCase =>
  tapeCase('convolution', name, [x, w], (tf, a: Tensor4D, b: Tensor4D) => tf.conv2d(a, b, strides, pad, 'NHWC', dilation));
const depthwise = (name: string, x: readonly number[], w: readonly number[], strides: number, pad: 'same' | 'valid', dilation = 1): TapeCase =>
  tapeCase('convolution', name, [x, w], (tf, a: Tensor4D, b: Tensor4D) => tf.depthwiseConv2d(a, b, strides, pad, 'NHWC', dilation));

export const convolutions: readonly TapeCase[] = [
  conv('conv2d, valid', X, W, 1, 'valid'),
  conv('conv2d, same', X, W, 1, 'same'),
  conv('conv2d, stride 2, same', X, W, 2, 'same'),
  conv('conv2d, stride 2, padding 1', [2, 6, 5, 2], [3, 2, 2, 2], 2, 1),
  conv('conv2d, stride 3, valid, uneven', [2, 8, 7, 2], [2, 2, 2, 3], 3, 'valid'),
  conv('conv2d, dilation 2', [2, 6, 5, 2], [2, 2, 2, 2], 1, 'valid', 2),
  conv('conv2d, dilation 2, same', [2, 5, 5, 1], [3, 3, 1, 2], 1, 'same', 2),
  tapeCase('convolution', 'fused conv2d', [[2, 4, 3, 2], [2, 2, 2, 3], [3]], (tf, x: Tensor4D, filter: Tensor4D, bias: Tensor) => tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias })),
  tapeCase('convolution', 'fused conv2d, dilation 2', [[2, 5, 4, 2], [2, 2, 2, 2], [2]], (tf, x: Tensor4D, filter: Tensor4D, bias: Tensor) =>
    tf.fused.conv2d({ x, filter, strides: 1, pad: 'valid', dilations: 2, bias, activation: 'linear' })),
  tapeCase('convolution', 'conv2dTranspose', [[2, 3, 3, 2], [2, 2, 3, 2]], (tf, x: Tensor4D, w: Tensor4D) => tf.conv2dTranspose(x, w, [2, 6, 6, 3], 2, 'same')),
  tapeCase('convolution', 'conv1d', [[2, 5, 2], [3, 2, 2]], (tf, x: Tensor3D, w: Tensor3D) => tf.conv1d(x, w, 1, 'same')),
  depthwise('depthwiseConv2d, same', X, [3, 3, 3, 1], 1, 'same'),
  depthwise('depthwiseConv2d, multiplier 2, stride 2', [2, 5, 5, 2], [2, 2, 2, 2], 2, 'same'),
  depthwise('depthwiseConv2d, dilation 2', [2, 5, 5, 3], [2, 2, 3, 1], 1, 'valid', 2),
  tapeCase('convolution', 'fused depthwiseConv2d', [[2, 4, 4, 3], [2, 2, 3, 1], [3]], (tf, x: Tensor4D, filter: Tensor4D, bias: Tensor) => tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: 'same', bias })),
  tapeCase('convolution', 'separableConv2d', [[2, 4, 3, 3], [2, 2, 3, 1], [1, 1, 3, 2]], (tf, x: Tensor4D, d: Tensor4D, p: Tensor4D) => tf.separableConv2d(x, d, p, 1, 'same')),
  tapeCase('convolution', 'conv3d', [[2, 3, 3, 3, 2], [2, 2, 2, 2, 2]], (tf, x: Tensor5D, w: Tensor5D) => tf.conv3d(x, w, 1, 'same')),
  tapeCase('convolution', 'conv3d, stride 2', [[2, 3, 4, 3, 2], [2, 2, 2, 2, 2]], (tf, x: Tensor5D, w: Tensor5D) => tf.conv3d(x, w, 2, 'valid')),
  tapeCase('convolution', 'conv3dTranspose', [[2, 2, 2, 2, 2], [2, 2, 2, 3, 2]], (tf, x: Tensor5D, w: Tensor5D) => tf.conv3dTranspose(x, w, [2, 3, 3, 3, 3], 1, 'valid')),
  tapeCase('convolution', 'dilation2d', [within([2, 4, 3, 2], -2, 2), within([2, 2, 2], 0.02, 0.06)], (tf, x: Tensor4D, w: Tensor3D) => tf.dilation2d(x, w, 1, 'same')),
];

const P = within([2, 5, 4, 3], -3.5, 3.5);
export const pooling: readonly TapeCase[] = [
  tapeCase('pooling', 'maxPool, valid', [P], (tf, x: Tensor4D) => tf.maxPool(x, 2, 2, 'valid')),
  tapeCase('pooling', 'maxPool, same, overlapping', [P], (tf, x: Tensor4D) => tf.maxPool(x, 3, 2, 'same')),
  tapeCase('pooling', 'avgPool, valid', [P], (tf, x: Tensor4D) => tf.avgPool(x, 2, 2, 'valid')),
  tapeCase('pooling', 'avgPool, same', [P], (tf, x: Tensor4D) => tf.avgPool(x, 3, 2, 'same')),
  tapeCase('pooling', 'avgPool, padding 1', [P], (tf, x: Tensor4D) => tf.avgPool(x, 3, 1, 1)),
  tapeCase('pooling', 'pool, max, dilation 2', [within([2, 6, 6, 2], -3.5, 3.5)], (tf, x: Tensor4D) => tf.pool(x, 2, 'max', 'valid', 2)),
  tapeCase('pooling', 'maxPool3d', [within([2, 3, 4, 3, 2], -3.5, 3.5)], (tf, x: Tensor5D) => tf.maxPool3d(x, 2, 1, 'same')),
  tapeCase('pooling', 'avgPool3d, valid', [within([2, 3, 4, 3, 2], -3.5, 3.5)], (tf, x: Tensor5D) => tf.avgPool3d(x, 2, 1, 'valid')),
  tapeCase('pooling', 'avgPool3d, same', [within([2, 3, 4, 3, 2], -3.5, 3.5)], (tf, x: Tensor5D) => tf.avgPool3d(x, 2, 2, 'same')),
];

export const normalization: readonly TapeCase[] = [
  tapeCase('normalization', 'batchNorm, all statistics', [[2, 2, 2, 3], [3], within([3], 0.5, 2), [3], [3]], (tf, x: Tensor4D, m: Tensor, v: Tensor, offset: Tensor, scale: Tensor) =>
    tf.batchNorm(x, m as never, v as never, offset as never, scale as never, 1e-3)),
  tapeCase('normalization', 'batchNorm, no scale and offset', [[2, 2, 2, 3], [3], within([3], 0.5, 2)], (tf, x: Tensor4D, m: Tensor, v: Tensor) => tf.batchNorm(x, m as never, v as never)),
  tapeCase('normalization', 'batchNorm of batch statistics', [[4, 3], [3], [3]], (tf, x: Tensor2D, offset: Tensor, scale: Tensor) => {
    const { mean, variance } = tf.moments(x, 0);
    return tf.batchNorm(x, mean as never, variance as never, offset as never, scale as never, 1e-3);
  }),
  tapeCase('normalization', 'localResponseNormalization', [[2, 2, 2, 5]], (tf, x: Tensor4D) => tf.localResponseNormalization(x, 2, 1, 0.7, 0.6)),
];

const R = [2, 3, 4, 3];
export const resizing: readonly TapeCase[] = (['resizeBilinear', 'resizeNearestNeighbor'] as const).flatMap((name) => [
  tapeCase('resizing', `${name}, up`, [R], (tf, x: Tensor4D) => tf.image[name](x, [6, 7])),
  tapeCase('resizing', `${name}, down`, [[2, 5, 6, 2]], (tf, x: Tensor4D) => tf.image[name](x, [3, 4])),
  tapeCase('resizing', `${name}, alignCorners`, [R], (tf, x: Tensor4D) => tf.image[name](x, [5, 7], true)),
  tapeCase('resizing', `${name}, halfPixelCenters`, [R], (tf, x: Tensor4D) => tf.image[name](x, [6, 7], false, true)),
]);
