/** Einstein sums of one or two operands: the gradient in an operand is the sum of dy with the other one, spread over indices that only this one has. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';

/** Operand `k` of `terms`, given `dy` over the indices `out`. */
function operandGradient(tf: TensorFlow, terms: readonly string[], out: string, operands: readonly Tensor[], dy: Tensor, k: number): Tensor {
  const mine = terms[k]!;
  const other = terms[1 - k];
  const known = [...mine].filter((index) => out.includes(index) || other?.includes(index)).join('');
  const partner = operands[1 - k];
  const sum = partner === undefined ? reduced(tf, out, known, dy) : pairSum(tf, out, other!, known, dy, partner);
  const { shape } = operands[k]!;
  const unspread = [...mine].map((index, axis) => (known.includes(index) ? shape[axis]! : 1));
  return tf.mul(tf.reshape(sum, unspread), tf.ones(shape));
}

/** Σ over what `to` lacks, in its order. */
const reduced = (tf: TensorFlow, from: string, to: string, x: Tensor): Tensor => (from === to ? x : tf.einsum(`${from}->${to}`, x));

function pairSum(tf: TensorFlow, a: string, b: string, to: string, x: Tensor, y: Tensor): Tensor {
  if (a === '') return tf.mul(x, reduced(tf, b, to, y));
  if (b === '') return tf.mul(y, reduced(tf, a, to, x));
  return tf.einsum(`${a},${b}->${to}`, x, y);
}

export const einsum: GradientRule = (tf) => ({
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, saved, attrs) => {
    const [left, out] = (attrs['equation'] as string).replace(/\s/g, '').split('->') as [string, string];
    const terms = left.split(',');
    return Object.fromEntries(terms.map((_, k) => [k, () => operandGradient(tf, terms, out, saved, dy as Tensor, k)]));
  },
});
