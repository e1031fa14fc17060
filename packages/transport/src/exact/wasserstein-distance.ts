/** Wasserstein distances of samples in any dimension. */
import type { Matrix } from '@curv/linalg';
import { requireMatrix } from '../checks.js';
import { costMatrix, type Metric } from '../costs.js';
import { exactTransport } from './exact-transport.js';
import { requirePower, rooted, type Transport1dOptions, wasserstein1d } from './transport-1d.js';

/** Options of the distance of samples. */
export interface WassersteinOptions extends Transport1dOptions {
  /** Exponent of the norm ‖x − y‖_norm between points, default 2. */
  readonly norm?: number;
  readonly signal?: AbortSignal;
}

/**
 * The p-Wasserstein distance (min_P Σ P_ij ‖x_i − y_j‖^p)^(1/p) of two samples or of histograms on their bins, exactly; p = 1 unless given, finite except in
 * dimension 1. In dimension 1 in closed form, else by the network simplex on the whole cost.
 * @param xs n×d, one point a row
 * @param ys m×d
 * @throws TypeError, RangeError as `exactTransport` and `costMatrix`
 */
export function wassersteinDistance(xs: Matrix, ys: Matrix, options: WassersteinOptions = {}): number {
  const where = 'wassersteinDistance';
  requireMatrix(where, 'xs', xs);
  requireMatrix(where, 'ys', ys, undefined, xs.columns);
  if (xs.columns === 1) return wasserstein1d(xs.data, ys.data, options);
  const { a, b, norm = 2, p = 1, normalise, signal } = options;
  requirePower(where, p, false);
  requirePower(where, norm, true);
  const metric: Metric = norm === 2 && p <= 2 && Number.isInteger(p) ? (p === 2 ? 'sqeuclidean' : 'euclidean') : { p: norm, power: p };
  const cost = costMatrix(xs, ys, metric);
  return rooted(exactTransport(cost, a, b, { ...(normalise !== undefined && { normalise }), ...(signal && { signal }) }).cost, p);
}
