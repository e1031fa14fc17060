/** The two nets that are trained: a character language model and a small conv net, for us, TensorFlow.js and PyTorch alike. */
import { digits, names } from '@curv-internal/datasets';
import type { Problem } from '@curv/optimizers';
import { avgPool2d, conv2d, random, softmaxCrossEntropy, tensor, type Tensor } from '@curv/tensor';
import * as tf from '@tensorflow/tfjs';

/** Parameters by name: shape, and values in row-major order. */
type Arrays = Readonly<Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>>;

export interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
}

export interface Net {
  readonly id: 'char-lm' | 'conv';
  readonly title: string;
  readonly params: Arrays;
  readonly problem: Problem<Batch>;
  /** Inputs [batch, …] and labels of one batch. */
  readonly inputs: { readonly shape: readonly number[]; readonly values: Int32Array | Float32Array };
  readonly labels: Int32Array;
  /** The logits in TensorFlow.js. */
  logits(p: Readonly<Record<string, tf.Tensor>>, x: tf.Tensor): tf.Tensor;
}

const normals = (seed: string, shapes: Readonly<Record<string, readonly number[]>>): Arrays =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const fan = shape.length === 1 ? Infinity : shape.slice(0, -1).reduce((a, b) => a * b, 1);
      return [name, { shape, values: Float32Array.from(random(0).fork(`${seed} ${name}`).tensor('normal', shape).dataSync(), (z) => z / Math.sqrt(fan)) }];
    }),
  );

/** Embedding 27 × 8, context 4, 32-64-64-27 tanh, batch 64 of first names. */
async function charLm(): Promise<Net> {
  const list = await names();
  const x = new Int32Array(64 * 4);
  const y = new Int32Array(64);
  const code = (word: string, i: number): number => (i < 0 || i >= word.length ? 0 : word.charCodeAt(i) - 96);
  const stream = random(0).fork('char-lm batch');
  for (let row = 0; row < 64; row++) {
    const word = list[stream.integer(list.length)]!;
    const at = stream.integer(word.length + 1);
    for (let j = 0; j < 4; j++) x[4 * row + j] = code(word, at - 4 + j);
    y[row] = code(word, at);
  }
  interface P { readonly e: Tensor; readonly w1: Tensor; readonly b1: Tensor; readonly w2: Tensor; readonly b2: Tensor; readonly w3: Tensor; readonly b3: Tensor }
  return {
    id: 'char-lm',
    title: 'names, 32-64-64-27, batch 64',
    params: normals('char-lm', { e: [27, 8], w1: [32, 64], b1: [64], w2: [64, 64], b2: [64], w3: [64, 27], b3: [27] }),
    problem: {
      model: (p: P, batch) => p.e.gather(batch.x).reshape([-1, 32]).matmul(p.w1).add(p.b1).tanh().matmul(p.w2).add(p.b2).tanh().matmul(p.w3).add(p.b3),
      outputLoss: (z: Tensor, batch) => softmaxCrossEntropy(z, batch.y),
      likelihood: 'categorical',
    },
    inputs: { shape: [64, 4], values: x },
    labels: y,
    logits: (p, input) => {
      const layer = (h: tf.Tensor, i: 1 | 2 | 3): tf.Tensor => tf.add(tf.matMul(h as tf.Tensor2D, p[`w${i}`] as tf.Tensor2D), p[`b${i}`]!);
      return layer(tf.tanh(layer(tf.tanh(layer(tf.reshape(tf.gather(p['e']!, input as tf.Tensor2D), [64, 32]), 1)), 2)), 3);
    },
  };
}

/** 3 × 3 × 8, average pooling, dense, batch 50 of 8 × 8 digits. */
async function conv(): Promise<Net> {
  const { inputs, targets, columns } = await digits();
  const values = Float32Array.from(inputs.subarray(0, 50 * columns), (v) => v / 16);
  interface P { readonly k: Tensor; readonly c: Tensor; readonly w: Tensor; readonly b: Tensor }
  return {
    id: 'conv',
    title: 'digits, conv 3×3×8 - pool - dense, batch 50',
    params: normals('conv', { k: [3, 3, 1, 8], c: [8], w: [128, 10], b: [10] }),
    problem: {
      model: (p: P, { x }) => avgPool2d(conv2d(x, p.k, { padding: 'same' }).add(p.c).tanh(), [2, 2]).reshape([-1, 128]).matmul(p.w).add(p.b),
      outputLoss: (z: Tensor, { y }) => softmaxCrossEntropy(z, y),
      likelihood: 'categorical',
    },
    inputs: { shape: [50, 8, 8, 1], values },
    labels: Int32Array.from(targets.subarray(0, 50)),
    logits: (p, input) => {
      const h = tf.tanh(tf.add(tf.conv2d(input as tf.Tensor4D, p['k'] as tf.Tensor4D, 1, 'same'), p['c']!)) as tf.Tensor4D;
      return tf.add(tf.matMul(tf.reshape(tf.avgPool(h, 2, 2, 'valid'), [50, 128]) as tf.Tensor2D, p['w'] as tf.Tensor2D), p['b']!);
    },
  };
}

export const nets = (): Promise<readonly Net[]> => Promise.all([charLm(), conv()]);

/** The first examples of a net's batch. */
export function batchOf({ inputs: { shape, values }, labels }: Net, share = 1): Batch {
  const count = Math.round(labels.length * share);
  return { x: tensor(values.subarray(0, (values.length / labels.length) * count), [count, ...shape.slice(1)]), y: tensor(labels.subarray(0, count), [count]) };
}
