/** Maps from plans: every source goes to the mean of its targets; new points go with their nearest source. */
import { kdTree, type Matrix } from '@curv/linalg';
import type { Plan } from '../api.js';
import { requireMatrix } from '../checks.js';
import { forEachEntry, marginals } from '../plan.js';

/**
 * The barycentric projection of a plan: row i is Σ_j P_ij y_j / Σ_j P_ij; sources without mass stay at the row of `fallback`.
 * @param plan n×m
 * @param targets m×d
 * @param fallback n×d; without it a source without mass is refused
 * @throws TypeError, RangeError on other sizes, or a source without mass, which it names
 */
export function barycentricMap(plan: Plan, targets: Matrix, fallback?: Matrix): Matrix {
  const where = 'barycentricMap';
  requireMatrix(where, 'targets', targets, plan.columns);
  const d = targets.columns;
  if (fallback) requireMatrix(where, 'fallback', fallback, plan.rows, d);
  const { rows } = marginals(plan);
  const data = new Float64Array(plan.rows * d);
  rows.forEach((mass, i) => {
    if (mass > 0) return;
    if (!fallback) throw new RangeError(`${where}: source ${i} sends no mass, so that it has no image; pass a fallback`);
    data.set(fallback.data.subarray(i * d, (i + 1) * d), i * d);
  });
  forEachEntry(plan, (i, j, mass) => {
    if (mass === 0) return;
    const share = mass / rows[i]!;
    for (let c = 0; c < d; c++) data[i * d + c]! += share * targets.data[j * d + c]!;
  });
  return { rows: plan.rows, columns: d, data };
}

/**
 * Extends a map from samples to all points: a new point moves like the mean of its k nearest samples, weighted by 1/distance² (k = 1: like the nearest, Ferradans et
 * al. 2014, section 4). O(log n) a point.
 * @param samples n×d
 * @param images n×d
 * @throws TypeError, RangeError on other sizes
 */
export function extendMap(samples: Matrix, images: Matrix, neighbours = 1): (points: Matrix) => Matrix {
  requireMatrix('extendMap', 'samples', samples);
  requireMatrix('extendMap', 'images', images, samples.rows, samples.columns);
  const tree = kdTree(samples);
  const d = samples.columns;
  return (points) => {
    requireMatrix('extendMap', 'points', points, undefined, d);
    const data = points.data.slice();
    for (let i = 0; i < points.rows; i++) {
      const { indices, distances } = tree.nearest(points.data.slice(i * d, (i + 1) * d), neighbours);
      // A sample itself decides alone.
      const weights = distances[0] === 0 ? Float64Array.of(1) : distances.map((r) => 1 / (r * r));
      const total = weights.reduce((s, w) => s + w, 0);
      weights.forEach((w, k) => {
        const at = indices[k]! * d;
        for (let c = 0; c < d; c++) data[i * d + c]! += (w / total) * (images.data[at + c]! - samples.data[at + c]!);
      });
    }
    return { rows: points.rows, columns: d, data };
  };
}
