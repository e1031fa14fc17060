import type { EigenProgress, LinearOperator } from '../api.js';
import { requireCount, requireSymmetric, requireTolerance, requireVector } from '../checks.js';
import { randomStream } from '../random.js';
import { axpy, norm } from '../vector.js';
import { KrylovSpace, type RitzPairs } from './krylov-space.js';
import { Products } from './products.js';
import { preference, presentation, requireWhich, type Which } from './selection.js';

/** Options of `lanczosEigen`. */
export interface LanczosEigenOptions {
  /** How many pairs. */
  readonly k: number;
  /** Which end of the spectrum. Default `LA`. */
  readonly which?: Which;
  /** A pair counts as found when ‖A v − λ v‖ ≤ tolerance · max |λ|. Default 1e-10 in float64, 1e-5 in float32. */
  readonly tolerance?: number;
  /** Most products with the operator. Default 50 k, at least 500. */
  readonly maxIterations?: number;
  /** Most vectors in the basis. Default 2 k + 10, at least 20, at most the dimension. */
  readonly basisSize?: number;
  /**
   * Products spent, once all are found, from a new random vector orthogonal to them: one Krylov space holds but one vector of a multiple
   * eigenvalue, and what it missed shows there. Default 10; 0 turns it off.
   */
  readonly recheck?: number;
  readonly start?: Float64Array;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EigenProgress) => void;
}

/** Eigenpairs with their residuals. */
export interface EigenResult {
  /** In the order asked for, see `Which`. */
  readonly values: Float64Array;
  /** Unit vectors, orthogonal to each other, one for each value. */
  readonly vectors: Float64Array[];
  /** ‖A v − λ v‖ of each. */
  readonly residuals: Float64Array;
  /** The largest of them. */
  readonly residual: number;
  /** Whether all residuals are within the tolerance. */
  readonly converged: boolean;
  /** Products with the operator. */
  readonly iterations: number;
  /** What products showed of VᵀAV that a symmetric operator would not have, relative to max |λ|: about rounding for a correct operator. */
  readonly asymmetry: number;
}

interface Settings {
  readonly k: number;
  readonly which: Which;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly capacity: number;
  readonly recheck: number;
}

/**
 * Eigenpairs at an end of the spectrum of a symmetric operator by thick-restart Lanczos with full reorthogonalization (Wu & Simon 2000).
 * Converged vectors stay in the basis, and all others are kept orthogonal to them. Memory: basisSize + 1 vectors. Not to converge is a
 * result.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function lanczosEigen(operator: LinearOperator, options: LanczosEigenOptions): Promise<EigenResult> {
  const n = requireSymmetric('lanczosEigen', 'operator', operator);
  const settings = readSettings(operator, n, options);
  const { k, which, tolerance, maxIterations } = settings;
  const stream = randomStream(options.seed ?? 0);
  const start = options.start ?? stream.vector(n);
  requireVector('lanczosEigen', 'start', start, n);
  const length = norm(start);
  if (length === 0) throw new RangeError('lanczosEigen: start must not be 0');
  const products = new Products('lanczosEigen', operator, options.signal);
  const space = new KrylovSpace(
    n,
    settings.capacity,
    products,
    stream,
    start.map((x) => x / length),
  );
  let found = 0;
  let worst = Infinity;
  const expand = (target: number): Promise<void> =>
    space.expand(
      target,
      () => products.count < maxIterations,
      (beta) => options.onProgress?.({ iteration: products.count, maxIterations, residual: Math.min(worst, beta), converged: found }),
    );
  let missed = false;
  let pairs: RitzPairs;
  let order: number[];
  for (;;) {
    await expand(settings.capacity);
    pairs = space.ritz();
    order = preference(pairs.values, which);
    const wanted = order.slice(0, k).map((i) => pairs.residuals[i]!);
    worst = Math.max(...wanted);
    found = wanted.filter((r) => r <= tolerance * space.scale).length;
    const stop = wanted.length === k && found === k;
    if (space.complete || products.count >= maxIterations) break;
    if (!stop) {
      const most = Math.max(k, Math.floor((found + space.size) / 2));
      space.restart(pairs, order.slice(0, Math.min(most, settings.capacity - 1)));
      continue;
    }
    if (settings.recheck === 0 || k >= settings.capacity) break;
    const better = await findMissed(space, pairs, order, settings, expand);
    if (better === null) return finish(space, pairs, order, settings, products, missed, true);
    missed = true;
    ({ pairs, order } = better);
    found = 0;
    space.restart(pairs, order.slice(0, Math.min(space.size, settings.capacity - 1)));
  }
  return finish(space, pairs, order, settings, products, missed, false);
}

/** New pairs where a random start beside the found vectors shows wanted values that they lack; null where it does not. */
async function findMissed(
  space: KrylovSpace,
  pairs: RitzPairs,
  order: readonly number[],
  { k, which, tolerance, recheck }: Settings,
  expand: (target: number) => Promise<void>,
): Promise<{ pairs: RitzPairs; order: number[] } | null> {
  space.restartAtRandom(pairs, order.slice(0, k));
  await expand(k + recheck);
  const next = space.ritz();
  const nextOrder = preference(next.values, which);
  const slack = 2 * tolerance * space.scale;
  const changed = nextOrder.slice(0, k).some((i, t) => Math.abs(next.values[i]! - pairs.values[order[t]!]!) > slack);
  return changed ? { pairs: next, order: nextOrder } : null;
}

