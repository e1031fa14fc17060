/**
 * Convolutions. The gradients in image and filter are bilinear, so the gradient of each is a convolution again. A dilated filter is one with zeros
 * between its taps: TensorFlow.js's gradient kernels know no dilation.
 */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { run, sumTo } from './shared.js';
import { pick, spread } from './windows.js';

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly activation?: string;
}

const pair = (value: [number, number] | number | undefined): [number, number] => (typeof value === 'number' ? [value, value] : (value ?? [1, 1]));

function gradients(tf: TensorFlow, x: Tensor, filter: Tensor, dy: Tensor, attrs: Attributes): { x: () => Tensor; filter: () => Tensor } {
  const { strides, pad, dataFormat = 'NHWC', dimRoundingMode } = attrs;
  const dilations = pair(attrs.dilations);
  const common = { strides, pad, dataFormat, dimRoundingMode };
  const wide = (k: number, i: number): number => (k - 1) * dilations[i]! + 1;
  return {
    x: () => run(tf, 'Conv2DBackpropInput', { dy, filter: spread(tf, filter, 0, dilations) }, { ...common, inputShape: x.shape }),
    filter: () => {
      const [kh, kw, cin, cout] = filter.shape as [number, number, number, number];
      return pick(tf, run(tf, 'Conv2DBackpropFilter', { x, dy }, { ...common, filterShape: [wide(kh, 0), wide(kw, 1), cin, cout] }), 0, dilations);
    },
  };
}

const conv: GradientRule = (tf) => ({
  kernelName: 'Conv2D',
  inputsToSave: ['x', 'filter'],
  gradFunc: (dy, saved, attrs) => gradients(tf, saved[0]!, saved[1]!, dy as Tensor, attrs as unknown as Attributes),
});

/** Under a tape, TensorFlow.js fuses only the bias. */
const fused: GradientRule = (tf) => ({
  kernelName: 'FusedConv2D',
  inputsToSave: ['x', 'filter', 'bias'],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter, bias] = saved as [Tensor, Tensor, Tensor];
    return { ...gradients(tf, x, filter, dy as Tensor, attrs as unknown as Attributes), bias: () => sumTo(tf, dy as Tensor, bias.shape) };
  },
});

const backpropFilter: GradientRule = (tf) => ({
  kernelName: 'Conv2DBackpropFilter',
  inputsToSave: ['x', 'dy'],
  gradFunc: (ddw, saved, attrs) => {
    const [x, dy] = saved as [Tensor4D, Tensor4D];
    const { strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as Attributes;
    const filter = ddw as Tensor as Tensor4D;
    return {
      x: () => run(tf, 'Conv2DBackpropInput', { dy, filter }, { strides, pad, dataFormat, dimRoundingMode, inputShape: x.shape }),
      dy: () => tf.conv2d(x, filter, strides, pad, dataFormat, 1, dimRoundingMode),
    };
  },
});

export const conv2d: readonly GradientRule[] = [conv, fused, backpropFilter];
