/** BatchNormalization, LayerNormalization. */
import { add, moments, mul, rsqrt, sub, type Tensor } from '@curv/tensor';
import type { Layer, LayerRule, Run } from '../api.js';
import { optionalWeight, updateState, weightOf } from '../weights-of.js';

/** (x − mean) / √(variance + ε) · γ + β; all statistics broadcast. */
function normalize(x: Tensor, mean: Tensor, variance: Tensor, epsilon: number, gamma: Tensor | null, beta: Tensor | null): Tensor {
  const scale = rsqrt(add(variance, epsilon));
  const y = mul(sub(x, mean), gamma === null ? scale : mul(scale, gamma));
  return beta === null ? y : add(y, beta);
}

/** The moving statistics after a batch: m ← m − (1 − momentum)(m − batch). */
function moveStatistics(layer: Layer, run: Run, short: string, batch: Tensor, momentum: number): void {
  const old = weightOf(layer, run, short).cast(batch.dtype);
  updateState(layer, run, short, sub(old, mul(sub(old, batch), 1 - momentum)));
}

/**
 * Ioffe & Szegedy 2015, arXiv:1502.03167. Inference takes the moving statistics, which are state and no parameters; training takes the batch's own
 * moments (variance divided by n) and moves the statistics.
 */
export const batchNormalization: LayerRule = {
  weights: ({ scale = true, center = true, gammaRegularizer, betaRegularizer }) => [
    ...(scale ? [{ short: 'gamma', shape: [null], regularizer: gammaRegularizer }] : []),
    ...(center ? [{ short: 'beta', shape: [null], regularizer: betaRegularizer }] : []),
    { short: 'moving_mean', shape: [null], state: true },
    { short: 'moving_variance', shape: [null], state: true },
  ],
  check({ axis = -1 }) {
    if (!Number.isInteger([axis].flat()[0]) || [axis].flat().length > 1) throw new Error(`axis must be one integer, got ${JSON.stringify(axis)}`);
  },
  apply([x], layer, run) {
    const { config } = layer;
    const given = [config['axis'] ?? -1].flat()[0] as number;
    const axis = given < 0 ? given + x!.rank : given;
    const wide = (v: Tensor | null): Tensor | null => v && (axis === x!.rank - 1 ? v : v.reshape(x!.shape.map((n, i) => (i === axis ? n : 1))));
    // State is float32 as it was loaded, whatever the parameters have been converted to.
    const statistic = (short: string): Tensor => wide(weightOf(layer, run, short).cast(x!.dtype))!;
    const { epsilon = 1e-3, momentum = 0.99 } = config as { epsilon?: number; momentum?: number };
    const [gamma, beta] = [wide(optionalWeight(layer, run, 'gamma')), wide(optionalWeight(layer, run, 'beta'))];
    if (!run.training) return normalize(x!, statistic('moving_mean'), statistic('moving_variance'), epsilon, gamma, beta);
    const { mean, variance } = moments(x!, x!.shape.map((_, i) => i).filter((i) => i !== axis));
    moveStatistics(layer, run, 'moving_mean', mean.reshape([-1]), momentum);
    moveStatistics(layer, run, 'moving_variance', variance.reshape([-1]), momentum);
    return normalize(x!, mean, variance, epsilon, gamma, beta);
  },
};

/** Ba et al. 2016, arXiv:1607.06450, over one axis or several. */
export const layerNormalization: LayerRule = {
  weights: ({ scale = true, center = true, axis = -1, gammaRegularizer, betaRegularizer }) => {
    const shape = [axis].flat().map(() => null);
    return [
      ...(scale ? [{ short: 'gamma', shape, regularizer: gammaRegularizer }] : []),
      ...(center ? [{ short: 'beta', shape, regularizer: betaRegularizer }] : []),
    ];
  },
  apply([x], layer, run) {
    const axes = ([layer.config['axis'] ?? -1].flat() as number[]).map((axis) => (axis < 0 ? axis + x!.rank : axis));
    const shape = x!.shape.map((n, i) => (axes.includes(i) ? n : 1));
    const wide = (v: Tensor | null): Tensor | null => (v === null || v.rank === x!.rank ? v : v.reshape(shape));
    const { mean, variance } = moments(x!, axes);
    return normalize(x!, mean, variance, (layer.config['epsilon'] as number | undefined) ?? 1e-3, wide(optionalWeight(layer, run, 'gamma')), wide(optionalWeight(layer, run, 'beta')));
  },
};
