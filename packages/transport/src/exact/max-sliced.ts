/** The max-sliced Wasserstein distance. */
import type { Matrix } from '@curv/linalg';
import { random, type Random } from '@curv/tensor';
import { requireCount, requireNonNegative } from '../checks.js';
import { forEachEntry } from '../plan.js';
import { normalize, project, sliceCost, type SlicedOptions, slicedProblem, type SlicedProblem, sphereDirections } from './sliced.js';
import { rooted, transport1d } from './transport-1d.js';

/** Options of the max-sliced distance. */
export interface MaxSlicedOptions extends SlicedOptions {
  /** Ascent steps from each start, default 100. */
  readonly maxIterations?: number;
  /** Directions, the best of the random ones, from which the ascent starts; default 4. */
  readonly starts?: number;
  /** Ends an ascent when a step gains less than this part of the cost; default 1e-12. */
  readonly tolerance?: number;
}

/** A direction along which two samples differ most. */
export interface MaxSlicedResult {
  readonly distance: number;
  /** Unit vector [d]. */
  readonly direction: Float64Array;
  /** Whether the best ascent came to rest: a local maximum; that it is the global one is not proved. */
  readonly converged: boolean;
}

/**
 * The max-sliced p-Wasserstein distance (Deshpande et al. 2019, arXiv:1904.05877): the largest distance of projections. The problem is not concave: ascent on
 * the sphere by plan-based gradients and random tangents, from the best of random directions and the difference of means.
 * @param xs n×d, one point a row
 * @param ys m×d
 * @throws as `slicedWasserstein`
 */
export function maxSlicedWasserstein(xs: Matrix, ys: Matrix, options: MaxSlicedOptions = {}): MaxSlicedResult {
  const where = 'maxSlicedWasserstein';
  const problem = slicedProblem(where, xs, ys, options);
  const { directions = 64, seed = 0, maxIterations = 100, starts = 4, tolerance = 1e-12 } = options;
  requireCount(where, 'maxIterations', maxIterations, 0);
  requireCount(where, 'starts', starts);
  requireNonNegative(where, 'tolerance', tolerance);
  const candidates = startingDirections(problem, directions, seed)
    .map((direction) => ({ direction, cost: sliceCost(problem, direction), converged: false }))
    .sort((s, t) => t.cost - s.cost)
    .slice(0, starts)
    .map((start) => ascend(problem, start, maxIterations, tolerance));
  const best = candidates.reduce((s, t) => (t.cost > s.cost ? t : s));
  return { distance: rooted(best.cost, problem.p), direction: best.direction, converged: best.converged };
}

function startingDirections({ xs, ys, a, b }: SlicedProblem, count: number, seed: number): Float64Array[] {
  const d = xs.columns;
  const lines = sphereDirections(count, d, seed);
  const out = Array.from({ length: count }, (_, k) => lines.data.slice(k * d, (k + 1) * d));
  const difference = mean(xs, a).map((value, k) => value - mean(ys, b)[k]!);
  if (Math.hypot(...difference) > 0) out.push(normalize(difference));
  return out;
}

function mean({ rows, columns, data }: Matrix, weights: Float64Array): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let k = 0; k < columns; k++) out[k]! += weights[i]! * data[i * columns + k]!;
  return out;
}

interface Point {
  readonly direction: Float64Array;
  readonly cost: number;
  readonly converged: boolean;
}

/**
 * Ascent along the gradient, and where no step along it gains, along random tangents: the cost is a least value over plans, so that maxima lie where plans change
 * and the gradient jumps. At rest when no step of `SMALLEST` gains.
 */
function ascend(problem: SlicedProblem, start: Point, maxIterations: number, tolerance: number): Point {
  const draw = random(problem.xs.columns);
  let point = start;
  let step = 1;
  for (let k = 0; k < maxIterations; k++) {
    const gradient = tangentGradient(problem, point.direction);
    const uphill = firstGain(problem, point, [gradient], step);
    const found = uphill ?? firstGain(problem, point, tangents(point.direction, 4 * point.direction.length, draw), step);
    if (found === null) return { ...point, converged: true };
    const gain = found.cost - point.cost;
    point = found;
    step = Math.min(1, 4 * found.step);
    if (uphill && gain <= tolerance * point.cost && step < 1e-6) return { ...point, converged: true };
  }
  return point;
}

const SMALLEST = 1e-9;

/** The first direction that gains, over steps that halve and the tangents given; a step turns the direction by about its size. */
function firstGain(problem: SlicedProblem, { direction, cost }: Point, along: readonly Float64Array[], first: number): (Point & { step: number }) | null {
  for (let step = first; step > SMALLEST; step /= 2) {
    for (const tangent of along) {
      const size = Math.hypot(...tangent);
      if (size === 0) continue;
      const turned = normalize(direction.map((v, c) => v + (step * tangent[c]!) / size));
      const reached = sliceCost(problem, turned);
      if (reached > cost) return { direction: turned, cost: reached, converged: false, step };
    }
  }
  return null;
}

function tangents(direction: Float64Array, count: number, draw: Random): Float64Array[] {
  return Array.from({ length: count }, () => orthogonal(direction.map(() => draw.normal()), direction));
}

/** What is left of v without its part along a unit vector. */
function orthogonal(v: Float64Array, direction: Float64Array): Float64Array {
  const along = v.reduce((total, g, k) => total + g * direction[k]!, 0);
  return v.map((g, k) => g - along * direction[k]!);
}

/** ∇_θ Σ P_ij |θ·(x_i − y_j)|^p at fixed P, without its part along θ. */
function tangentGradient({ xs, ys, a, b, p }: SlicedProblem, direction: Float64Array): Float64Array {
  const [x, y] = [project(xs, direction), project(ys, direction)];
  const d = direction.length;
  const gradient = new Float64Array(d);
  forEachEntry(transport1d(x, y, { a, b, p }).plan, (i, j, mass) => {
    const gap = x[i]! - y[j]!;
    const factor = mass * p * Math.sign(gap) * Math.abs(gap) ** (p - 1);
    for (let k = 0; k < d; k++) gradient[k]! += factor * (xs.data[i * d + k]! - ys.data[j * d + k]!);
  });
  return orthogonal(gradient, direction);
}
