/** Maximum and minimum of two tensors, which TensorFlow.js does not sum back over broadcast axes. At ties the first operand takes all, as there. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sumTo } from './shared.js';

const extremum = (kernelName: 'Maximum' | 'Minimum'): GradientRule => (tf) => ({
  kernelName,
  inputsToSave: ['a', 'b'],
  gradFunc: (outer, saved) => {
    const [a, b] = saved as [Tensor, Tensor];
    const dy = outer as Tensor;
    const first = (): Tensor => tf.cast(kernelName === 'Maximum' ? tf.greaterEqual(a, b) : tf.lessEqual(a, b), 'float32');
    return {
      a: () => sumTo(tf, tf.mul(dy, first()), a.shape),
      b: () => sumTo(tf, tf.mul(dy, tf.sub(1, first())), b.shape),
    };
  },
});

export const maximum: readonly GradientRule[] = [extremum('Maximum'), extremum('Minimum')];
