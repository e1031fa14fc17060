import { conv2d, maxPool2d } from '@curv/tensor';
import type { BenchModel } from './model.js';

export const conv: BenchModel = {
  id: 'conv',
  title: 'conv net 28×28, 16 and 32 filters 3×3, tanh, max-pool, batch 32',
  batch: 32,
  params: {
    k1: { shape: [3, 3, 1, 16], phase: 1, scale: 0.3 },
    b1: { shape: [16], phase: 2, scale: 0.1 },
    k2: { shape: [3, 3, 16, 32], phase: 3, scale: 0.1 },
    b2: { shape: [32], phase: 4, scale: 0.1 },
    w: { shape: [1568, 10], phase: 5, scale: 0.05 },
    b: { shape: [10], phase: 6, scale: 0.1 },
  },
  input: { shape: [32, 28, 28, 1], phase: 7, scale: 1 },
  labels: { shape: [32], below: 10, multiplier: 1 },
  outputs(p, x) {
    const first = maxPool2d(conv2d(x, p['k1']!, { padding: 'same' }).add(p['b1']!).tanh(), 2);
    const second = maxPool2d(conv2d(first, p['k2']!, { padding: 'same' }).add(p['b2']!).tanh(), 2);
    return second.reshape([x.shape[0]!, -1]).matmul(p['w']!).add(p['b']!);
  },
};
