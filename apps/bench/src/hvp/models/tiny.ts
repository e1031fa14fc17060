import type { BenchModel } from './model.js';

/** One example: what a call costs. */
export const tiny: BenchModel = {
  id: 'tiny',
  title: 'tiny net 4-32-32-2, tanh, batch 1',
  batch: 1,
  params: {
    w1: { shape: [4, 32], phase: 1, scale: 0.5 },
    b1: { shape: [32], phase: 2, scale: 0.1 },
    w2: { shape: [32, 32], phase: 3, scale: 0.2 },
    b2: { shape: [32], phase: 4, scale: 0.1 },
    w3: { shape: [32, 2], phase: 5, scale: 0.2 },
    b3: { shape: [2], phase: 6, scale: 0.1 },
  },
  input: { shape: [1, 4], phase: 7, scale: 1 },
  labels: { shape: [1], below: 2, multiplier: 1 },
  outputs: (p, x) => x.matmul(p['w1']!).add(p['b1']!).tanh().matmul(p['w2']!).add(p['b2']!).tanh().matmul(p['w3']!).add(p['b3']!),
};
