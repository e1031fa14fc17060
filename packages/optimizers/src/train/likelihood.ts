/** Labels drawn from the distribution that a model's outputs stand for. */
import { grad, mul, sigmoidCrossEntropy, softmaxCrossEntropy, stopGradient, type Tensor } from '@curv/tensor';
import type { Draw, Likelihood, Params, SampledGradient } from '../api.js';

interface Distribution {
  /** Labels for outputs, a constant to every derivative. */
  sample(outputs: Tensor, draw: Draw): Tensor;
  /** −log p(label), one value for each draw. */
  loss(outputs: Tensor, labels: Tensor): Tensor;
}

const DISTRIBUTIONS: Readonly<Record<Likelihood, Distribution>> = {
  categorical: {
    sample(logits, draw) {
      const classes = logits.shape[logits.rank - 1]!;
      const u = draw('uniform', [...logits.shape.slice(0, -1), 1], logits.dtype);
      // Inverse of the distribution function; what rounding leaves over goes to the last class.
      const label = logits.softmax(-1).cumsum(-1).lessEqual(u).cast('int32').sum(-1);
      return label.minimum(classes - 1);
    },
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels, { reduction: 'none' }),
  },
  bernoulli: {
    sample: (logits, draw) => draw('uniform', logits.shape, logits.dtype).less(logits.sigmoid()).cast(logits.dtype),
    loss: (logits, labels) => sigmoidCrossEntropy(logits, labels, { reduction: 'none' }),
  },
  gaussian: {
    sample: (means, draw) => means.add(draw('normal', means.shape, means.dtype)),
    loss: (means, labels) => means.sub(labels).square().mul(0.5),
  },
};

/** Labels for outputs, constants to every derivative. */
export const drawLabels = (kind: Likelihood, outputs: Tensor, draw: Draw): Tensor => DISTRIBUTIONS[kind].sample(outputs, draw);

/** −log p(label), one value for each draw. */
export const negativeLogLikelihood = (kind: Likelihood, outputs: Tensor, labels: Tensor): Tensor => DISTRIBUTIONS[kind].loss(outputs, labels);

export const likelihoods = Object.keys(DISTRIBUTIONS) as readonly Likelihood[];

/**
 * Gradient of the loss with labels sampled from the model (Liu et al. 2023, arXiv:2305.14342, algorithm 2). With weights w it is Σ √w ∇ℓ / Σ w and the count is Σ w, so
 * that count · gradient² stays unbiased for the weighted Gauss-Newton diagonal.
 * @param model params → outputs
 */
export function sampledGradient(kind: Likelihood, model: (params: Params) => Tensor, params: Params, draw: Draw, weights?: Tensor): SampledGradient {
  const { sample, loss } = DISTRIBUTIONS[kind];
  const labels = sample(stopGradient(model(params)), draw);
  if (weights === undefined) {
    let count = 0;
    const gradient = grad((p: Params) => {
      const losses = loss(model(p), labels);
      count = losses.size;
      return losses.mean();
    })(params) as Params;
    return { gradient, count };
  }
  const sum = weights.sum();
  const gradient = grad((p: Params) => mul(loss(model(p), labels), weights.sqrt()).sum().div(sum))(params) as Params;
  return { gradient, count: sum };
}
