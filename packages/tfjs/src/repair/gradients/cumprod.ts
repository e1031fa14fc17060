/** Cumulative products, exact also where factors are zero: every output is a product of its own, so n outputs cost n² numbers. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { productGradient } from './prod.js';

/** Which of n factors enter each of n products: [n, n], 1 or 0. */
function factors(tf: TensorFlow, n: number, exclusive: boolean, reverse: boolean): Tensor {
  const enters = (output: number, factor: number): boolean => (exclusive ? (reverse ? factor > output : factor < output) : reverse ? factor >= output : factor <= output);
  return tf.tensor2d(Float32Array.from({ length: n * n }, (_, i) => Number(enters(Math.floor(i / n), i % n))), [n, n]);
}

export const cumprod: GradientRule = (tf) => ({
  kernelName: 'Cumprod',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [Tensor];
    const { axis, exclusive, reverse } = attrs as unknown as { axis: number; exclusive: boolean; reverse: boolean };
    const order = [...x.shape.keys()].filter((a) => a !== axis).concat(axis);
    const back = order.map((_, a) => order.indexOf(a));
    const n = x.shape[axis]!;
    return {
      x: () => {
        const mask = factors(tf, n, exclusive, reverse);
        const moved = tf.transpose(x, order);
        const rows = tf.reshape(moved, [-1, 1, n]);
        const all = tf.reshape(tf.add(tf.mul(rows, mask), tf.sub(1, mask)), [-1, n]);
        const outer = tf.reshape(tf.transpose(dy as Tensor, order), [-1, 1]);
        const parts = tf.reshape(productGradient(tf, all, outer), [-1, n, n]);
        return tf.transpose(tf.reshape(tf.sum(tf.mul(parts, mask), 1), moved.shape), back);
      },
    };
  },
});
