/** Greyscale dilation, max over taps of x + filter: gradients go to the tap that gave the maximum. Written out, since webgl lacks the gradient kernels. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { firstMaxima, padSpatial, type SpatialAxis, tapOf, tapsOf, untap } from './windows.js';

export interface DilationAttributes {
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same';
  readonly dilations: [number, number];
}

export function dilationAxes(tf: TensorFlow, x: Tensor, filter: Tensor, { strides, pad, dilations }: DilationAttributes): SpatialAxis[] {
  const info = tf.backend_util.computeDilation2DInfo(x.shape as [number, number, number, number], filter.shape as [number, number, number], strides, pad, 'NHWC', dilations);
  const { padInfo } = info;
  return [
    { taps: info.filterHeight, dilation: info.dilationHeight, stride: info.strideHeight, before: padInfo.top, after: padInfo.bottom, size: info.inHeight, outputs: info.outHeight },
    { taps: info.filterWidth, dilation: info.dilationWidth, stride: info.strideWidth, before: padInfo.left, after: padInfo.right, size: info.inWidth, outputs: info.outWidth },
  ];
}

/** x + filter, tap by tap; −∞ outside of the image. */
export function tapSums(tf: TensorFlow, x: Tensor, filter: Tensor, axes: readonly SpatialAxis[]): Tensor[] {
  const padded = padSpatial(tf, x, axes, Number.NEGATIVE_INFINITY);
  return tapsOf(axes).map(([i, j]) => tf.add(tapOf(tf, padded, axes, [i!, j!]), tf.slice(filter, [i!, j!, 0], [1, 1, filter.shape[2]!])));
}

export const dilation2d: GradientRule = (tf) => ({
  kernelName: 'Dilation2D',
  inputsToSave: ['x', 'filter'],
  gradFunc: (outer, saved, given) => {
    const [x, filter] = saved as [Tensor, Tensor];
    const dy = outer as Tensor;
    const axes = dilationAxes(tf, x, filter, given as unknown as DilationAttributes);
    const taps = tapsOf(axes);
    return {
      x: () => tf.addN(firstMaxima(tf, tapSums(tf, x, filter, axes)).map((here, i) => untap(tf, tf.mul(dy, here), axes, taps[i]!))),
      filter: () => tf.reshape(tf.stack(firstMaxima(tf, tapSums(tf, x, filter, axes)).map((here) => tf.sum(tf.mul(dy, here), [0, 1, 2]))), filter.shape),
    };
  },
});
