/** What the gradients here share. */
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';

/** Runs a kernel; it is recorded when a tape is. */
export function run(tf: TensorFlow, name: string, inputs: Record<string, Tensor>, attrs: object = {}): Tensor {
  return tf.engine().runKernel(name, inputs as NamedTensorMap, attrs as Parameters<ReturnType<TensorFlow['engine']>['runKernel']>[2]) as Tensor;
}

/** The transpose of broadcasting to the shape of `x`: sums over the axes that were spread. */
export function sumTo(tf: TensorFlow, x: Tensor, shape: readonly number[]): Tensor {
  const extra = x.rank - shape.length;
  const axes = x.shape.flatMap((size, axis) => (axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : []));
  return tf.reshape(axes.length > 0 ? tf.sum(x, axes) : x, [...shape]);
}

/** Zero, of a shape: the derivative of what is constant almost everywhere. */
export const zerosOf = (tf: TensorFlow, { shape }: Tensor): Tensor => tf.zeros(shape, 'float32');

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Axes counted from 0. */
export const axesOf = (tf: TensorFlow, axis: number | number[] | null | undefined, shape: number[]): number[] =>
  tf.util.parseAxisParam((axis ?? undefined) as number | number[], shape);

/**
 * A linear map given with its transpose: recorded as one operation, differentiable any number of times in its argument. What else the two functions use
 * counts as constant.
 */
export function linear(tf: TensorFlow, forward: (x: Tensor) => Tensor, transpose: (y: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => tf.customGrad((a) => ({ value: forward(a as Tensor), gradFunc: (dy: Tensor) => linear(tf, transpose, forward)(dy) }))(x);
}
