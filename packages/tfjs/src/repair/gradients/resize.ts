/**
 * Resized images: linear in the image. TensorFlow.js's gradient kernels know no half-pixel centres, and the one for nearest neighbours is wrong for batches
 * on cpu and wasm; there, the transpose is two products with the interpolation matrices of the axes, which the forward kernel itself gives.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { run, zerosOf } from './shared.js';

interface Attributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
  readonly size: readonly [number, number];
}

/** The matrix of resizing an axis, [target, size]. */
function axisMatrix(tf: TensorFlow, kernelName: string, size: number, target: number, attrs: Attributes): Tensor {
  return tf.reshape(run(tf, kernelName, { images: tf.reshape(tf.eye(size), [1, size, size, 1]) }, { ...attrs, size: [target, size] }), [target, size]);
}

function byMatrices(tf: TensorFlow, kernelName: string, dy: Tensor, images: Tensor, attrs: Attributes): Tensor {
  const [n, height, width, channels] = images.shape as [number, number, number, number];
  const [rows, columns] = attrs.size;
  const vertical = tf.reshape(axisMatrix(tf, kernelName, height, rows, attrs), [1, rows, height]);
  const horizontal = tf.reshape(axisMatrix(tf, kernelName, width, columns, attrs), [1, columns, width]);
  const tall = tf.matMul(vertical, tf.reshape(dy, [n, rows, columns * channels]), true);
  return tf.reshape(tf.matMul(horizontal, tf.reshape(tall, [n * height, columns, channels]), true), images.shape);
}

const nearest: GradientRule = (tf) => ({
  kernelName: 'ResizeNearestNeighbor',
  inputsToSave: ['images'],
  gradFunc: (dy, saved, attrs) => ({ images: () => byMatrices(tf, 'ResizeNearestNeighbor', dy as Tensor, saved[0]!, attrs as unknown as Attributes) }),
});

const bilinear: GradientRule = (tf) => ({
  kernelName: 'ResizeBilinear',
  inputsToSave: ['images'],
  gradFunc: (dy, saved, given) => {
    const [images] = saved as [Tensor];
    const attrs = given as unknown as Attributes;
    // The cpu kernel exchanges height and width in the shape of its result, not in the data.
    const byKernel = (): Tensor => tf.reshape(run(tf, 'ResizeBilinearGrad', { dy: dy as Tensor, images }, given), images.shape);
    return { images: () => (attrs.halfPixelCenters ? byMatrices(tf, 'ResizeBilinear', dy as Tensor, images, attrs) : byKernel()) };
  },
});

const bilinearGrad: GradientRule = (tf) => ({
  kernelName: 'ResizeBilinearGrad',
  inputsToSave: ['images'],
  gradFunc: (ddx, saved, attrs) => {
    const [images] = saved as [Tensor];
    return { dy: () => run(tf, 'ResizeBilinear', { images: tf.reshape(ddx as Tensor, images.shape) }, attrs), images: () => zerosOf(tf, images) };
  },
});

export const resize: readonly GradientRule[] = [nearest, bilinear, bilinearGrad];
