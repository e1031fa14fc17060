/** The gradient of a convolution of volumes in its filter, a matrix product for each tap; the wasm kernel is wrong for strides. */
import type { Tensor, Tensor5D } from '@tensorflow/tfjs-core';
import type { KernelRule, TensorFlow } from '../api.js';
import { padSpatial, type SpatialAxis, tapOf, tapsOf } from '../gradients/windows.js';

type Shape = [number, number, number, number, number];

interface Attributes {
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same';
  readonly filterShape: Shape;
}

function filterGradient(tf: TensorFlow, x: Tensor5D, dy: Tensor5D, { strides, pad, filterShape }: Attributes): Tensor {
  const info = tf.backend_util.computeConv3DInfo(x.shape, filterShape, strides, 1, pad);
  const { padInfo } = info;
  const axes: SpatialAxis[] = [
    { taps: filterShape[0], dilation: 1, stride: info.strideDepth, before: padInfo.front, after: padInfo.back, size: info.inDepth, outputs: info.outDepth },
    { taps: filterShape[1], dilation: 1, stride: info.strideHeight, before: padInfo.top, after: padInfo.bottom, size: info.inHeight, outputs: info.outHeight },
    { taps: filterShape[2], dilation: 1, stride: info.strideWidth, before: padInfo.left, after: padInfo.right, size: info.inWidth, outputs: info.outWidth },
  ];
  const padded = padSpatial(tf, x, axes, 0);
  const outer = tf.reshape(dy, [-1, filterShape[4]]);
  const parts = tapsOf(axes).map((tap) => tf.tidy(() => tf.matMul(tf.transpose(tf.reshape(tapOf(tf, padded, axes, tap), [-1, filterShape[3]])), outer)));
  return tf.reshape(tf.stack(parts), filterShape);
}

export const conv3dBackpropFilter: KernelRule = {
  kernelName: 'Conv3DBackpropFilterV2',
  needs: ['BatchMatMul', 'Slice', 'StridedSlice', 'PadV2', 'Transpose', 'Pack'],
  wrongOn: ['wasm'],
  make: (tf) => ({ inputs, attrs }) => tf.tidy(() => filterGradient(tf, inputs['x'] as Tensor5D, inputs['dy'] as Tensor5D, attrs as unknown as Attributes)),
};
