/** ZeroPadding2D, Cropping2D, UpSampling2D. */
import { matmul, type Tensor, tensor } from '@curv/tensor';
import type { Config, LayerRule } from '../api.js';
import { channelsFirst, inChannelsLast, two } from './images.js';

type Borders = readonly [readonly [number, number], readonly [number, number]];

/** One number for all sides, one for each axis, or one for each side. */
function borders(what: string, value: unknown): Borders {
  if (Array.isArray(value) && value.length === 2 && value.every((v) => Array.isArray(v))) return [two(what, value[0]), two(what, value[1])];
  const [height, width] = two(what, value);
  return [[height, height], [width, width]];
}

/** A value for every axis of an image batch: `height` and `width` where they are, `rest` elsewhere. */
const onImage = (config: Config, height: number, width: number, rest: number): number[] => (channelsFirst(config) ? [rest, rest, height, width] : [rest, height, width, rest]);

export const zeroPadding2d: LayerRule = {
  apply([x], { config }) {
    const [h, w] = borders('padding', config['padding'] ?? 1);
    return x!.pad(onImage(config, h[0], w[0], 0), onImage(config, h[1], w[1], 0));
  },
};

export const cropping2d: LayerRule = {
  apply([x], { config }) {
    const [h, w] = borders('cropping', config['cropping']);
    const after = onImage(config, h[1], w[1], 0);
    return x!.slice(onImage(config, h[0], w[0], 0), x!.shape.map((n, i) => n - after[i]!));
  },
};

/** Each row and column repeated. */
function nearest(x: Tensor, [rows, columns]: readonly [number, number]): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  return x
    .reshape([batch, height, 1, width, 1, channels])
    .broadcastTo([batch, height, rows, width, columns, channels])
    .reshape([batch, height * rows, width * columns, channels]);
}

/** [n · factor, n]: output i lies at i / factor of the input, between its neighbours; past the end, the last one holds (no half-pixel centres). */
function interpolation(n: number, factor: number, dtype: Tensor['dtype']): Tensor {
  const m = new Float64Array(n * factor * n);
  for (let i = 0; i < n * factor; i++) {
    const low = Math.floor(i / factor);
    const share = i / factor - low;
    m[i * n + low]! += 1 - share;
    m[i * n + Math.min(low + 1, n - 1)]! += share;
  }
  return tensor(m, [n * factor, n], dtype);
}

/** Bilinear interpolation is a matrix on each axis. */
function bilinear(x: Tensor, [rows, columns]: readonly [number, number]): Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const tall = matmul(interpolation(height, rows, x.dtype), x.reshape([batch, height, width * channels]));
  const wide = matmul(interpolation(width, columns, x.dtype), tall.reshape([batch * height * rows, width, channels]));
  return wide.reshape([batch, height * rows, width * columns, channels]);
}

export const upSampling2d: LayerRule = {
  check({ interpolation: mode = 'nearest' }) {
    if (mode !== 'nearest' && mode !== 'bilinear') throw new Error(`interpolation ${JSON.stringify(mode)} is not supported; nearest and bilinear are`);
  },
  apply([x], { config }) {
    const size = two('size', config['size'] ?? 2);
    return inChannelsLast(config, x!, (image) => (config['interpolation'] === 'bilinear' ? bilinear(image, size) : nearest(image, size)));
  },
};
