/** Splitting and unstacking into one part, which TensorFlow.js's gradients take for a list. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';

const parts = (dy: Tensor | Tensor[]): Tensor[] => (Array.isArray(dy) ? dy : [dy]);

const splitV: GradientRule = (tf) => ({
  kernelName: 'SplitV',
  gradFunc: (dy, _saved, attrs) => ({ x: () => tf.concat(parts(dy), attrs['axis'] as number) }),
});

const unpack: GradientRule = (tf) => ({
  kernelName: 'Unpack',
  gradFunc: (dy, _saved, attrs) => ({ value: () => tf.stack(parts(dy), attrs['axis'] as number) }),
});

export const split: readonly GradientRule[] = [splitV, unpack];
