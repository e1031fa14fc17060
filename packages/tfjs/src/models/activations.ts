/** Activations by TensorFlow.js's names, with its definitions. */
import {
  abs, add, clip, div, elu, erf, logSoftmax, mul, relu, relu6, selu, sigmoid, softmax, softplus, tanh, type Tensor,
} from '@curv/tensor';
import type { Config, Logits, Run } from './api.js';

type Activation = (x: Tensor) => Tensor;

/** x Φ(x) by the tanh approximation (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
const geluNew: Activation = (x) => mul(mul(x, 0.5), add(tanh(mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI))), 1));

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  linear: (x) => x,
  elu: (x) => elu(x),
  selu,
  relu,
  relu6,
  sigmoid,
  /** Keras' piecewise linear sigmoid: clip(0.2 x + 0.5, 0, 1). */
  hardSigmoid: (x) => clip(add(mul(x, 0.2), 0.5), 0, 1),
  softplus,
  softsign: (x) => div(x, add(abs(x), 1)),
  tanh,
  softmax: (x) => softmax(x, -1),
  logSoftmax: (x) => logSoftmax(x, -1),
  gelu: (x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
  geluNew,
  gelu_new: geluNew,
  mish: (x) => mul(x, tanh(softplus(x))),
  swish: (x) => mul(x, sigmoid(x)),
};

/** The name in an activation's configuration: a string, a serialized object, or nothing for `linear`. */
function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'linear';
  if (typeof value === 'string') return value;
  const { className } = value as { className?: unknown };
  return typeof className === 'string' ? className : JSON.stringify(value);
}

/** @throws Error on an activation that TensorFlow.js does not have */
export function checkActivation(value: unknown): void {
  const name = nameOf(value);
  if (!Object.hasOwn(ACTIVATIONS, name)) throw new Error(`unknown activation ${name}; supported are ${Object.keys(ACTIVATIONS).filter((n) => n !== 'gelu_new').join(', ')}`);
}

/** What the activation of a layer ends its output in. */
export function endsIn({ activation }: Config): Logits['activation'] | null {
  const name = nameOf(activation);
  return name === 'softmax' || name === 'sigmoid' ? name : null;
}

/** Applies an activation; what a softmax or sigmoid was given is remembered, so that a loss can start there. */
export function activate(value: unknown, x: Tensor, run: Run): Tensor {
  const name = nameOf(value);
  const y = ACTIVATIONS[name]!(x);
  if (name === 'softmax' || name === 'sigmoid') noteLogits(run, y, { activation: name, logits: x });
  return y;
}

/** Remembers the logits of an output. */
export const noteLogits = (run: Run, output: Tensor, logits: Logits): void => void run.logits.set(output, logits);
