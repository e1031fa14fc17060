/** Layers that only rearrange: Flatten, Reshape, Permute, RepeatVector, InputLayer. */
import type { LayerRule } from '../api.js';
import { channelsFirst } from './images.js';

/** [batch, ...] → [batch, size]; channels last. */
export const flattenLayer: LayerRule = {
  apply([x], { config }) {
    const { rank } = x!;
    const last = channelsFirst(config) && rank > 1 ? x!.transpose([0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]) : x!;
    return last.reshape([x!.shape[0]!, x!.shape.slice(1).reduce((a, b) => a * b, 1)]);
  },
};

/** To `targetShape` behind the batch axis, of which one size may be open (null or −1). */
export const reshapeLayer: LayerRule = {
  check({ targetShape }) {
    if (!Array.isArray(targetShape)) throw new Error(`targetShape must be an array, got ${JSON.stringify(targetShape)}`);
  },
  apply: ([x], { config }) => x!.reshape([x!.shape[0]!, ...(config['targetShape'] as (number | null)[]).map((n) => (n === null || n < 0 ? -1 : n))]),
};

/** Axes by `dims`, counted from 1 behind the batch axis. */
export const permuteLayer: LayerRule = {
  apply: ([x], { config }) => x!.transpose([0, ...(config['dims'] as number[])]),
};

/** [batch, features] → [batch, n, features]. */
export const repeatVector: LayerRule = {
  apply: ([x], { config }) => x!.reshape([x!.shape[0]!, 1, x!.shape[1]!]).broadcastTo([x!.shape[0]!, config['n'] as number, x!.shape[1]!]),
};

export const inputLayer: LayerRule = { apply: ([x]) => x! };
