/** What layers on images share: data formats, sizes, biases. */
import type { Tensor } from '@curv/tensor';
import type { Config } from '../api.js';

export type Two = readonly [number, number];

/** One number for both axes, or one for each. @throws Error on anything else */
export function two(what: string, value: unknown): Two {
  if (typeof value === 'number') return [value, value];
  if (Array.isArray(value) && value.length === 2 && value.every((v) => typeof v === 'number')) return [value[0] as number, value[1] as number];
  if (Array.isArray(value) && value.length === 1) return two(what, value[0]);
  throw new Error(`${what} must be a number or two, got ${JSON.stringify(value)}`);
}

/** The only number of a one-dimensional setting. */
export const one = (what: string, value: unknown): number => two(what, value)[0];

/** @throws Error on a padding mode that TensorFlow.js does not have */
export function paddingMode(padding: unknown): 'valid' | 'same' {
  if (padding === undefined || padding === null) return 'valid';
  if (padding === 'valid' || padding === 'same') return padding;
  throw new Error(`padding ${JSON.stringify(padding)} is not supported (TensorFlow.js has valid and same)`);
}

export const channelsFirst = (config: Config): boolean => config['dataFormat'] === 'channelsFirst';

/** Runs an operation on [batch, height, width, channels] whatever the layer's data format. */
export function inChannelsLast(config: Config, x: Tensor, run: (x: Tensor) => Tensor): Tensor {
  if (!channelsFirst(config)) return run(x);
  return run(x.transpose([0, 2, 3, 1])).transpose([0, 3, 1, 2]);
}
