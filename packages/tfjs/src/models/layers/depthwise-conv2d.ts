/** DepthwiseConv2D, SeparableConv2D. */
import { conv2d, depthwiseConv2d } from '@curv/tensor';
import { activate, endsIn } from '../activations.js';
import type { LayerRule } from '../api.js';
import { optionalWeight, weightOf } from '../weights-of.js';
import { biasSpec, checkConvolution } from './conv2d.js';
import { channelsFirst, inChannelsLast, paddingMode, two } from './images.js';

/** [batch, height, width, in] → [batch, height′, width′, in · multiplier]; kernel [height, width, in, multiplier]. TensorFlow.js ignores the dilation. */
export const depthwiseConv2dLayer: LayerRule = {
  weights: (config) => [
    { short: 'depthwise_kernel', shape: [...two('kernelSize', config['kernelSize']), null, config['depthMultiplier'] ?? 1], regularizer: config['depthwiseRegularizer'] },
    ...biasSpec(config, null),
  ],
  check(config) {
    checkConvolution(config);
    if (two('dilationRate', config['dilationRate'] ?? 1).some((d) => d !== 1)) throw new Error('a dilationRate is not supported (TensorFlow.js ignores it)');
  },
  ends: endsIn,
  apply([x], layer, run) {
    const { config } = layer;
    const bias = optionalWeight(layer, run, 'bias');
    const y = inChannelsLast(config, x!, (image) => {
      const out = depthwiseConv2d(image, weightOf(layer, run, 'depthwise_kernel'), { strides: two('strides', config['strides'] ?? 1), padding: paddingMode(config['padding']) });
      return bias === null ? out : out.add(bias);
    });
    return activate(config['activation'], y, run);
  },
};

/** A depthwise convolution, then a 1 × 1 convolution [1, 1, in · multiplier, filters]. */
export const separableConv2d: LayerRule = {
  weights: (config) => [
    // TensorFlow.js does not store the multiplier of a separable convolution.
    { short: 'depthwise_kernel', shape: [...two('kernelSize', config['kernelSize']), null, config['depthMultiplier'] ?? null], regularizer: config['depthwiseRegularizer'] },
    { short: 'pointwise_kernel', shape: [1, 1, null, config['filters']], regularizer: config['pointwiseRegularizer'] },
    ...biasSpec(config, config['filters'] as number),
  ],
  check(config) {
    checkConvolution(config);
    if (channelsFirst(config) && (config['useBias'] ?? true)) throw new Error('dataFormat channelsFirst with a bias is not supported: TensorFlow.js adds the bias along the wrong axis');
  },
  ends: (config) => (channelsFirst(config) ? null : endsIn(config)),
  apply([x], layer, run) {
    const { config } = layer;
    const bias = optionalWeight(layer, run, 'bias');
    // As TensorFlow.js does it, the activation comes before channels move back to the front.
    return inChannelsLast(config, x!, (image) => {
      const depthwise = depthwiseConv2d(image, weightOf(layer, run, 'depthwise_kernel'), {
        strides: two('strides', config['strides'] ?? 1),
        padding: paddingMode(config['padding']),
        dilation: two('dilationRate', config['dilationRate'] ?? 1),
      });
      const out = conv2d(depthwise, weightOf(layer, run, 'pointwise_kernel'));
      return activate(config['activation'], bias === null ? out : out.add(bias), run);
    });
  },
};
