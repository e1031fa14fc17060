/** Channels laid out in blocks of pixels: put back into channels. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';

function spaceToDepth(tf: TensorFlow, x: Tensor, block: number, format: 'NHWC' | 'NCHW'): Tensor {
  if (format === 'NCHW') {
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const split = tf.reshape(x, [n, c, h / block, block, w / block, block]);
    return tf.reshape(tf.transpose(split, [0, 3, 5, 1, 2, 4]), [n, c * block * block, h / block, w / block]);
  }
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const split = tf.reshape(x, [n, h / block, block, w / block, block, c]);
  return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), [n, h / block, w / block, block * block * c]);
}

export const depthToSpace: GradientRule = (tf) => ({
  kernelName: 'DepthToSpace',
  gradFunc: (dy, _saved, attrs) => {
    const { blockSize, dataFormat } = attrs as unknown as { blockSize: number; dataFormat: 'NHWC' | 'NCHW' };
    return { x: () => spaceToDepth(tf, dy as Tensor, blockSize, dataFormat) };
  },
});
