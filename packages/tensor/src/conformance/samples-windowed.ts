import * as ops from '../ops/index.js';
import type { Sample } from './samples.js';

/** Input, filter and options of convolutions. */
const CONVOLUTIONS: readonly (readonly [readonly number[], readonly number[], ops.Conv2dOptions])[] = [
  [[2, 5, 6, 3], [3, 3, 3, 4], {}],
  [[2, 5, 6, 3], [3, 3, 3, 4], { padding: 'same' }],
  [[1, 7, 8, 2], [3, 2, 2, 3], { strides: 2 }],
  [[1, 7, 8, 2], [3, 3, 2, 3], { strides: [2, 3], padding: 'same' }],
  [[1, 8, 7, 2], [3, 3, 2, 2], { dilation: 2 }],
  [[1, 9, 9, 2], [3, 3, 2, 2], { dilation: [1, 2], strides: [2, 1], padding: [[1, 2], [0, 3]] }],
  [[2, 5, 5, 4], [3, 3, 2, 6], { groups: 2, padding: 'same' }],
  [[2, 5, 5, 3], [3, 3, 1, 6], { groups: 3 }],
  [[1, 5, 5, 3], [3, 3, 1, 3], { groups: 3, strides: 2, padding: 'same' }],
  [[2, 4, 4, 3], [1, 1, 3, 5], {}],
  [[1, 1, 6, 2], [1, 3, 2, 3], { padding: [[0, 0], [1, 1]] }],
  [[2, 4, 4, 1], [3, 3, 1, 2], { padding: [[2, 2], [2, 2]] }],
  [[0, 4, 4, 2], [3, 3, 2, 2], {}],
];

const POOLS: readonly (readonly [readonly number[], ops.Pair, ops.PoolOptions])[] = [
  [[2, 4, 6, 3], 2, {}],
  [[1, 5, 5, 2], 2, {}],
  [[1, 5, 6, 2], 3, { strides: 1 }],
  [[1, 5, 6, 2], [3, 2], { strides: 2, padding: 'same' }],
  [[2, 4, 4, 1], 3, { strides: 2, padding: [[1, 1], [1, 0]] }],
];

const text = (options: object): string => (Object.keys(options).length === 0 ? '' : ` ${JSON.stringify(options)}`);

export const WINDOWED: readonly Sample[] = [
  ...CONVOLUTIONS.map(([x, w, options]): Sample => ({
    name: `conv2d [${x.join(', ')}] [${w.join(', ')}]${text(options)}`,
    inputs: [{ shape: x }, { shape: w }],
    f: (a, b) => ops.conv2d(a, b, options),
  })),
  { name: 'depthwiseConv2d', inputs: [{ shape: [1, 4, 4, 2] }, { shape: [3, 3, 2, 2] }], f: (x, w) => ops.depthwiseConv2d(x, w, { padding: 'same' }) },
  { name: 'conv2dTranspose', inputs: [{ shape: [1, 3, 3, 2] }, { shape: [3, 3, 4, 2] }], f: (y, w) => ops.conv2dTranspose(y, w, [7, 7], { strides: 2 }) },
  ...POOLS.flatMap(([shape, window, options]): Sample[] => [
    { name: `maxPool2d [${shape.join(', ')}] ${String(window)}${text(options)}`, inputs: [{ shape, domain: 'spread' }], f: (x) => ops.maxPool2d(x, window, options) },
    { name: `avgPool2d [${shape.join(', ')}] ${String(window)}${text(options)}`, inputs: [{ shape }], f: (x) => ops.avgPool2d(x, window, options) },
  ]),
  { name: 'maxPool2d with ties', inputs: [{ shape: [1, 4, 4, 1], domain: { below: 2 } }], f: (x) => ops.maxPool2d(x.cast('float32'), 2), discrete: true },
];
