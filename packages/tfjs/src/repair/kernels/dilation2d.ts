/** Greyscale dilation, max over taps of x + filter; the wasm kernel lets taps in the padding win. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelRule } from '../api.js';
import { dilationAxes, type DilationAttributes, tapSums } from '../gradients/dilation2d.js';

export const dilation2d: KernelRule = {
  kernelName: 'Dilation2D',
  needs: ['Slice', 'StridedSlice', 'PadV2', 'Add', 'Maximum'],
  wrongOn: ['wasm'],
  make: (tf) => ({ inputs, attrs }) =>
    tf.tidy(() => {
      const [x, filter] = [inputs['x'] as Tensor, inputs['filter'] as Tensor];
      return tapSums(tf, x, filter, dilationAxes(tf, x, filter, attrs as unknown as DilationAttributes)).reduce((a, b) => tf.maximum(a, b));
    }),
};
