/** Depthwise convolutions, as in `conv2d.ts`: bilinear, and dilated by zeros between the taps of the filter. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { run, sumTo } from './shared.js';
import { pick, spread } from './windows.js';

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dilations?: [number, number] | number | null;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const pair = (value: [number, number] | number | null | undefined): [number, number] => (typeof value === 'number' ? [value, value] : (value ?? [1, 1]));

function gradients(tf: TensorFlow, x: Tensor, filter: Tensor, dy: Tensor, attrs: Attributes): { x: () => Tensor; filter: () => Tensor } {
  const { strides, pad, dimRoundingMode } = attrs;
  const dilations = pair(attrs.dilations);
  const common = { strides: pair(strides), pad, dimRoundingMode, dilations: [1, 1] };
  const [kh, kw, channels, multiplier] = filter.shape as [number, number, number, number];
  const wide = [(kh - 1) * dilations[0] + 1, (kw - 1) * dilations[1] + 1, channels, multiplier];
  return {
    x: () => run(tf, 'DepthwiseConv2dNativeBackpropInput', { dy, filter: spread(tf, filter, 0, dilations) }, { ...common, inputShape: x.shape }),
    filter: () => pick(tf, run(tf, 'DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...common, filterShape: wide }), 0, dilations),
  };
}

const conv: GradientRule = (tf) => ({
  kernelName: 'DepthwiseConv2dNative',
  inputsToSave: ['x', 'filter'],
  gradFunc: (dy, saved, attrs) => gradients(tf, saved[0]!, saved[1]!, dy as Tensor, attrs as unknown as Attributes),
});

/** Under a tape, TensorFlow.js fuses only the bias. */
const fused: GradientRule = (tf) => ({
  kernelName: 'FusedDepthwiseConv2D',
  inputsToSave: ['x', 'filter', 'bias'],
  gradFunc: (dy, saved, attrs) => {
    const [x, filter, bias] = saved as [Tensor, Tensor, Tensor];
    return { ...gradients(tf, x, filter, dy as Tensor, attrs as unknown as Attributes), bias: () => sumTo(tf, dy as Tensor, bias.shape) };
  },
});

const backpropInput: GradientRule = (tf) => ({
  kernelName: 'DepthwiseConv2dNativeBackpropInput',
  inputsToSave: ['dy', 'filter'],
  gradFunc: (ddx, saved, attrs) => {
    const [dy, filter] = saved as [Tensor4D, Tensor4D];
    const { strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
    const x = ddx as Tensor as Tensor4D;
    return {
      dy: () => tf.depthwiseConv2d(x, filter, strides, pad, 'NHWC', 1, dimRoundingMode),
      filter: () => run(tf, 'DepthwiseConv2dNativeBackpropFilter', { x, dy }, { strides, pad, dimRoundingMode, dilations: [1, 1], filterShape: filter.shape }),
    };
  },
});

const backpropFilter: GradientRule = (tf) => ({
  kernelName: 'DepthwiseConv2dNativeBackpropFilter',
  inputsToSave: ['x', 'dy'],
  gradFunc: (ddw, saved, attrs) => {
    const [x, dy] = saved as [Tensor4D, Tensor4D];
    const { strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
    const filter = ddw as Tensor as Tensor4D;
    return {
      x: () => run(tf, 'DepthwiseConv2dNativeBackpropInput', { dy, filter }, { strides, pad, dimRoundingMode, dilations: [1, 1], inputShape: x.shape }),
      dy: () => tf.depthwiseConv2d(x, filter, strides, pad, 'NHWC', 1, dimRoundingMode),
    };
  },
});

export const depthwiseConv2d: readonly GradientRule[] = [conv, fused, backpropInput, backpropFilter];
