/** Conv2DTranspose. */
import { conv2dTranspose } from '@curv/tensor';
import { activate, endsIn } from '../activations.js';
import type { LayerRule } from '../api.js';
import { optionalWeight, weightOf } from '../weights-of.js';
import { biasSpec, checkConvolution } from './conv2d.js';
import { inChannelsLast, paddingMode, two } from './images.js';

/** Size of the output: TensorFlow.js has no output padding, and a dilation is not stored. */
const outputSize = (size: number, stride: number, kernel: number, padding: 'valid' | 'same'): number =>
  size * stride + (padding === 'valid' ? Math.max(kernel - stride, 0) : 0);

/** [batch, height, width, in] → [batch, height′, width′, filters]; kernel [height, width, filters, in]. */
export const conv2dTransposeLayer: LayerRule = {
  weights: (config) => [
    { short: 'kernel', shape: [...two('kernelSize', config['kernelSize']), config['filters'], null], regularizer: config['kernelRegularizer'] },
    ...biasSpec(config, config['filters'] as number),
  ],
  check(config) {
    checkConvolution(config);
    if (config['outputPadding'] != null) throw new Error('outputPadding is not supported (TensorFlow.js ignores it)');
    if (two('dilationRate', config['dilationRate'] ?? 1).some((d) => d !== 1)) throw new Error('a dilationRate is not supported (TensorFlow.js ignores it)');
  },
  ends: endsIn,
  apply([x], layer, run) {
    const { config } = layer;
    const [strides, kernel, padding] = [two('strides', config['strides'] ?? 1), two('kernelSize', config['kernelSize']), paddingMode(config['padding'])];
    const bias = optionalWeight(layer, run, 'bias');
    const y = inChannelsLast(config, x!, (image) => {
      const size = [0, 1].map((i) => outputSize(image.shape[i + 1]!, strides[i]!, kernel[i]!, padding)) as [number, number];
      const out = conv2dTranspose(image, weightOf(layer, run, 'kernel'), size, { strides, padding });
      return bias === null ? out : out.add(bias);
    });
    return activate(config['activation'], y, run);
  },
};
