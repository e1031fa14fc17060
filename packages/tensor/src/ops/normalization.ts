/** Normalization layers, from primitives: their derivatives of any order follow. */
import { add, mul, rsqrt, sub } from '../primitives/elementwise.js';
import type { Tensor } from '../tensor.js';
import { mean, variance } from './reductions.js';

/** Mean and variance over axes, which are kept with size 1. */
export function moments(x: Tensor, axes: number | readonly number[]): { mean: Tensor; variance: Tensor } {
  return { mean: mean(x, axes, { keepDims: true }), variance: variance(x, axes, { keepDims: true }) };
}

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** Moving mean and variance [channels] (inference). Without them the batch's own moments are used (training), which couples its examples. */
  readonly mean?: Tensor;
  readonly variance?: Tensor;
  /** [channels]. */
  readonly scale?: Tensor;
  /** [channels]. */
  readonly offset?: Tensor;
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number;
}

/** Batch normalization over all axes but the last (Ioffe & Szegedy 2015, arXiv:1502.03167). */
export function batchNorm(x: Tensor, options: BatchNormOptions = {}): Tensor {
  const own = options.mean === undefined || options.variance === undefined ? moments(x, x.shape.map((_, i) => i).slice(0, -1)) : null;
  const centre = options.mean ?? own!.mean;
  const spread = options.variance ?? own!.variance;
  return affine(mul(sub(x, centre), rsqrt(add(spread, options.epsilon ?? 1e-3))), options.scale, options.offset);
}

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  readonly scale?: Tensor;
  readonly offset?: Tensor;
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number;
}

/** Layer normalization over the last axis (Ba et al. 2016, arXiv:1607.06450). */
export function layerNorm(x: Tensor, options: LayerNormOptions = {}): Tensor {
  const { mean: centre, variance: spread } = moments(x, -1);
  return affine(mul(sub(x, centre), rsqrt(add(spread, options.epsilon ?? 1e-3))), options.scale, options.offset);
}

function affine(x: Tensor, scale: Tensor | undefined, offset: Tensor | undefined): Tensor {
  const scaled = scale === undefined ? x : mul(x, scale);
  return offset === undefined ? scaled : add(scaled, offset);
}
