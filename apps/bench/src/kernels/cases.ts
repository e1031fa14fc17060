/** The operations, on data from a formula, so that every peer can make the same numbers. */
import { conv2d, type Tensor } from '@curv/tensor';
import type { ArraySpec } from '../hvp/models/index.js';

type Operation = 'matmul' | 'conv2d' | 'exp' | 'tanh' | 'sum';

/** One operation on arrays of given shapes. */
export interface Case {
  readonly id: string;
  readonly operation: Operation;
  readonly inputs: readonly ArraySpec[];
  /** Multiplications and additions, where the rate says something. */
  readonly flops?: number;
  /** Axis of a sum; all axes without. */
  readonly axis?: number;
}

const array = (shape: readonly number[], phase: number): ArraySpec => ({ shape, phase, scale: 1 });

const matmul = (n: number): Case => ({ id: `matmul ${n}`, operation: 'matmul', inputs: [array([n, n], 1), array([n, n], 2)], flops: 2 * n ** 3 });

function conv(batch: number, size: number, channels: number, filters: number): Case {
  return {
    id: `conv 3×3, ${batch}×${size}×${size}×${channels} → ${filters}`,
    operation: 'conv2d',
    inputs: [array([batch, size, size, channels], 1), array([3, 3, channels, filters], 2)],
    flops: 2 * batch * size * size * 9 * channels * filters,
  };
}

const MILLION = 1_000_000;

export const cases = (quick: boolean): Case[] => [
  ...(quick ? [64, 512] : [64, 128, 256, 512, 1024]).map(matmul),
  conv(32, 28, 1, 16),
  conv(32, 14, 16, 32),
  conv(4, 56, 64, 64),
  { id: 'exp, 10⁶', operation: 'exp', inputs: [array([MILLION], 1)] },
  { id: 'tanh, 10⁶', operation: 'tanh', inputs: [array([MILLION], 1)] },
  { id: 'sum of all, 1000×1000', operation: 'sum', inputs: [array([1000, 1000], 1)] },
  { id: 'sum of columns, 1000×1000', operation: 'sum', inputs: [array([1000, 1000], 1)], axis: 0 },
  { id: 'sum of rows, 1000×1000', operation: 'sum', inputs: [array([1000, 1000], 1)], axis: 1 },
];

/** The operation on our tensors. */
export function applied({ operation, axis }: Case): (...inputs: Tensor[]) => Tensor {
  switch (operation) {
    case 'matmul':
      return (a, b) => a!.matmul(b!);
    case 'conv2d':
      return (x, w) => conv2d(x!, w!, { padding: 'same' });
    case 'sum':
      return (x) => x!.sum(axis);
    default:
      return (x) => x![operation as 'exp' | 'tanh']();
  }
}