/** Hands out the wanted pairs. `formed`: the basis already begins with them. */
async function finish(
  space: KrylovSpace,
  pairs: RitzPairs,
  order: readonly number[],
  { k, which, tolerance }: Settings,
  products: Products,
  missed: boolean,
  formed: boolean,
): Promise<EigenResult> {
  const chosen = order.slice(0, k);
  if (!formed) space.restart(pairs, chosen);
  const shown = presentation(pairs.values, chosen, which);
  const values = Float64Array.from(shown, (i) => pairs.values[i]!);
  const formedVectors = space.leading(chosen.length);
  const vectors = shown.map((i) => formedVectors[chosen.indexOf(i)]!);
  const residuals = Float64Array.from(shown, (i) => pairs.residuals[i]!);
  // after a fresh start in between the cheap residuals no longer hold
  if (missed) for (let t = 0; t < vectors.length; t++) residuals[t] = await explicitResidual(products, vectors[t]!, values[t]!);
  const residual = residuals.reduce((most, r) => Math.max(most, r), 0);
  const converged = vectors.length === k && residual <= tolerance * space.scale;
  return {
    values,
    vectors,
    residuals,
    residual,
    converged,
    iterations: products.count,
    asymmetry: space.scale > 0 ? space.defect / space.scale : 0,
  };
}

async function explicitResidual(products: Products, v: Float64Array, value: number): Promise<number> {
  const w = await products.apply(v);
  axpy(-value, v, w);
  return norm(w);
}

function readSettings(operator: LinearOperator, n: number, options: LanczosEigenOptions): Settings {
  const where = 'lanczosEigen';
  const { k, which = 'LA', recheck = 10 } = options;
  requireCount(where, 'k', k);
  if (k > n) throw new RangeError(`${where}: k must be at most the dimension ${n}, got ${k}`);
  requireWhich(where, which);
  const tolerance = options.tolerance ?? (operator.dtype === 'float32' ? 1e-5 : 1e-10);
  requireTolerance(where, 'tolerance', tolerance);
  const maxIterations = options.maxIterations ?? Math.max(500, 50 * k);
  requireCount(where, 'maxIterations', maxIterations);
  const basisSize = options.basisSize ?? Math.max(20, 2 * k + 10);
  requireCount(where, 'basisSize', basisSize, Math.min(n, k + 2));
  requireCount(where, 'recheck', recheck, 0);
  return { k, which, tolerance, maxIterations, capacity: Math.min(n, basisSize), recheck };
}
