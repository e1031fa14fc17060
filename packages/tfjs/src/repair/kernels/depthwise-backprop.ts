/** The gradients of a depthwise convolution: in the filter a sum for each tap, in the image a depthwise convolution with the filter turned over. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { KernelRule, TensorFlow } from '../api.js';
import { padSpatial, type SpatialAxis, spread, tapOf, tapsOf } from '../gradients/windows.js';

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dilations: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape = [number, number, number, number];

function axesOf(tf: TensorFlow, xShape: Shape, filterShape: Shape, { strides, pad, dilations, dimRoundingMode }: Attributes): SpatialAxis[] {
  const info = tf.backend_util.computeConv2DInfo(xShape, filterShape, strides, dilations, pad, dimRoundingMode, true);
  const { padInfo } = info;
  return [
    { taps: filterShape[0], dilation: info.dilationHeight, stride: info.strideHeight, before: padInfo.top, after: padInfo.bottom, size: info.inHeight, outputs: info.outHeight },
    { taps: filterShape[1], dilation: info.dilationWidth, stride: info.strideWidth, before: padInfo.left, after: padInfo.right, size: info.inWidth, outputs: info.outWidth },
  ];
}

function filterGradient(tf: TensorFlow, x: Tensor4D, dy: Tensor4D, filterShape: Shape, attrs: Attributes): Tensor {
  const [, , channels, multiplier] = filterShape;
  const axes = axesOf(tf, x.shape, filterShape, attrs);
  const padded = padSpatial(tf, x, axes, 0);
  const positions = dy.size / (channels * multiplier);
  const outer = tf.reshape(dy, [positions, channels, multiplier]);
  const sums = tapsOf(axes).map((tap) => tf.tidy(() => tf.sum(tf.mul(tf.reshape(tapOf(tf, padded, axes, tap), [positions, channels, 1]), outer), 0)));
  return tf.reshape(tf.stack(sums), filterShape);
}

function inputGradient(tf: TensorFlow, dy: Tensor4D, filter: Tensor4D, inputShape: Shape, attrs: Attributes): Tensor {
  const [kh, kw, channels, multiplier] = filter.shape;
  const axes = axesOf(tf, inputShape, filter.shape, attrs);
  const reach = axes.map(({ taps, dilation }) => (taps - 1) * dilation);
  const wide = spread(tf, dy, 1, axes.map(({ stride }) => stride));
  // Full correlation: the first pixel needs reach − before rows above it; pixels that no window sees are added below.
  const above = axes.map(({ before }, i) => reach[i]! - before);
  const below = axes.map(({ size }, i) => Math.max(0, size + reach[i]! - above[i]! - wide.shape[i + 1]!));
  const padded = tf.pad(wide, [[0, 0], [Math.max(0, above[0]!), below[0]!], [Math.max(0, above[1]!), below[1]!], [0, 0]]);
  const cut = tf.slice(padded, [0, Math.max(0, -above[0]!), Math.max(0, -above[1]!), 0], [-1, inputShape[1] + reach[0]!, inputShape[2] + reach[1]!, -1]);
  const turned = tf.reverse(filter, [0, 1]);
  const [n, height, width] = cut.shape as Shape;
  const parts = Array.from({ length: multiplier }, (_, m) => {
    const outer = multiplier === 1 ? cut : tf.reshape(tf.slice(tf.reshape(cut, [n * height * width, channels, multiplier]), [0, 0, m], [-1, -1, 1]), [n, height, width, channels]);
    const taps = multiplier === 1 ? turned : tf.slice(turned, [0, 0, 0, m], [kh, kw, channels, 1]);
    return tf.depthwiseConv2d(outer as Tensor4D, taps as Tensor4D, 1, 'valid', 'NHWC', axes.map(({ dilation }) => dilation) as [number, number]);
  });
  return parts.length === 1 ? parts[0]! : tf.addN(parts);
}

export const depthwiseBackpropFilter: KernelRule = {
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  needs: ['Slice', 'StridedSlice', 'Multiply', 'Sum', 'Pack', 'PadV2'],
  make: (tf) => ({ inputs, attrs }) =>
    tf.tidy(() => filterGradient(tf, inputs['x'] as Tensor4D, inputs['dy'] as Tensor4D, attrs!['filterShape'] as Shape, attrs as unknown as Attributes)),
};

export const depthwiseBackpropInput: KernelRule = {
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  needs: ['DepthwiseConv2dNative', 'Slice', 'Reverse', 'PadV2', 'AddN'],
  make: (tf) => ({ inputs, attrs }) =>
    tf.tidy(() => inputGradient(tf, inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D, attrs!['inputShape'] as Shape, attrs as unknown as Attributes)),
};
