/** Convolutions of volumes, as in `conv2d.ts`. */
import type { Tensor, Tensor5D } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { run } from './shared.js';
import { pick, spread } from './windows.js';

interface Attributes {
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same';
  readonly dilations?: [number, number, number] | number;
}

const triple = (value: [number, number, number] | number | undefined): [number, number, number] => (typeof value === 'number' ? [value, value, value] : (value ?? [1, 1, 1]));

const conv: GradientRule = (tf) => ({
  kernelName: 'Conv3D',
  inputsToSave: ['x', 'filter'],
  gradFunc: (outer, saved, attrs) => {
    const [x, filter] = saved as [Tensor, Tensor];
    const dy = outer as Tensor;
    const { strides, pad, dilations } = attrs as unknown as Attributes;
    const steps = triple(dilations);
    const wide = filter.shape.map((k, i) => (i < 3 ? (k - 1) * steps[i]! + 1 : k));
    return {
      x: () => run(tf, 'Conv3DBackpropInputV2', { dy, filter: spread(tf, filter, 0, steps) }, { strides, pad, inputShape: x.shape }),
      filter: () => pick(tf, run(tf, 'Conv3DBackpropFilterV2', { x, dy }, { strides, pad, filterShape: wide }), 0, steps),
    };
  },
});

const backpropInput: GradientRule = (tf) => ({
  kernelName: 'Conv3DBackpropInputV2',
  inputsToSave: ['dy', 'filter'],
  gradFunc: (ddx, saved, attrs) => {
    const [dy, filter] = saved as [Tensor5D, Tensor5D];
    const { strides, pad } = attrs as unknown as Attributes;
    const x = ddx as Tensor as Tensor5D;
    return {
      dy: () => tf.conv3d(x, filter, strides, pad),
      filter: () => run(tf, 'Conv3DBackpropFilterV2', { x, dy }, { strides, pad, filterShape: filter.shape }),
    };
  },
});

const backpropFilter: GradientRule = (tf) => ({
  kernelName: 'Conv3DBackpropFilterV2',
  inputsToSave: ['x', 'dy'],
  gradFunc: (ddw, saved, attrs) => {
    const [x, dy] = saved as [Tensor5D, Tensor5D];
    const { strides, pad } = attrs as unknown as Attributes;
    const filter = ddw as Tensor as Tensor5D;
    return {
      x: () => run(tf, 'Conv3DBackpropInputV2', { dy, filter }, { strides, pad, inputShape: x.shape }),
      dy: () => tf.conv3d(x, filter, strides, pad),
    };
  },
});

export const conv3d: readonly GradientRule[] = [conv, backpropInput, backpropFilter];
