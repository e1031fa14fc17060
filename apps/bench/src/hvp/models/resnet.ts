import { conv2d, tanh, type Tensor } from '@curv/tensor';
import type { ArraySpec, BenchModel, Parameters } from './model.js';

const STAGES = [16, 32, 64];
const BLOCKS = 3;

function parameters(): Record<string, ArraySpec> {
  const params: Record<string, ArraySpec> = {};
  let phase = 0;
  const filter = (name: string, size: number, from: number, to: number, gain: number): void => {
    params[`${name}.k`] = { shape: [size, size, from, to], phase: ++phase, scale: gain / Math.sqrt(size * size * from) };
    params[`${name}.b`] = { shape: [to], phase: ++phase, scale: 0.1 };
  };
  filter('stem', 3, 3, 16, 2);
  let channels = 16;
  STAGES.forEach((width, s) => {
    for (let b = 0; b < BLOCKS; b++) {
      filter(`${s}.${b}.first`, 3, channels, width, 2);
      filter(`${s}.${b}.second`, 3, width, width, 0.7);
      if (channels !== width) filter(`${s}.${b}.short`, 1, channels, width, 1.4);
      channels = width;
    }
  });
  params['w'] = { shape: [64, 10], phase: ++phase, scale: 0.2 };
  params['b'] = { shape: [10], phase: ++phase, scale: 0.1 };
  return params;
}

function convolve(p: Parameters, name: string, x: Tensor, strides: number): Tensor {
  const k = p[`${name}.k`]!;
  const pad = (k.shape[0]! - 1) / 2;
  return conv2d(x, k, { strides, padding: [[pad, pad], [pad, pad]] }).add(p[`${name}.b`]!);
}

/** The layers of ResNet-20 (He et al. 2016, arXiv:1512.03385) without normalization, with 1×1 projections where the width grows. */
export const resnet: BenchModel = {
  id: 'resnet',
  title: 'residual conv net of 20 layers, 32×32×3, tanh, no normalization, batch 16',
  batch: 16,
  params: parameters(),
  input: { shape: [16, 32, 32, 3], phase: 7, scale: 1 },
  labels: { shape: [16], below: 10, multiplier: 1 },
  outputs(p, x) {
    let h = tanh(convolve(p, 'stem', x, 1));
    STAGES.forEach((_, s) => {
      for (let b = 0; b < BLOCKS; b++) {
        const strides = s > 0 && b === 0 ? 2 : 1;
        const inner = convolve(p, `${s}.${b}.second`, tanh(convolve(p, `${s}.${b}.first`, h, strides)), 1);
        h = tanh((strides === 1 ? h : convolve(p, `${s}.${b}.short`, h, strides)).add(inner));
      }
    });
    return h.mean([1, 2]).matmul(p['w']!).add(p['b']!);
  },
};
