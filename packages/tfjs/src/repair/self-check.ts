/** Second derivatives and training gradients on the active backend, beside float64 values (mpmath, 30 digits, or exact). */
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TapeCheck, TensorFlow } from './api.js';

interface Probe {
  readonly name: string;
  readonly expected: readonly number[];
  find(tf: TensorFlow): Tensor;
}

/** f″(0.7) by nested gradients. */
const second = (name: string, expected: number, f: (tf: TensorFlow, x: Tensor) => Tensor): Probe => ({
  name,
  expected: [expected],
  find: (tf) => tf.grad(tf.grad((x) => f(tf, x)))(tf.scalar(0.7)),
});

const PROBES: readonly Probe[] = [
  second('log(1 + exp x)', 0.22171287329310904, (tf, x) => tf.log(tf.add(1, tf.exp(x)))),
  second('x exp x', 5.437132310170287, (tf, x) => tf.mul(x, tf.exp(x))),
  second('tanh(x)²', -0.12159227738323694, (tf, x) => tf.square(tf.tanh(x))),
  second('x sigmoid x', 0.3912205946779788, (tf, x) => tf.mul(x, tf.sigmoid(x))),
  second('log sigmoid x', -0.22171287329310904, (tf, x) => tf.log(tf.sigmoid(x))),
  second('x elu(−x)', -0.6455608949288324, (tf, x) => tf.mul(x, tf.elu(tf.neg(x)))),
  {
    name: 'softmax cross-entropy, Hessian times (1, −2, 0.5)',
    // p ∘ (v − p·v) at z = (0.2, −0.4, 1.1).
    expected: [0.17901082137070373, -0.31250142721408697, 0.13349060584338324],
    find: (tf) => {
      const labels = tf.tensor2d([[0, 0, 1]]);
      const gradient = tf.grad((z: Tensor) => tf.losses.softmaxCrossEntropy(labels, z) as Scalar);
      return tf.grad((z) => tf.sum(tf.mul(gradient(z), tf.tensor2d([[1, -2, 0.5]]))))(tf.tensor2d([[0.2, -0.4, 1.1]]));
    },
  },
  {
    name: 'gradient of gather',
    expected: [2, 0, 5],
    find: (tf) => tf.grad((x) => tf.sum(tf.mul(tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')), tf.tensor1d([1, 2, 4]))))(tf.tensor1d([1, 2, 3]) as Tensor1D),
  },
  {
    name: 'gradient of conv2d in the filter',
    expected: [12, 16, 24, 28],
    find: (tf) => {
      const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
      return tf.grad((w) => tf.sum(tf.conv2d(image, w as Tensor4D, 1, 'valid')))(tf.ones([2, 2, 1, 1]));
    },
  },
];

/** Runs every probe. @param tolerance largest relative error that passes */
export async function selfCheck(tf: TensorFlow, tolerance: number): Promise<TapeCheck[]> {
  const before = tf.memory().numTensors;
  const checks: TapeCheck[] = [];
  for (const probe of PROBES) checks.push(await check(tf, probe, tolerance));
  const left = tf.memory().numTensors - before;
  checks.push({ name: 'tensors left', value: [left], expected: [0], error: left, ok: left === 0 });
  return checks;
}

async function check(tf: TensorFlow, { name, expected, find }: Probe, tolerance: number): Promise<TapeCheck> {
  let out: Tensor | undefined;
  try {
    out = tf.tidy(() => find(tf));
    const value = [...(await out.data())];
    const scale = Math.max(...expected.map(Math.abs));
    const error = Math.max(...value.map((v, i) => Math.abs(v - expected[i]!))) / scale;
    return { name, value, expected, error, ok: value.length === expected.length && error <= tolerance };
  } catch (cause) {
    return { name, value: null, expected, error: Infinity, ok: false, reason: (cause as Error).message };
  } finally {
    out?.dispose();
  }
}
