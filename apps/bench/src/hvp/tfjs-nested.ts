/** TensorFlow.js's own nested gradients as a contender: wrong for these losses, which the bench shows. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { type Contender, joined, type Task } from './contender.js';
import { type ArraySpec, direction, tokens, values } from './models/index.js';

export async function tfjsNested(): Promise<Contender> {
  return {
    name: 'tfjs nested gradients (wasm)',
    dtypes: ['float32'],
    async prepare(model) {
      if (model.id === 'tiny' || model.id === 'transformer') throw new Error('shown on the MLP alone');
      if (model.id !== 'mlp') throw new Error('no second derivative of a convolution ("gradient function not found for Conv2DBackpropFilter")');
      await tf.setBackend('wasm');
      await tf.ready();
      const names = Object.keys(model.params);
      const make = (spec: ArraySpec): tf.Tensor => tf.tensor(Float32Array.from(values(spec)), [...spec.shape]);
      const params = names.map((name) => make(model.params[name]!));
      const v = names.map((name) => make(direction(model.params[name]!)));
      const x = make(model.input as ArraySpec) as tf.Tensor2D;
      const y = tf.oneHot(tf.tensor1d(tokens(model.labels), 'int32'), model.labels.below);
      const loss = (w1: tf.Tensor, b1: tf.Tensor, w2: tf.Tensor, b2: tf.Tensor): tf.Scalar =>
        tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(tf.tanh(tf.add(tf.matMul(x, w1 as tf.Tensor2D), b1)), w2 as tf.Tensor2D), b2)) as tf.Scalar;
      const gradient = tf.grads(loss as (...args: tf.Tensor[]) => tf.Scalar);
      const product = tf.grads((...p: tf.Tensor[]) => tf.addN(gradient(p).map((g, i) => tf.sum(tf.mul(g, v[i]!)))) as tf.Scalar);
      const run = (task: Task): tf.Tensor[] => {
        if (task === 'gradient') return gradient(params);
        if (task === 'hvp') return product(params);
        throw new Error('gradients and HVPs only');
      };
      const read = (task: Task): Float64Array => {
        const out = tf.tidy(() => run(task));
        const data = joined(out.map((t) => t.dataSync()));
        out.forEach((t) => t.dispose());
        return data;
      };
      return {
        async time(task) {
          const start = performance.now();
          read(task);
          return performance.now() - start;
        },
        values: async (task) => read(task),
        dispose() {
          [...params, ...v, x, y].forEach((t) => t.dispose());
        },
      };
    },
  };
}
