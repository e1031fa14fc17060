/** Einstein sums of one or two operands, as one stack of matrix products between transpositions. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelRule, TensorFlow } from '../api.js';

interface Operand {
  readonly indices: string;
  readonly x: Tensor;
}

/** Sums over the indices that `keep` lacks. */
function summed(tf: TensorFlow, { indices, x }: Operand, keep: string): Operand {
  const axes = [...indices].flatMap((index, axis) => (keep.includes(index) ? [] : [axis]));
  return axes.length === 0 ? { indices, x } : { indices: [...indices].filter((index) => keep.includes(index)).join(''), x: tf.sum(x, axes) };
}

function ordered(tf: TensorFlow, { indices, x }: Operand, order: string): Tensor {
  return indices === order ? x : tf.transpose(x, [...order].map((index) => indices.indexOf(index)));
}

function product(tf: TensorFlow, left: Operand, right: Operand, out: string): Tensor {
  const a = summed(tf, left, right.indices + out);
  const b = summed(tf, right, left.indices + out);
  const both = [...a.indices].filter((index) => b.indices.includes(index));
  const batch = both.filter((index) => out.includes(index)).join('');
  const inner = both.filter((index) => !out.includes(index)).join('');
  const rows = [...a.indices].filter((index) => !b.indices.includes(index)).join('');
  const columns = [...b.indices].filter((index) => !a.indices.includes(index)).join('');
  const sizeOf = (indices: string): number[] => [...indices].map((index) => (a.indices.includes(index) ? a.x.shape[a.indices.indexOf(index)]! : b.x.shape[b.indices.indexOf(index)]!));
  const count = (indices: string): number => sizeOf(indices).reduce((m, n) => m * n, 1);
  const first = tf.reshape(ordered(tf, a, batch + rows + inner), [count(batch), count(rows), count(inner)]);
  const second = tf.reshape(ordered(tf, b, batch + inner + columns), [count(batch), count(inner), count(columns)]);
  const order = batch + rows + columns;
  return ordered(tf, { indices: order, x: tf.reshape(tf.matMul(first, second), sizeOf(order)) }, out);
}

function einsumOf(tf: TensorFlow, equation: string, operands: readonly Tensor[]): Tensor {
  const [left, out] = equation.replace(/\s/g, '').split('->') as [string, string];
  const terms = left.split(',');
  if (terms.length > 2 || terms.length !== operands.length || terms.some((term) => new Set(term).size !== term.length)) {
    throw new TypeError(`einsum: at most two operands, each index at most once in each; got "${equation}" for ${operands.length} operands`);
  }
  const [a, b] = terms.map((indices, i) => ({ indices, x: operands[i]! }));
  return b === undefined ? ordered(tf, summed(tf, a!, out), out) : product(tf, a!, b, out);
}

export const einsum: KernelRule = {
  kernelName: 'Einsum',
  needs: ['BatchMatMul', 'Transpose', 'Sum'],
  // An index that only one of two operands has and the result lacks: "ij,k->i" gives four numbers for three.
  wrongOn: ['cpu', 'webgl', 'webgpu'],
  make: (tf) => ({ inputs, attrs }) => tf.tidy(() => einsumOf(tf, attrs!['equation'] as string, Object.values(inputs) as Tensor[])),
};
