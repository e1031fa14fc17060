/** Sliced Wasserstein distances: transport on lines, over many directions. */
import type { Matrix } from '@curv/linalg';
import { random } from '@curv/tensor';
import { requireBalancedWeights, requireCount, requireMatrix } from '../checks.js';
import { ascending } from './ascending.js';
import { monotoneCost, pick, requirePower, rooted } from './transport-1d.js';

/** Options of sliced distances. */
export interface SlicedOptions {
  readonly a?: ArrayLike<number>;
  readonly b?: ArrayLike<number>;
  /** The cost along a line is |x − y|^p; finite, p ≥ 1, default 2. */
  readonly p?: number;
  /** Number of random directions, default 64. */
  readonly directions?: number;
  readonly seed?: number;
}

/** A Monte Carlo estimate. */
export interface SlicedResult {
  /** (mean over directions of W_p^p)^(1/p) */
  readonly distance: number;
  /** Standard error of the distance, from the spread over the directions. */
  readonly standardError: number;
}

/** Points, their masses and room for projections. */
export interface SlicedProblem {
  readonly xs: Matrix;
  readonly ys: Matrix;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly p: number;
}

/** Directions uniform on the sphere, one a row [count × d]. */
export function sphereDirections(count: number, dimension: number, seed: number): Matrix {
  requireCount('sphereDirections', 'count', count);
  requireCount('sphereDirections', 'dimension', dimension);
  const stream = random(seed);
  const data = Float64Array.from({ length: count * dimension }, () => stream.normal());
  for (let k = 0; k < count; k++) normalize(data.subarray(k * dimension, (k + 1) * dimension));
  return { rows: count, columns: dimension, data };
}

/** Scales a vector to length 1, in place. */
export function normalize<V extends Float64Array>(v: V): V {
  const length = Math.hypot(...v);
  return v.forEach((value, k) => (v[k] = value / length)), v;
}

/**
 * The sliced p-Wasserstein distance (Rabin, Peyré, Delon & Bernot 2011; Bonneel et al. 2015), estimated over random directions. O(L (n log n + n d)) for L
 * directions.
 * @param xs n×d, one point a row
 * @param ys m×d
 * @throws TypeError, RangeError on points that are not finite or of two dimensions, masses as in `exactTransport`, p below 1
 */
export function slicedWasserstein(xs: Matrix, ys: Matrix, options: SlicedOptions = {}): SlicedResult {
  const problem = slicedProblem('slicedWasserstein', xs, ys, options);
  const { directions = 64, seed = 0 } = options;
  const lines = sphereDirections(directions, xs.columns, seed);
  const costs = Float64Array.from({ length: directions }, (_, k) => sliceCost(problem, lines.data.subarray(k * xs.columns, (k + 1) * xs.columns)));
  const mean = costs.reduce((total, c) => total + c, 0) / directions;
  const variance = directions > 1 ? costs.reduce((total, c) => total + (c - mean) ** 2, 0) / (directions - 1) : NaN;
  const distance = rooted(mean, problem.p);
  // d (mean^(1/p)) = distance / (p mean) d mean
  return { distance, standardError: mean === 0 ? 0 : (distance / (problem.p * mean)) * Math.sqrt(variance / directions) };
}

/** Checks what sliced distances take. */
export function slicedProblem(where: string, xs: Matrix, ys: Matrix, options: SlicedOptions): SlicedProblem {
  requireMatrix(where, 'xs', xs);
  requireMatrix(where, 'ys', ys, undefined, xs.columns);
  const p = requirePower(where, options.p ?? 2, false);
  requireCount(where, 'directions', options.directions ?? 64);
  return { xs, ys, ...requireBalancedWeights(where, options.a, options.b, xs.rows, ys.rows), p };
}

/** Projections on a direction. */
export function project({ rows, columns, data }: Matrix, direction: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) {
    let total = 0;
    for (let c = 0; c < columns; c++) total += data[k++]! * direction[c]!;
    out[i] = total;
  }
  return out;
}

/** W_p^p of the projections on a direction. */
export function sliceCost({ xs, ys, a, b, p }: SlicedProblem, direction: Float64Array): number {
  const [x, weightsX] = sortedBy(project(xs, direction), a);
  const [y, weightsY] = sortedBy(project(ys, direction), b);
  return monotoneCost(x, y, weightsX, weightsY, p);
}

function sortedBy(values: Float64Array, weights: Float64Array): [Float64Array, Float64Array] {
  // Equal weights need no order of their own, and numbers sort faster than indices.
  if (weights.every((w) => w === weights[0])) return [values.sort(), weights];
  const order = ascending(values);
  return [pick(values, order), pick(weights, order)];
}
