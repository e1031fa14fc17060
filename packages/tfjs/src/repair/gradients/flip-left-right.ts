/** Mirrored images: mirrored back. */
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';

export const flipLeftRight: GradientRule = (tf) => ({
  kernelName: 'FlipLeftRight',
  gradFunc: (dy) => ({ image: () => tf.image.flipLeftRight(dy as Tensor as Tensor4D) }),
});
