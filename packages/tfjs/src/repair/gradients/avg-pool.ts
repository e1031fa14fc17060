/**
 * Average pooling. TensorFlow.js averages over the pixels inside the image, and its gradient divides by all of the window, padding included: at padded
 * edges it is wrong. Its gradient kernels get dy times window ÷ pixels inside, which makes them right.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';
import { type PoolAttributes, poolAxes, roundsUp } from './pool-geometry.js';
import { run, zerosOf } from './shared.js';
import { type SpatialAxis, tapsOf, untap } from './windows.js';

/** Pixels inside of each window along one axis. */
function inside({ taps, stride, before, size, outputs }: SpatialAxis): number[] {
  return Array.from({ length: outputs }, (_, i) => Math.max(1, Math.min(size, i * stride - before + taps) - Math.max(0, i * stride - before)));
}

/** Window ÷ pixels inside at each output, [1, …, 1]; null where it is 1 everywhere. */
function correction(tf: TensorFlow, x: Tensor, attrs: PoolAttributes): Tensor | null {
  const axes = poolAxes(tf, x, attrs);
  const counts = axes.map(inside);
  if (counts.every((list, i) => list.every((n) => n === axes[i]!.taps))) return null;
  const ratios = counts.reduce<number[]>((all, list, i) => all.flatMap((r) => list.map((n) => (r * axes[i]!.taps) / n)), [1]);
  return tf.tensor(Float32Array.from(ratios), [1, ...axes.map(({ outputs }) => outputs), 1]);
}

/** The gradient of averages over whole windows, tap by tap. */
function byTaps(tf: TensorFlow, dy: Tensor, axes: readonly SpatialAxis[]): Tensor {
  const taps = tapsOf(axes);
  const share = tf.div(dy, taps.length);
  return tf.addN(taps.map((tap) => untap(tf, share, axes, tap)));
}

const pool = (kernelName: 'AvgPool' | 'AvgPool3D'): GradientRule => (tf) => ({
  kernelName,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [Tensor];
    return {
      x: () => {
        const given = attrs as unknown as PoolAttributes;
        const ratio = correction(tf, x, given);
        if (roundsUp(given)) return byTaps(tf, ratio ? tf.mul(dy as Tensor, ratio) : (dy as Tensor), poolAxes(tf, x, given));
        return run(tf, `${kernelName}Grad`, { dy: ratio ? tf.mul(dy as Tensor, ratio) : (dy as Tensor), input: x }, attrs);
      },
    };
  },
});

const poolGrad = (kernelName: 'AvgPool' | 'AvgPool3D'): GradientRule => (tf) => ({
  kernelName: `${kernelName}Grad`,
  inputsToSave: ['input'],
  gradFunc: (ddx, saved, attrs) => {
    const [input] = saved as [Tensor];
    return {
      dy: () => {
        const ratio = correction(tf, input, attrs as unknown as PoolAttributes);
        const averages = run(tf, kernelName, { x: ddx as Tensor }, attrs);
        return ratio ? tf.div(averages, ratio) : averages;
      },
      input: () => zerosOf(tf, input),
    };
  },
});

export const avgPool: readonly GradientRule[] = [pool('AvgPool'), pool('AvgPool3D'), poolGrad('AvgPool'), poolGrad('AvgPool3D')];
