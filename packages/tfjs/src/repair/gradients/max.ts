/** Maximum and minimum over axes. At ties the gradient is shared evenly: TensorFlow.js gives all of it to each, which is no subgradient. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { axesOf } from './shared.js';

const extremum = (kernelName: 'Max' | 'Min', axisName: string): GradientRule => (tf) => ({
  kernelName,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, y] = saved as [Tensor, Tensor];
    const axes = axesOf(tf, attrs[axisName] as number[], x.shape);
    const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return {
      x: () => {
        const chosen = tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32');
        return tf.mul(chosen, tf.div(tf.reshape(dy as Tensor, kept), tf.sum(chosen, axes, true)));
      },
    };
  },
});

export const max: readonly GradientRule[] = [extremum('Max', 'reductionIndices'), extremum('Min', 'axis')];
