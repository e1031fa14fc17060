/** Products over axes, exact also where factors are zero: by halves, up the tree of partial products and down again. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { axesOf, sizeOf } from './shared.js';

/** ∂/∂x of Σ dy ∏ x over the last axis: dy times the product of the others, [rows, n] for x of [rows, n] and dy of [rows, 1]. */
export function productGradient(tf: TensorFlow, x: Tensor, dy: Tensor): Tensor {
  const [rows, n] = x.shape as [number, number];
  if (n === 1) return dy.clone();
  const half = Math.ceil(n / 2);
  const left = tf.slice(x, [0, 0], [rows, half]);
  const given = tf.slice(x, [0, half], [rows, n - half]);
  const right = n - half < half ? tf.concat([given, tf.ones([rows, 1])], 1) : given;
  const outer = productGradient(tf, tf.mul(left, right), dy);
  return tf.concat([tf.mul(outer, right), tf.slice(tf.mul(outer, left), [0, 0], [rows, n - half])], 1);
}

export const prod: GradientRule = (tf) => ({
  kernelName: 'Prod',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [Tensor];
    const axes = axesOf(tf, attrs['axis'] as number[] | undefined, x.shape);
    const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const order = [...others, ...axes];
    const back = order.map((_, axis) => order.indexOf(axis));
    const n = sizeOf(axes.map((axis) => x.shape[axis]!));
    return {
      x: () => {
        const moved = tf.transpose(tf.cast(x, 'float32'), order);
        const out = productGradient(tf, tf.reshape(moved, [-1, n]), tf.reshape(dy as Tensor, [-1, 1]));
        return tf.transpose(tf.reshape(out, moved.shape), back);
      },
    };
  },
});
