/** Comparisons, logic and casts to integers are constant almost everywhere: their derivative is zero. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { zerosOf } from './shared.js';

const BINARY = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'];
const UNARY = ['LogicalNot', 'All', 'Any', 'ArgMax', 'ArgMin'];

const rule = (kernelName: string, names: readonly string[]): GradientRule => (tf) => ({
  kernelName,
  inputsToSave: [...names],
  gradFunc: (_dy, saved) => Object.fromEntries(names.map((name, i) => [name, () => zerosOf(tf, saved[i]!)])),
});

/** TensorFlow.js gives the slope of a / b; ⌊a / b⌋ is constant almost everywhere. */
const floorDiv: GradientRule = rule('FloorDiv', ['a', 'b']);

/** A cast to integers truncates. TensorFlow.js passes the gradient through it as if it were the identity. */
const cast: GradientRule = (tf) => ({
  kernelName: 'Cast',
  gradFunc: (dy, _saved, attrs) => {
    const whole = attrs['dtype'] !== 'float32';
    return { x: () => (whole ? zerosOf(tf, dy as Tensor) : tf.cast((dy as Tensor).clone(), 'float32')) };
  },
});

export const piecewiseConstant: readonly GradientRule[] = [...BINARY.map((name) => rule(name, ['a', 'b'])), ...UNARY.map((name) => rule(name, ['x'])), floorDiv, cast];
