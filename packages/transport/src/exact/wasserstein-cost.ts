/** The exact transport cost of point clouds as a differentiable function of positions and masses. */
import { concat, gather, type Tensor, type TypedArray } from '@curv/tensor';
import { costMatrix } from '../costs.js';
import { requireShape, solvedTour, tensorWeights } from './exact-transport-cost.js';
import { requirePower } from './transport-1d.js';
import { treeDual } from './tree-tour.js';

/** Options of differentiable Wasserstein costs. */
export interface WassersteinCostOptions {
  /** Masses [n] and [m]; uniform unless given. */
  readonly a?: Tensor;
  readonly b?: Tensor;
  /** The cost is |x − y|^p; finite, p ≥ 1, default 2. */
  readonly p?: number;
}

/**
 * W_p^p = min Σ P_ij |x_i − y_j|^p of two point clouds with Euclidean distances: a scalar tensor, differentiable in positions and masses as
 * `exactTransportCost` is in cost and masses. The graph holds the n + m − 1 costs of an optimal basis; the whole cost exists only while the simplex runs. At
 * a distance of 0 the derivative is taken as 0.
 * @param x float32 or float64 [n, d]
 * @param y [m, d]
 * @throws TypeError, RangeError on wrong shapes; as `exactTransport` when it runs
 */
export function wassersteinCost(x: Tensor, y: Tensor, { a, b, p = 2 }: WassersteinCostOptions = {}): Tensor {
  const where = 'wassersteinCost';
  const [n, d] = requireShape(where, 'x', x, 2) as [number, number];
  const [m, e] = requireShape(where, 'y', y, 2) as [number, number];
  if (d !== e) throw new RangeError(`${where}: x and y must have one dimension, got ${d} and ${e}`);
  requirePower(where, p, false);
  const weights = tensorWeights(where, x, n, m, a, b);
  const toCost = (values: TypedArray): Float64Array => {
    const cloud = (rows: number, from: number): { rows: number; columns: number; data: Float64Array } => ({ rows, columns: d, data: Float64Array.from(values.subarray(from, from + rows * d)) });
    return costMatrix(cloud(n, 0), cloud(m, n * d), p === 2 ? 'sqeuclidean' : { p: 2, power: p }).data;
  };
  const tour = solvedTour(where, n, m, concat([weights.b, weights.a, x.reshape([-1]), y.reshape([-1])]), toCost);
  return treeDual(tour, (arcs) => powerOfSquares(gather(x, arcs.div(m)).sub(gather(y, arcs.sub(arcs.div(m).mul(m)))).square().sum(-1), p), weights.a, weights.b);
}

/** s^(p/2), with derivative 0 at s = 0. */
export function powerOfSquares(squares: Tensor, p: number): Tensor {
  if (p === 2) return squares;
  const zero = squares.equal(0);
  return zero.select(0, zero.select(1, squares).pow(p / 2));
}
