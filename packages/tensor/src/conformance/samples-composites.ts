import { huber, meanSquaredError, sigmoidCrossEntropy, softmaxCrossEntropy } from '../losses.js';
import * as ops from '../ops/index.js';
import type { Tensor } from '../tensor.js';
import type { Sample } from './samples.js';

/** Whole small models: parameters and data as inputs, the loss as result. */
const MODELS: readonly Sample[] = [
  {
    name: 'tanh net with softmax cross-entropy',
    inputs: [{ shape: [4, 5] }, { shape: [5] }, { shape: [5, 3] }, { shape: [6, 4] }, { shape: [6], domain: { below: 3 } }],
    f: (w, b, v, x, y) => softmaxCrossEntropy(x.matmul(w).add(b).tanh().matmul(v), y),
  },
  {
    name: 'conv net',
    inputs: [{ shape: [3, 3, 1, 3] }, { shape: [3] }, { shape: [12, 4] }, { shape: [3, 6, 6, 1] }, { shape: [3], domain: { below: 4 } }],
    f: (k, b, w, x, y) => softmaxCrossEntropy(ops.avgPool2d(ops.conv2d(x, k).add(b).sigmoid(), 2).reshape([3, 12]).matmul(w), y),
  },
  {
    name: 'batch norm in training mode',
    inputs: [{ shape: [5, 3] }, { shape: [3] }, { shape: [3] }],
    f: (x, scale, offset) => ops.batchNorm(x, { scale, offset }).square().mul(x).mean(),
  },
  {
    name: 'attention',
    inputs: [{ shape: [2, 4, 3] }, { shape: [3, 3] }, { shape: [3, 3] }, { shape: [3, 3] }],
    f: (x, q, k, v) => x.matmul(q).matmul(x.matmul(k), { transposeB: true }).mul(3 ** -0.5).softmax(-1).matmul(x.matmul(v)),
  },
  {
    name: 'recurrent net',
    inputs: [{ shape: [2, 3], domain: 'unit' }, { shape: [3, 3], domain: 'unit' }, { shape: [2, 2], domain: 'unit' }],
    f: (h0, u, w) => {
      let h: Tensor = h0;
      for (let t = 0; t < 3; t++) h = h.matmul(u).add(h0.slice([0, 0], [2, 2]).matmul(w).sum(1, { keepDims: true })).tanh();
      return h;
    },
  },
];

export const COMPOSITES: readonly Sample[] = [
  { name: 'softmax', inputs: [{ shape: [3, 4] }], f: (x) => x.softmax() },
  { name: 'logSoftmax first axis', inputs: [{ shape: [3, 4] }], f: (x) => x.logSoftmax(0) },
  { name: 'gelu', inputs: [{ shape: [5] }], f: ops.gelu },
  { name: 'silu', inputs: [{ shape: [5] }], f: ops.silu },
  { name: 'logSigmoid', inputs: [{ shape: [5] }], f: ops.logSigmoid },
  { name: 'variance', inputs: [{ shape: [4, 3] }], f: (x) => x.variance(0) },
  { name: 'norm', inputs: [{ shape: [4, 3] }], f: (x) => x.norm(1) },
  { name: 'layerNorm', inputs: [{ shape: [4, 5] }, { shape: [5] }], f: (x, scale) => ops.layerNorm(x, { scale }) },
  { name: 'oneHot', inputs: [{ shape: [4], domain: { below: 3 } }], f: (y) => ops.oneHot(y, 3), discrete: true },
  { name: 'cross-entropy, probabilities', inputs: [{ shape: [3, 4] }, { shape: [3, 4], domain: 'positive' }], f: (z, p) => softmaxCrossEntropy(z, p) },
  { name: 'sigmoid cross-entropy', inputs: [{ shape: [6] }, { shape: [6], domain: 'positive' }], f: (z, y) => sigmoidCrossEntropy(z, y) },
  { name: 'squared error', inputs: [{ shape: [6] }, { shape: [6] }], f: (a, b) => meanSquaredError(a, b, { reduction: 'sum' }) },
  { name: 'huber', inputs: [{ shape: [6], domain: 'spread' }, { shape: [6], domain: { below: 1 } }], f: (a, b) => huber(a, b.cast(a.dtype), { delta: 0.4 }) },
  ...MODELS,
];
