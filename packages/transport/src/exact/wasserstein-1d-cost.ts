/** Transport costs on a line as a differentiable function of positions and masses. */
import { argsort, broadcastTo, concat, cumsum, minimum, type Tensor, takeAlongAxis } from '@curv/tensor';
import { requirePower } from './transport-1d.js';
import { powerOfSquares, type WassersteinCostOptions } from './wasserstein-cost.js';

/**
 * W_p^p = ∫₀¹ |F⁻¹(t) − G⁻¹(t)|^p dt on a line, over the last axis: leading axes are a batch. Differentiable in positions and masses to any order: positions in
 * sorted order are gathered, and levels of mass are sums. O((n + m) log(n + m)); written in primitives, for every engine.
 * @param x […, n]
 * @param y […, m], of the same leading axes
 * @param options masses [n] and [m], or with the leading axes; those of a row have one sum
 * @returns […]
 * @throws RangeError on other shapes, p below 1
 */
export function wasserstein1dCost(x: Tensor, y: Tensor, { a, b, p = 2 }: WassersteinCostOptions = {}): Tensor {
  const where = 'wasserstein1dCost';
  requirePower(where, p, false);
  const lead = x.shape.slice(0, -1);
  if (x.rank < 1 || String(lead) !== String(y.shape.slice(0, -1)) || x.size === 0 || y.size === 0)
    throw new RangeError(`${where}: x and y must have the same leading axes and must not be empty, got shapes [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  const [n, m] = [x.shape.at(-1)!, y.shape.at(-1)!];
  const [xs, levelsX] = sorted(x, a);
  const [ys, levelsY] = sorted(y, b);
  const levels = concat([levelsX, levelsY], -1);
  const order = argsort(levels, -1);
  const times = takeAlongAxis(levels, order, -1);
  const fromX = order.less(n).cast('int32');
  // Before the k-th level in order lie so many levels of x: that step of F⁻¹ is going on.
  const stepX = minimum(cumsum(fromX, -1, { exclusive: true }), n - 1);
  const stepY = minimum(cumsum(fromX.mul(-1).add(1), -1, { exclusive: true }), m - 1);
  const gap = takeAlongAxis(xs, stepX, -1).sub(takeAlongAxis(ys, stepY, -1));
  const first = times.slice(lead.map(() => 0).concat(0), [...lead, 1]);
  const before = times.slice(lead.map(() => 0).concat(0), [...lead, n + m - 1]);
  const widths = concat([first, times.slice(lead.map(() => 0).concat(1)).sub(before)], -1);
  return widths.mul(powerOfSquares(gap.square(), p)).sum(-1);
}

/** Positions in ascending order, and the sums of their masses up to each. */
function sorted(x: Tensor, weights: Tensor | undefined): [Tensor, Tensor] {
  const order = argsort(x, -1);
  const ordered = takeAlongAxis(x, order, -1);
  const n = x.shape.at(-1)!;
  if (weights === undefined) return [ordered, cumsum(ordered.mul(0).add(1 / n), -1)];
  if (weights.shape.at(-1) !== n) throw new RangeError(`wasserstein1dCost: masses must have ${n} elements along the last axis, got shape [${weights.shape.join(', ')}]`);
  return [ordered, cumsum(takeAlongAxis(broadcastTo(weights, x.shape), order, -1), -1)];
}
