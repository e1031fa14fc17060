/** EluGrad: dy where y > 0, dy (y + 1) elsewhere. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { run } from './shared.js';

export const eluGrad: GradientRule = (tf) => ({
  kernelName: 'EluGrad',
  inputsToSave: ['dy', 'y'],
  gradFunc: (ddx, saved) => {
    const [dy, y] = saved as [Tensor, Tensor];
    const outer = ddx as Tensor;
    return {
      dy: () => run(tf, 'EluGrad', { dy: outer, y }),
      y: () => tf.where(tf.less(y, 0), tf.mul(outer, dy), tf.zerosLike(dy)),
    };
  },
});
