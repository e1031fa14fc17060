/** ⌊a / b⌋: the webgl kernel rounds both operands to whole numbers first. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelRule } from '../api.js';

export const floorDiv: KernelRule = {
  kernelName: 'FloorDiv',
  needs: ['Floor', 'RealDiv'],
  wrongOn: ['webgl'],
  make: (tf, own) => (params) => {
    const [a, b] = [params.inputs['a'] as Tensor, params.inputs['b'] as Tensor];
    return a.dtype === 'int32' ? own!(params) : tf.tidy(() => tf.floor(tf.div(a, b)));
  },
};
