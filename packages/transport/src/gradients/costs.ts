/** Ground costs of tensors of points. */
import { greater, maximum, select, type Tensor } from '@curv/tensor';
import type { Metric } from '../costs.js';
import { requirePoints } from './shapes.js';

/**
 * Costs [n, m] between points xs [n, d] and ys [m, d], differentiable in both; at coinciding points the derivative of a distance is taken as 0. Memory O(n m d).
 * @throws RangeError on shapes that do not fit, or an unknown metric
 */
export function costTensor(xs: Tensor, ys: Tensor, metric: Metric = 'sqeuclidean'): Tensor {
  requirePoints('costTensor', xs, ys);
  const [n, m, d] = [xs.shape[0]!, ys.shape[0]!, xs.shape[1]!];
  const difference = xs.reshape([n, 1, d]).sub(ys.reshape([1, m, d]));
  if (metric === 'sqeuclidean') return difference.square().sum([2]);
  if (metric === 'euclidean') return root(difference.square().sum([2]), 0.5);
  if (metric === 'cityblock') return difference.abs().sum([2]);
  if (metric === 'cosine') return cosine(xs, ys);
  if (typeof metric !== 'object' || !(metric.p >= 1)) throw new RangeError(`costTensor: metric must be sqeuclidean, euclidean, cityblock, cosine or { p: number of at least 1 }, got ${JSON.stringify(metric)}`);
  const { p, power = 1 } = metric;
  if (p === Infinity) return root(difference.abs().max([2]), power);
  return root(root(difference.abs(), p).sum([2]), power / p);
}

/** t^power for t ≥ 0, with derivative 0 at t = 0. */
function root(t: Tensor, power: number): Tensor {
  if (power === 1) return t;
  const positive = greater(t, 0);
  return select(positive, select(positive, t, 1, t.dtype).pow(power), 0, t.dtype);
}

function cosine(xs: Tensor, ys: Tensor): Tensor {
  const unit = (points: Tensor): Tensor => points.div(points.square().sum([1]).sqrt().reshape([points.shape[0]!, 1]));
  return maximum(unit(xs).matmul(unit(ys), { transposeB: true }).neg().add(1), 0);
}
