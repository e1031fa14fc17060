/** Cross-entropies of probabilities, as TensorFlow.js clips them, and of logits. */
import { clip, div, log, mul, neg, oneHot, sigmoidCrossEntropy as fromSigmoid, softmaxCrossEntropy as fromSoftmax, softplus, sub, type Tensor } from '@curv/tensor';
import { classNumbers, EPSILON, type Loss, sameShape } from './loss.js';

const clipped = (p: Tensor): Tensor => clip(p, EPSILON, 1 - EPSILON);

/** −Σ y log clip(p / Σ p). */
const categorical = (y: Tensor, p: Tensor): Tensor => neg(mul(y, log(clipped(div(p, p.sum(-1, { keepDims: true }))))).sum(-1));

export const categoricalCrossentropy: Loss = {
  target: sameShape,
  values: categorical,
  activation: 'softmax',
  fromLogits: (y, z) => fromSoftmax(z, y, { reduction: 'none' }),
};

/** Targets are class numbers. TensorFlow.js clips before it divides by the sum, and once more after. */
export const sparseCategoricalCrossentropy: Loss = {
  target: classNumbers,
  values: (y, p) => categorical(oneHot(y, p.shape[p.rank - 1]!, p.dtype), clipped(p)),
  activation: 'softmax',
  fromLogits: (y, z) => fromSoftmax(z, y, { reduction: 'none' }),
};

/** mean (−y log p − (1 − y) log(1 − p)), through the logits of the clipped p. */
export const binaryCrossentropy: Loss = {
  target: sameShape,
  values(y, p) {
    const q = clipped(p);
    const z = log(div(q, sub(1, q)));
    return sub(softplus(z), mul(z, y)).mean(-1);
  },
  activation: 'sigmoid',
  fromLogits: (y, z) => fromSigmoid(z, y, { reduction: 'none' }).mean(-1),
};

/** Labels as class numbers [batch, ...] or probabilities of the output's shape. */
const labels = (y: Tensor, output: Tensor, name: string): Tensor => (y.rank === output.rank && y.size === output.size ? sameShape(y, output, name) : classNumbers(y, output, name));

/** For models whose output is logits; a softmax at the end is looked through. */
export const softmaxCrossEntropy: Loss = {
  target: labels,
  values: (y, z) => fromSoftmax(z, y, { reduction: 'none' }),
  activation: 'softmax',
  fromLogits: (y, z) => fromSoftmax(z, y, { reduction: 'none' }),
};

/** For models whose output is logits; a sigmoid at the end is looked through. */
export const sigmoidCrossEntropy: Loss = {
  target: sameShape,
  values: (y, z) => fromSigmoid(z, y, { reduction: 'none' }).mean(-1),
  activation: 'sigmoid',
  fromLogits: (y, z) => fromSigmoid(z, y, { reduction: 'none' }).mean(-1),
};
