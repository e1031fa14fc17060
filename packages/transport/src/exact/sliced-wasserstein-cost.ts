/** Sliced and max-sliced costs as differentiable functions of positions and masses. */
import { concat, hostCall, matmul, stopGradient, type Tensor, type TypedArray } from '@curv/tensor';
import { maxSlicedWasserstein, type MaxSlicedOptions } from './max-sliced.js';
import { requireShape, tensorWeights } from './exact-transport-cost.js';
import { wasserstein1dCost } from './wasserstein-1d-cost.js';
import type { WassersteinCostOptions } from './wasserstein-cost.js';

/**
 * The mean over directions of W_p^p of the projections: a scalar tensor, differentiable in positions, masses and directions. With directions of
 * `sphereDirections` it is the p-th power of `slicedWasserstein`.
 * @param x [n, d]
 * @param y [m, d]
 * @param directions [L, d]
 * @throws TypeError, RangeError on wrong shapes, p below 1
 */
export function slicedWassersteinCost(x: Tensor, y: Tensor, directions: Tensor, options: WassersteinCostOptions = {}): Tensor {
  const where = 'slicedWassersteinCost';
  const dimensions = [requireShape(where, 'x', x, 2), requireShape(where, 'y', y, 2), requireShape(where, 'directions', directions, 2)].map(([, d]) => d);
  if (new Set(dimensions).size > 1) throw new RangeError(`${where}: x, y and directions must have one dimension, got ${dimensions.join(', ')}`);
  const projected = (points: Tensor): Tensor => matmul(directions, points, { transposeB: true });
  return wasserstein1dCost(projected(x), projected(y), options).mean();
}

/**
 * W_p^p along the direction that `maxSlicedWasserstein` finds, which runs when the graph runs; a scalar tensor. The direction is taken as constant: first
 * derivatives are exact where the cost is smooth at its maximum (envelope theorem), and one-sided where plans change there, as they do for few points; second
 * derivatives lack the turn of the direction.
 * @param x [n, d]
 * @param y [m, d]
 * @throws as `maxSlicedWasserstein`
 */
export function maxSlicedWassersteinCost(x: Tensor, y: Tensor, options: WassersteinCostOptions & Omit<MaxSlicedOptions, 'a' | 'b' | 'p'> = {}): Tensor {
  const where = 'maxSlicedWassersteinCost';
  const [n, d] = requireShape(where, 'x', x, 2) as [number, number];
  const m = requireShape(where, 'y', y, 2)[0]!;
  const { a, b, p = 2, ...search } = options;
  const weights = tensorWeights(where, x, n, m, a, b);
  const run = (values: TypedArray): Float64Array => {
    const all = Float64Array.from(values);
    const cloud = (rows: number, from: number): { rows: number; columns: number; data: Float64Array } => ({ rows, columns: d, data: all.slice(from, from + rows * d) });
    const masses = { a: all.slice((n + m) * d, (n + m) * d + n), b: all.slice((n + m) * d + n) };
    return maxSlicedWasserstein(cloud(n, 0), cloud(m, n * d), { ...search, ...masses, p }).direction;
  };
  const operand = stopGradient(concat([x.reshape([-1]), y.reshape([-1]), weights.a, weights.b]));
  const direction = hostCall(run, operand, { shape: [1, d], dtype: x.dtype });
  return slicedWassersteinCost(x, y, direction, { ...weights, p });
}
