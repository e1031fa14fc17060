/** Reductions that keep axes on request, and composites of reductions. */
import { axesOf, axisOf, isFloat, range, sizeOf } from '../primitive.js';
import { add, div, exp, log, mul, select, sqrt, sub } from '../primitives/elementwise.js';
import { takeAlongAxis } from '../primitives/indexing.js';
import { argsort, reduceMax, reduceMin, reduceSum } from '../primitives/reduce.js';
import { concat, moveAxis, reshape, slice, transpose } from '../primitives/shape.js';
import { stopGradient } from '../primitives/call.js';
import type { Tensor } from '../tensor.js';
import { isFinite } from './activations.js';
import { ones } from './create.js';

/** Options of reductions. */
export interface ReduceOptions {
  /** Keep reduced axes with size 1. */
  readonly keepDims?: boolean;
}

type Axes = number | readonly number[];
type Reduction = (x: Tensor, axes?: Axes, options?: ReduceOptions) => Tensor;

/** Adds `keepDims` to a reduction that removes its axes. */
const keeping =
  (op: string, reduce: (x: Tensor, axes: number[]) => Tensor): Reduction =>
  (x, axes, options = {}) => {
    const list = axesOf(op, axes, x.rank);
    const out = reduce(x, list);
    return options.keepDims ? reshape(out, x.shape.map((n, i) => (list.includes(i) ? 1 : n))) : out;
  };

const countOf = (x: Tensor, axes: readonly number[]): number => sizeOf(axes.map((i) => x.shape[i]!));

/** Sum over axes (all by default). */
export const sum: Reduction = keeping('sum', reduceSum);
/** Largest element over axes; equal largest elements share the derivative. */
export const max: Reduction = keeping('max', reduceMax);
/** Smallest element over axes; equal smallest elements share the derivative. */
export const min: Reduction = keeping('min', reduceMin);

/** Mean over axes (all by default). @throws TypeError on an integer tensor */
export const mean: Reduction = keeping('mean', (x, axes) => {
  if (!isFloat(x.dtype)) throw new TypeError(`mean: expected float32 or float64, got ${x.dtype}; cast() it first`);
  return div(reduceSum(x, axes), countOf(x, axes));
});

/** Mean squared deviation from the mean (divided by n). */
export const variance: Reduction = keeping('variance', (x, axes) => {
  const centred = sub(x, mean(x, axes, { keepDims: true }));
  return mean(mul(centred, centred), axes);
});

/** Euclidean norm over axes. Not differentiable at 0. */
export const norm: Reduction = keeping('norm', (x, axes) => sqrt(reduceSum(mul(x, x), axes)));

/** Product over axes, by pairs: exact derivatives of any order, zeros included. */
export const prod: Reduction = keeping('prod', (x, axes) => {
  const rest = range(x.rank).filter((i) => !axes.includes(i));
  let rows = reshape(transpose(x, [...axes, ...rest]), [countOf(x, axes), ...rest.map((i) => x.shape[i]!)]);
  if (rows.shape[0] === 0) return ones(rows.shape.slice(1), x.dtype);
  while (rows.shape[0]! > 1) {
    const half = rows.shape[0]! >> 1;
    const pairs = mul(slice(rows, [0], [half]), slice(rows, [half], [2 * half]));
    rows = rows.shape[0]! % 2 === 0 ? pairs : concat([pairs, slice(rows, [2 * half])]);
  }
  return reshape(rows, rows.shape.slice(1));
});

/** log Σ exp(x), without overflow. */
export const logSumExp: Reduction = keeping('logSumExp', (x, axes) => {
  // The shift cancels for every value, so no derivative needs to know of it.
  const top = stopGradient(max(x, axes, { keepDims: true }));
  const shift = select(isFinite(top), top, 0);
  return add(log(reduceSum(exp(sub(x, shift)), axes)), reshape(shift, shift.shape.filter((_, i) => !axes.includes(i))));
});

/** x − log Σ exp(x) along an axis. */
export const logSoftmax = (x: Tensor, axis = -1): Tensor => sub(x, logSumExp(x, axis, { keepDims: true }));

/** exp(x) / Σ exp(x) along an axis. */
export const softmax = (x: Tensor, axis = -1): Tensor => exp(logSoftmax(x, axis));

/** Running product along an axis, by doubling steps: exact derivatives of any order, zeros included. Cost n log n. */
export function cumprod(x: Tensor, axis = -1): Tensor {
  const at = axisOf('cumprod', axis, x.rank);
  let rows = moveAxis(x, at, 0);
  const n = rows.shape[0]!;
  for (let step = 1; step < n; step *= 2) {
    const before = concat([ones([step, ...rows.shape.slice(1)], x.dtype), slice(rows, [0], [n - step])]);
    rows = mul(rows, before);
  }
  return moveAxis(rows, 0, at);
}

/** Sorted along an axis, ascending. Equal elements keep their order, which their derivatives follow. */
export function sort(x: Tensor, axis = -1): Tensor {
  const at = axisOf('sort', axis, x.rank);
  return takeAlongAxis(x, argsort(x, at), at);
}
