/** Elementwise functions. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';
import { type TapeCase, tapeCase, within } from './case.js';
import type { InputSpec } from './inputs.js';

type Name = { [K in keyof TensorFlow]: TensorFlow[K] extends (x: Tensor) => Tensor ? K : never }[keyof TensorFlow] & string;
const S = [5];

const unary = (name: Name, input: InputSpec = { shape: S }): TapeCase => tapeCase('elementwise', name, [input], (tf, x: Tensor) => (tf[name] as (x: Tensor) => Tensor)(x));

export const elementwise: readonly TapeCase[] = [
  ...(['abs', 'asinh', 'atan', 'cos', 'cosh', 'elu', 'erf', 'exp', 'expm1', 'logSigmoid', 'neg', 'relu', 'relu6', 'selu', 'sigmoid', 'sin', 'sinh', 'softplus', 'square', 'tanh', 'leakyRelu'] as const).map((name) => unary(name)),
  ...(['acos', 'asin', 'atanh'] as const).map((name) => unary(name, within(S, -0.85, 0.85))),
  unary('acosh', within(S, 1.2, 3)),
  unary('tan', within(S, -1.1, 1.1)),
  ...(['log', 'log1p', 'sqrt', 'rsqrt', 'reciprocal'] as const).map((name) => unary(name, within(S, 0.4, 3))),
  tapeCase('elementwise', 'relu6, both bounds', [within([6], -2, 9)], (tf, x: Tensor) => tf.relu6(x)),
  tapeCase('elementwise', 'clipByValue', [S], (tf, x: Tensor) => tf.mul(x, tf.clipByValue(x, -0.9, 0.8))),
  tapeCase('elementwise', 'prelu', [[2, 3], within([3], 0.1, 0.6)], (tf, x: Tensor, alpha: Tensor) => tf.prelu(x, alpha)),
  tapeCase('elementwise', 'swish', [S], (tf, x: Tensor) => tf.mul(x, tf.sigmoid(x))),
  tapeCase('elementwise', 'mish', [S], (tf, x: Tensor) => tf.mul(x, tf.tanh(tf.softplus(x)))),
  tapeCase('elementwise', 'hard sigmoid', [within(S, -4, 4)], (tf, x: Tensor) => tf.mul(x, tf.clipByValue(tf.add(0.5, tf.mul(0.2, x)), 0, 1))),
  tapeCase('elementwise', 'x exp x', [S], (tf, x: Tensor) => tf.mul(x, tf.exp(x))),
  tapeCase('elementwise', 'exp(x)²', [S], (tf, x: Tensor) => tf.square(tf.exp(x))),
  tapeCase('elementwise', 'tanh(x)²', [S], (tf, x: Tensor) => tf.square(tf.tanh(x))),
  tapeCase('elementwise', 'log(1 + exp x)', [S], (tf, x: Tensor) => tf.log(tf.add(1, tf.exp(x)))),
  tapeCase('elementwise', 'log sigmoid x', [S], (tf, x: Tensor) => tf.log(tf.sigmoid(x))),
  tapeCase('elementwise', 'x² relu x', [S], (tf, x: Tensor) => tf.mul(tf.square(x), tf.relu(x))),
  tapeCase('elementwise', 'x elu(−x)', [S], (tf, x: Tensor) => tf.mul(x, tf.elu(tf.neg(x)))),
  tapeCase('elementwise', 'steps (floor, ceil, round, sign, step)', [S], (tf, x: Tensor) => tf.mul(tf.square(x), tf.addN([tf.floor(x), tf.ceil(x), tf.round(tf.add(x, 0.1)), tf.sign(x), tf.step(x)]))),
  tapeCase('elementwise', 'cast to int32', [S], (tf, x: Tensor) => tf.mul(x, tf.cast(tf.cast(tf.mul(x, 3), 'int32'), 'float32'))),
];

const pair: readonly [readonly number[], readonly number[]] = [[2, 3], [3]];
export const binary: readonly TapeCase[] = [
  ...(['add', 'sub', 'mul', 'maximum', 'minimum', 'squaredDifference'] as const).map((name) =>
    tapeCase('binary', name, pair, (tf, a: Tensor, b: Tensor) => (tf[name] as (a: Tensor, b: Tensor) => Tensor)(a, b)),
  ),
  tapeCase('binary', 'div', [[2, 3], within([3], 0.5, 2)], (tf, a: Tensor, b: Tensor) => tf.div(a, b)),
  tapeCase('binary', 'divNoNan', [[2, 3], within([2, 3], 0.5, 2)], (tf, a: Tensor, b: Tensor) => tf.divNoNan(a, b)),
  tapeCase('binary', 'pow', [within([2, 3], 0.4, 2), [3]], (tf, a: Tensor, b: Tensor) => tf.pow(a, b)),
  tapeCase('binary', 'pow, constant exponents', [[6]], (tf, x: Tensor) => tf.pow(x, tf.tensor1d([0, 1, 2, 3, 4, 2]))),
  tapeCase('binary', 'x^2.5', [within([5], 0.3, 2)], (tf, x: Tensor) => tf.pow(x, 2.5)),
  tapeCase('binary', 'atan2', pair, (tf, a: Tensor, b: Tensor) => tf.atan2(a, b)),
  tapeCase('binary', 'mod', [within([2, 3], 2.2, 6.8), within([3], 1.1, 1.9)], (tf, a: Tensor, b: Tensor) => tf.mod(a, b)),
  tapeCase('binary', 'floorDiv', [within([2, 3], 2.2, 6.8), within([3], 1.1, 1.9)], (tf, a: Tensor, b: Tensor) => tf.mul(a, tf.floorDiv(a, b))),
  tapeCase('binary', 'addN', [[2, 3], [2, 3], [2, 3]], (tf, a: Tensor, b: Tensor, c: Tensor) => tf.addN([a, b, tf.mul(a, c)])),
  tapeCase('binary', 'where, greater', pair, (tf, a: Tensor, b: Tensor) => tf.where(tf.greater(a, b), tf.mul(a, a), tf.mul(a, b))),
  tapeCase('binary', 'where, less and logic', [[2, 3], [2, 3]], (tf, a: Tensor, b: Tensor) =>
    tf.where(tf.logicalAnd(tf.less(a, b), tf.logicalNot(tf.logicalOr(tf.lessEqual(a, -1), tf.equal(a, b)))), tf.mul(tf.exp(a), b), tf.sin(a))),
  tapeCase('binary', 'where, all and any', [[2, 3], [2, 3]], (tf, a: Tensor, b: Tensor) =>
    tf.where(tf.logicalXor(tf.all(tf.notEqual(a, b), 1, true), tf.any(tf.lessEqual(a, -9), 1, true)), tf.mul(a, b), a)),
  tapeCase('binary', 'comparison as a number', [[2, 3], [2, 3]], (tf, a: Tensor, b: Tensor) => tf.mul(tf.mul(a, b), tf.cast(tf.greaterEqual(a, b), 'float32'))),
];
