/** Embedding. */
import { gather } from '@curv/tensor';
import type { LayerRule } from '../api.js';
import { weightOf } from '../weights-of.js';

/** [batch, ...] of indices (a fraction is cut off) → [batch, ..., outputDim]. */
export const embedding: LayerRule = {
  weights: ({ inputDim, outputDim, embeddingsRegularizer }) => [{ short: 'embeddings', shape: [inputDim, outputDim], regularizer: embeddingsRegularizer }],
  check({ maskZero }) {
    if (maskZero) throw new Error('maskZero is not supported: masks of time steps are not imported');
  },
  apply: ([x], layer, run) => gather(weightOf(layer, run, 'embeddings'), x!.cast('int32')),
};
