/** The gradient of a convolution of volumes in the volume, as a convolution with the filter turned over. */
import type { Tensor, Tensor5D } from '@tensorflow/tfjs-core';
import type { KernelRule, TensorFlow } from '../api.js';
import { padAxes, spread } from '../gradients/windows.js';

type Shape = [number, number, number, number, number];

interface Attributes {
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same';
  readonly inputShape: Shape;
}

function inputGradient(tf: TensorFlow, dy: Tensor5D, filter: Tensor5D, { strides, pad, inputShape }: Attributes): Tensor {
  const info = tf.backend_util.computeConv3DInfo(inputShape, filter.shape, strides, 1, pad);
  const { front, top, left } = info.padInfo;
  const wide = spread(tf, dy, 1, [info.strideDepth, info.strideHeight, info.strideWidth]);
  // Full correlation: k − 1 − p before; what comes after makes the result as large as the volume.
  const around = [front, top, left].map((before, i): [number, number] => {
    const lead = filter.shape[i]! - 1 - before;
    return [lead, Math.max(0, inputShape[i + 1]! + filter.shape[i]! - 1 - lead - wide.shape[i + 1]!)];
  });
  const turned = tf.transpose(tf.reverse(filter, [0, 1, 2]), [0, 1, 2, 4, 3]) as Tensor5D;
  return tf.conv3d(padAxes(tf, wide, [[0, 0], ...around, [0, 0]]) as Tensor5D, turned, 1, 'valid');
}

export const conv3dBackpropInput: KernelRule = {
  kernelName: 'Conv3DBackpropInputV2',
  needs: ['Conv3D', 'Reverse', 'Transpose', 'PadV2', 'Slice'],
  wrongOn: ['wasm'],
  make: (tf) => ({ inputs, attrs }) => tf.tidy(() => inputGradient(tf, inputs['dy'] as Tensor5D, inputs['filter'] as Tensor5D, attrs as unknown as Attributes)),
};
