/** Conv2D, Conv1D. */
import { conv2d } from '@curv/tensor';
import { activate, checkActivation, endsIn } from '../activations.js';
import type { Config, LayerRule, WeightSpec } from '../api.js';
import { optionalWeight, weightOf } from '../weights-of.js';
import { channelsFirst, inChannelsLast, one, paddingMode, two } from './images.js';

/** Bias of a convolution's filters. */
export const biasSpec = ({ useBias = true, biasRegularizer }: Config, size: number | null): WeightSpec[] =>
  useBias ? [{ short: 'bias', shape: [size], regularizer: biasRegularizer }] : [];

/** @throws Error on what TensorFlow.js's convolutions cannot do either */
export function checkConvolution(config: Config): void {
  checkActivation(config['activation']);
  paddingMode(config['padding']);
  if ((config['groups'] ?? 1) !== 1) throw new Error(`groups ${config['groups']} is not supported (TensorFlow.js ignores it)`);
}

/** [batch, height, width, in] → [batch, height′, width′, filters]; kernel [height, width, in, filters]. */
export const conv2dLayer: LayerRule = {
  weights: (config) => [
    { short: 'kernel', shape: [...two('kernelSize', config['kernelSize']), null, config['filters']], regularizer: config['kernelRegularizer'] },
    ...biasSpec(config, config['filters'] as number),
  ],
  check: checkConvolution,
  ends: endsIn,
  apply([x], layer, run) {
    const { config } = layer;
    const bias = optionalWeight(layer, run, 'bias');
    const y = inChannelsLast(config, x!, (image) => {
      const out = conv2d(image, weightOf(layer, run, 'kernel'), {
        strides: two('strides', config['strides'] ?? 1),
        padding: paddingMode(config['padding']),
        dilation: two('dilationRate', config['dilationRate'] ?? 1),
      });
      return bias === null ? out : out.add(bias);
    });
    return activate(config['activation'], y, run);
  },
};

/** [batch, steps, in] → [batch, steps′, filters]; kernel [steps, in, filters]. */
export const conv1dLayer: LayerRule = {
  weights: (config) => [
    { short: 'kernel', shape: [one('kernelSize', config['kernelSize']), null, config['filters']], regularizer: config['kernelRegularizer'] },
    ...biasSpec(config, config['filters'] as number),
  ],
  check(config) {
    checkConvolution(config);
    if (channelsFirst(config)) throw new Error('dataFormat channelsFirst is not supported: TensorFlow.js transposes the input of a Conv1D, but not its output');
  },
  ends: endsIn,
  apply([x], layer, run) {
    const { config } = layer;
    const kernel = weightOf(layer, run, 'kernel');
    const [batch, steps, channels] = x!.shape as [number, number, number];
    const y = conv2d(x!.reshape([batch, 1, steps, channels]), kernel.reshape([1, ...kernel.shape]), {
      strides: [1, one('strides', config['strides'] ?? 1)],
      padding: paddingMode(config['padding']),
      dilation: [1, one('dilationRate', config['dilationRate'] ?? 1)],
    });
    const bias = optionalWeight(layer, run, 'bias');
    const out = y.reshape([batch, y.shape[2]!, y.shape[3]!]);
    return activate(config['activation'], bias === null ? out : out.add(bias), run);
  },
};
