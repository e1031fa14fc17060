import type { BenchModel } from './model.js';

export const mlp: BenchModel = {
  id: 'mlp',
  title: 'MLP 784-128-10, tanh, batch 128',
  batch: 128,
  params: {
    w1: { shape: [784, 128], phase: 1, scale: 0.05 },
    b1: { shape: [128], phase: 2, scale: 0.1 },
    w2: { shape: [128, 10], phase: 3, scale: 0.1 },
    b2: { shape: [10], phase: 4, scale: 0.1 },
  },
  input: { shape: [128, 784], phase: 5, scale: 1 },
  labels: { shape: [128], below: 10, multiplier: 1 },
  outputs: (p, x) => x.matmul(p['w1']!).add(p['b1']!).tanh().matmul(p['w2']!).add(p['b2']!),
};
