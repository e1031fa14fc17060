/** Stacks of matrix products, with sums over broadcast stack axes, which TensorFlow.js leaves out. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sumTo } from './shared.js';

export const batchMatMul: GradientRule = (tf) => ({
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (outer, saved, attrs) => {
    const [a, b] = saved as [Tensor, Tensor];
    const dy = outer as Tensor;
    const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
    return {
      a: () => sumTo(tf, transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), a.shape),
      b: () => sumTo(tf, transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false), b.shape),
    };
  },
});
