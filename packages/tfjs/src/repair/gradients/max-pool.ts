/** Max-pooling. For second derivatives, the gradient kernel is linear in dy, and its transpose takes from each window what the maximum's position holds. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { type PoolAttributes, poolAxes, roundsUp } from './pool-geometry.js';
import { linear, run, zerosOf } from './shared.js';
import { firstMaxima, padSpatial, tapOf, tapsOf, untap } from './windows.js';

/** What `g` holds where `x` has the maximum `y` of each window; the first of equal ones, as kernels choose. */
function atMaximum(tf: TensorFlow, x: Tensor, y: Tensor, g: Tensor, attrs: PoolAttributes): Tensor {
  const axes = poolAxes(tf, x, attrs);
  const images = padSpatial(tf, x, axes, Number.NEGATIVE_INFINITY);
  const values = padSpatial(tf, g, axes, 0);
  let open = tf.onesLike(y);
  let out = tf.zerosLike(y);
  for (const tap of tapsOf(axes)) {
    const here = tf.mul(open, tf.cast(tf.equal(tapOf(tf, images, axes, tap), y), 'float32'));
    out = tf.add(out, tf.mul(here, tapOf(tf, values, axes, tap)));
    open = tf.sub(open, here);
  }
  return out;
}

/** The gradient tap by tap, for windows that the gradient kernels do not know. */
function byTaps(tf: TensorFlow, x: Tensor, dy: Tensor, attrs: PoolAttributes): Tensor {
  const axes = poolAxes(tf, x, attrs);
  const padded = padSpatial(tf, x, axes, Number.NEGATIVE_INFINITY);
  const taps = tapsOf(axes);
  return tf.addN(firstMaxima(tf, taps.map((tap) => tapOf(tf, padded, axes, tap))).map((here, i) => untap(tf, tf.mul(here, dy), axes, taps[i]!)));
}

const pool = (kernelName: 'MaxPool' | 'MaxPool3D'): GradientRule => (tf) => ({
  kernelName,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, y] = saved as [Tensor, Tensor];
    const given = attrs as unknown as PoolAttributes;
    return { x: () => (roundsUp(given) ? byTaps(tf, x, dy as Tensor, given) : run(tf, `${kernelName}Grad`, { dy: dy as Tensor, input: x, output: y }, attrs)) };
  },
});

const poolGrad = (kernelName: 'MaxPoolGrad' | 'MaxPool3DGrad'): GradientRule => (tf) => ({
  kernelName,
  inputsToSave: ['input', 'output'],
  gradFunc: (ddx, saved, attrs) => {
    const [input, output] = saved as [Tensor, Tensor];
    const take = (g: Tensor): Tensor => atMaximum(tf, input, output, g, attrs as unknown as PoolAttributes);
    const give = (dy: Tensor): Tensor => run(tf, kernelName, { dy, input, output }, attrs);
    return { dy: () => linear(tf, take, give)(ddx as Tensor), input: () => zerosOf(tf, input), output: () => zerosOf(tf, output) };
  },
});

export const maxPool: readonly GradientRule[] = [pool('MaxPool'), pool('MaxPool3D'), poolGrad('MaxPoolGrad'), poolGrad('MaxPool3DGrad')];
