/** Dense. */
import { matmul } from '@curv/tensor';
import { activate, checkActivation, endsIn } from '../activations.js';
import type { LayerRule } from '../api.js';
import { optionalWeight, weightOf } from '../weights-of.js';

/** [..., in] → [..., units], over the last axis. */
export const dense: LayerRule = {
  weights: ({ units, useBias = true, kernelRegularizer, biasRegularizer }) => [
    { short: 'kernel', shape: [null, units], regularizer: kernelRegularizer },
    ...(useBias ? [{ short: 'bias', shape: [units], regularizer: biasRegularizer }] : []),
  ],
  check: ({ activation }) => checkActivation(activation),
  ends: endsIn,
  apply([x], layer, run) {
    const kernel = weightOf(layer, run, 'kernel');
    // One product for all leading axes.
    const rows = x!.rank === 2 ? x! : x!.reshape([-1, x!.shape[x!.rank - 1]!]);
    let y = matmul(rows, kernel);
    if (x!.rank !== 2) y = y.reshape([...x!.shape.slice(0, -1), kernel.shape[1]!]);
    const bias = optionalWeight(layer, run, 'bias');
    return activate(layer.config['activation'], bias === null ? y : y.add(bias), run);
  },
};
