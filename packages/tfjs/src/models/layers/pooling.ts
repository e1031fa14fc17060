/** Max, average and global pooling in one and two dimensions. */
import { avgPool2d, max, maxPool2d, mean, type Tensor } from '@curv/tensor';
import type { LayerRule } from '../api.js';
import { channelsFirst, inChannelsLast, one, paddingMode, two } from './images.js';

type Pool = typeof maxPool2d;

const pooling2d = (pool: Pool): LayerRule => ({
  check: ({ padding }) => void paddingMode(padding),
  apply([x], { config }) {
    const window = two('poolSize', config['poolSize'] ?? 2);
    return inChannelsLast(config, x!, (image) => pool(image, window, { strides: two('strides', config['strides'] ?? window), padding: paddingMode(config['padding']) }));
  },
});

const pooling1d = (pool: Pool): LayerRule => ({
  check: ({ padding }) => void paddingMode(padding),
  apply([x], { config }) {
    const window = one('poolSize', config['poolSize'] ?? 2);
    const [batch, steps, channels] = x!.shape as [number, number, number];
    const y = pool(x!.reshape([batch, steps, 1, channels]), [window, 1], { strides: [one('strides', config['strides'] ?? window), 1], padding: paddingMode(config['padding']) });
    return y.reshape([batch, y.shape[1]!, channels]);
  },
});

type Reduce = (x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }) => Tensor;

const checkKeepDims = ({ keepdims }: Readonly<Record<string, any>>): void => {
  if (keepdims === true) throw new Error('keepdims is not supported (TensorFlow.js ignores it)');
};

const global2d = (reduce: Reduce): LayerRule => ({
  check: checkKeepDims,
  apply: ([x], { config }) => reduce(x!, channelsFirst(config) ? [2, 3] : [1, 2], { keepDims: false }),
});

const global1d = (reduce: Reduce): LayerRule => ({ check: checkKeepDims, apply: ([x]) => reduce(x!, [1], { keepDims: false }) });

export const maxPooling2d: LayerRule = pooling2d(maxPool2d);
export const averagePooling2d: LayerRule = pooling2d(avgPool2d);
export const maxPooling1d: LayerRule = pooling1d(maxPool2d);
export const averagePooling1d: LayerRule = pooling1d(avgPool2d);
export const globalMaxPooling2d: LayerRule = global2d(max);
export const globalAveragePooling2d: LayerRule = global2d(mean);
export const globalMaxPooling1d: LayerRule = global1d(max);
export const globalAveragePooling1d: LayerRule = global1d(mean);
