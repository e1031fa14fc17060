/** Second derivatives that TensorFlow.js's own tape gets wrong, misses, or gets right; the expected values are mpmath's (30 digits) or exact. */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';

export interface SecondDerivative {
  readonly name: string;
  readonly expected: readonly number[];
  /** By nested gradients on the active backend. */
  find(tf: TensorFlow): Tensor;
}

/** f″(0.7). */
const at = (name: string, expected: number, f: (tf: TensorFlow, x: Tensor) => Tensor): SecondDerivative => ({
  name,
  expected: [expected],
  find: (tf) => tf.grad(tf.grad((x) => f(tf, x)))(tf.scalar(0.7)),
});

/** The Hessian of a loss at logits (0.2, −0.4, 1.1) times (1, −2, 0.5). */
const product = (name: string, expected: readonly number[], loss: (tf: TensorFlow, z: Tensor) => Tensor): SecondDerivative => ({
  name: `${name}, Hessian times v`,
  expected,
  find: (tf) => {
    const gradient = tf.grad((z: Tensor) => loss(tf, z));
    return tf.grad((z) => tf.sum(tf.mul(gradient(z), tf.tensor2d([[1, -2, 0.5]]))))(tf.tensor2d([[0.2, -0.4, 1.1]]));
  },
});

const SOFTMAX = [0.17901082137070373, -0.31250142721408697, 0.13349060584338324];
const onehot = (tf: TensorFlow): Tensor => tf.tensor2d([[0, 0, 1]]);

export const secondDerivatives: readonly SecondDerivative[] = [
  at('x exp x', 5.437132310170287, (tf, x) => tf.mul(x, tf.exp(x))),
  at('exp(x)²', 16.220799867378698, (tf, x) => tf.square(tf.exp(x))),
  at('tanh(x)²', -0.12159227738323694, (tf, x) => tf.square(tf.tanh(x))),
  at('x sigmoid x', 0.3912205946779788, (tf, x) => tf.mul(x, tf.sigmoid(x))),
  at('log(1 + exp x)', 0.22171287329310904, (tf, x) => tf.log(tf.add(1, tf.exp(x)))),
  at('log sigmoid x', -0.22171287329310904, (tf, x) => tf.log(tf.sigmoid(x))),
  at('exp x', 2.0137527074704766, (tf, x) => tf.exp(x)),
  at('softplus x', 0.22171287329310904, (tf, x) => tf.softplus(x)),
  at('√x', -0.42686736047656915, (tf, x) => tf.sqrt(x)),
  at('1/√x', 1.8294315448995822, (tf, x) => tf.rsqrt(x)),
  at('x^2.5', 3.137475099502783, (tf, x) => tf.pow(x, 2.5)),
  at('erf x', -0.967784804574754, (tf, x) => tf.erf(x)),
  at('x² relu x', 4.2, (tf, x) => tf.mul(tf.square(x), tf.relu(x))),
  at('x elu(−x)', -0.6455608949288324, (tf, x) => tf.mul(x, tf.elu(tf.neg(x)))),
  product('cross-entropy by log(softmax)', SOFTMAX, (tf, z) => tf.neg(tf.sum(tf.mul(onehot(tf), tf.log(tf.softmax(z)))))),
  product('cross-entropy by logSoftmax', SOFTMAX, (tf, z) => tf.neg(tf.sum(tf.mul(onehot(tf), tf.logSoftmax(z))))),
  product('losses.softmaxCrossEntropy', SOFTMAX, (tf, z) => tf.losses.softmaxCrossEntropy(onehot(tf), z) as Scalar),
  // σ(z)(1 − σ(z)) v ÷ 3.
  product('losses.sigmoidCrossEntropy', [0.08250552423728665, -0.16017383049435277, 0.0312283132579201], (tf, z) => tf.losses.sigmoidCrossEntropy(onehot(tf), z) as Scalar),
];
