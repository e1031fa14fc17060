/** Activation and the activation layers: ReLU, LeakyReLU, PReLU, ELU, ThresholdedReLU, Softmax. */
import { clip, elu, greater, leakyRelu, relu, select, softmax } from '@curv/tensor';
import { activate, checkActivation, endsIn, noteLogits } from '../activations.js';
import type { LayerRule } from '../api.js';
import { weightOf } from '../weights-of.js';

export const activationLayer: LayerRule = {
  check: ({ activation }) => checkActivation(activation),
  ends: endsIn,
  apply: ([x], { config }, run) => activate(config['activation'], x!, run),
};

export const reluLayer: LayerRule = {
  apply([x], { config }) {
    const limit = config['maxValue'] as number | null | undefined;
    return limit === null || limit === undefined ? relu(x!) : clip(relu(x!), 0, limit);
  },
};

export const leakyReluLayer: LayerRule = { apply: ([x], { config }) => leakyRelu(x!, (config['alpha'] as number | undefined) ?? 0.3) };

/** x for x > 0, otherwise α x with a learnt α for each feature, shared along `sharedAxes`. */
export const preluLayer: LayerRule = {
  weights: ({ alphaRegularizer }) => [{ short: 'alpha', shape: null, regularizer: alphaRegularizer }],
  apply: ([x], layer, run) => select(greater(x!, 0), x!, x!.mul(weightOf(layer, run, 'alpha'))),
};

export const eluLayer: LayerRule = {
  check({ alpha = 1 }) {
    if (alpha !== 1) throw new Error(`alpha ${alpha} is not supported (TensorFlow.js has 1 alone)`);
  },
  apply: ([x]) => elu(x!),
};

/** x where x > θ, otherwise 0. */
export const thresholdedRelu: LayerRule = { apply: ([x], { config }) => select(greater(x!, (config['theta'] as number | undefined) ?? 1), x!, 0) };

/** Along `axis`; TensorFlow.js's own default is axis 1, and it takes the last axis alone. */
export const softmaxLayer: LayerRule = {
  ends: ({ axis = 1 }) => ([axis].flat().length > 1 ? null : 'softmax'),
  apply([x], { config }, run) {
    const axes = [config['axis'] ?? 1].flat() as number[];
    if (axes.length > 1) return x!.sub(x!.logSumExp(axes, { keepDims: true })).exp();
    const axis = axes[0]! < 0 ? axes[0]! + x!.rank : axes[0]!;
    if (axis !== x!.rank - 1) throw new RangeError(`softmax along axis ${axis} of ${x!.rank}: TensorFlow.js takes the last axis alone`);
    const y = softmax(x!, -1);
    noteLogits(run, y, { activation: 'softmax', logits: x! });
    return y;
  },
};
