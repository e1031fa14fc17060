/** Wasserstein barycenters with free support. */
import { type Matrix, randomStream } from '@curv/linalg';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative, requireWeights, sum } from '../checks.js';
import { costMatrix } from '../costs.js';
import { exactTransport } from '../exact/exact-transport.js';
import { forEachEntry } from '../plan.js';

/** A measure: points, one a row, and their masses, uniform unless given. */
export interface Measure {
  readonly points: Matrix;
  readonly masses?: ArrayLike<number>;
}

/** Options of free-support barycenters. */
export interface FreeSupportOptions {
  /** Weights of the measures, scaled to sum 1; equal unless given. */
  readonly weights?: ArrayLike<number>;
  /** Points of the barycenter to start from, k×d; drawn from the measures unless given. */
  readonly initial?: Matrix;
  /** Number of points when they are drawn; default the largest number of a measure. */
  readonly support?: number;
  /** k masses of the barycenter, of the measures' sum; uniform unless given. */
  readonly masses?: ArrayLike<number>;
  readonly seed?: number;
  readonly maxIterations?: number;
  /** Stops when no point moves further than this part of the spread of the points; default 1e-9. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly iteration: number; readonly cost: number }) => void;
}

/** A stationary barycenter. */
export interface FreeSupportResult {
  readonly points: Matrix;
  readonly masses: Float64Array;
  /** Σ w_k W₂²(barycenter, measure_k) at the last plans. */
  readonly cost: number;
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * Points that minimize Σ w_k W₂²(·, measure_k) at fixed masses, by fixed-point steps: each point moves to the mean of what its mass is sent to (Cuturi & Doucet
 * 2014, algorithm 2; Álvarez-Esteban et al. 2016). The cost never rises; the problem is not convex. One exact transport a measure and iteration, each started
 * from the one before.
 * @throws TypeError, RangeError on measures of several dimensions or totals, no measures, negative weights
 */
export function freeSupportBarycenter(measures: readonly Measure[], options: FreeSupportOptions = {}): FreeSupportResult {
  const where = 'freeSupportBarycenter';
  const problem = checked(where, measures, options);
  const { points, masses, weights, maxIterations, tolerance } = problem;
  const d = points.columns;
  const starts: ({ x: Float64Array; y: Float64Array } | undefined)[] = measures.map(() => undefined);
  let cost = Infinity;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    options.signal?.throwIfAborted();
    const next = new Float64Array(points.data.length);
    cost = 0;
    measures.forEach((measure, k) => {
      const initial = starts[k];
      const result = exactTransport(costMatrix(points, measure.points), masses, problem.measureMasses[k], initial ? { initial } : {});
      starts[k] = result;
      cost += weights[k]! * result.cost;
      forEachEntry(result.plan, (i, j, mass) => {
        const share = (weights[k]! * mass) / masses[i]!;
        for (let c = 0; c < d; c++) next[i * d + c]! += share * measure.points.data[j * d + c]!;
      });
    });
    const moved = next.reduce((most, v, t) => Math.max(most, Math.abs(v - points.data[t]!)), 0);
    points.data.set(next);
    options.onProgress?.({ iteration, cost });
    if (moved <= tolerance * problem.spread) return { points, masses, cost, converged: true, iterations: iteration + 1 };
  }
  return { points, masses, cost, converged: false, iterations: maxIterations };
}

interface Problem {
  readonly points: Matrix;
  readonly masses: Float64Array;
  readonly weights: Float64Array;
  readonly measureMasses: readonly Float64Array[];
  readonly spread: number;
  readonly maxIterations: number;
  readonly tolerance: number;
}

function checked(where: string, measures: readonly Measure[], options: FreeSupportOptions): Problem {
  if (!Array.isArray(measures) || measures.length === 0) throw new RangeError(`${where}: measures must be a list of at least one measure`);
  const { maxIterations = 100, tolerance = 1e-9, seed = 0 } = options;
  requireCount(where, 'maxIterations', maxIterations);
  requireNonNegative(where, 'tolerance', tolerance);
  (measures as readonly Measure[]).forEach(({ points }, k) => requireMatrix(where, `measures[${k}].points`, points, undefined, measures[0].points?.columns));
  const weights = requireWeights(where, 'weights', options.weights, measures.length);
  const total = sum(weights);
  const points = options.initial ? { ...options.initial, data: options.initial.data?.slice() } : drawn(measures, options.support ?? Math.max(...measures.map(({ points: { rows } }) => rows)), seed);
  requireMatrix(where, 'initial', points, undefined, measures[0].points.columns);
  const pairs = measures.map(({ points: { rows }, masses }) => requireBalancedWeights(where, options.masses, masses, points.rows, rows));
  const masses = pairs[0]!.a;
  const empty = masses.indexOf(0);
  if (empty >= 0) throw new RangeError(`${where}: masses must be above 0, got 0 at element ${empty}`);
  const spread = spreadOf(measures);
  return { points, masses, weights: weights.map((w) => w / total), measureMasses: pairs.map(({ b }) => b), spread, maxIterations, tolerance };
}

/** Largest coordinate less smallest, 1 where they are equal. */
function spreadOf(measures: readonly Measure[]): number {
  let [low, high] = [Infinity, -Infinity];
  for (const { points } of measures)
    for (const v of points.data) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  return high - low || 1;
}

/** Points of the measures, chosen at random and jittered a little, so that no two are equal. */
function drawn(measures: readonly Measure[], count: number, seed: number): Matrix {
  requireCount('freeSupportBarycenter', 'support', count);
  const stream = randomStream(seed);
  const d = measures[0]!.points.columns;
  const data = new Float64Array(count * d);
  for (let i = 0; i < count; i++) {
    const { points } = measures[Math.floor(stream.uniform() * measures.length)]!;
    const at = Math.floor(stream.uniform() * points.rows);
    for (let c = 0; c < d; c++) data[i * d + c] = points.data[at * d + c]! * (1 + 1e-3 * stream.normal()) + 1e-6 * stream.normal();
  }
  return { rows: count, columns: d, data };
}
