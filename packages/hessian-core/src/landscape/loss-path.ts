/** The loss on the straight line between two points. */
import { requireCount } from '../estimators/probes.js';

type LossFunction = (w: Float64Array) => number | Promise<number>;

/** Options of `lossPath`. */
export interface LossPathOptions {
  /** Points of the line, ends included. Default 41. */
  readonly points?: number;
  /** First and last t; a is at 0 and b at 1. Default 0 and 1. */
  readonly from?: number;
  readonly to?: number;
  readonly signal?: AbortSignal;
}

/** Losses on a line. */
export interface LossPath {
  readonly t: Float64Array;
  readonly loss: Float64Array;
  /** max over t in [0, 1] of L(t) − ((1 − t) L(0) + t L(1)); at least 0. */
  readonly barrier: number;
  /** max over t in [0, 1] of L(t) − max(L(0), L(1)); at least 0. */
  readonly bump: number;
  /** ‖b − a‖. */
  readonly distance: number;
}

/**
 * L(a + t (b − a)) on a grid, and how high the loss rises between the ends: two solutions of one basin have no barrier (Sagun et al. 2017,
 * arXiv:1706.04454; Goodfellow, Vinyals & Saxe 2015, arXiv:1412.6544). Cost: `points` losses, and two more where the grid misses the ends.
 * @throws RangeError on ends of different length, or a loss that is not finite
 */
export async function lossPath(loss: LossFunction, a: ArrayLike<number>, b: ArrayLike<number>, options: LossPathOptions = {}): Promise<LossPath> {
  const { points = 41, from = 0, to = 1, signal } = options;
  requireCount('points', points, 2);
  if (!(from < to)) throw new RangeError(`lossPath: from must be below to, got ${from} and ${to}`);
  if (a.length !== b.length) throw new RangeError(`lossPath: a and b must have one length, got ${a.length} and ${b.length}`);
  const at = async (t: number): Promise<number> => {
    signal?.throwIfAborted();
    const value = await loss(Float64Array.from(a, (x, i) => x + t * (b[i]! - x)));
    if (!Number.isFinite(value)) throw new RangeError(`lossPath: the loss at t = ${t} is ${value}`);
    return value;
  };
  const t = Float64Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));
  const values = new Float64Array(points);
  for (let i = 0; i < points; i++) values[i] = await at(t[i]!);
  const end = async (place: number): Promise<number> => (t.includes(place) ? values[t.indexOf(place)]! : at(place));
  const [first, last] = [await end(0), await end(1)];
  let [barrier, bump] = [0, 0];
  for (let i = 0; i < points; i++) {
    const x = t[i]!;
    if (x < 0 || x > 1) continue;
    barrier = Math.max(barrier, values[i]! - ((1 - x) * first + x * last));
    bump = Math.max(bump, values[i]! - Math.max(first, last));
  }
  return { t, loss: values, barrier, bump, distance: Math.hypot(...Float64Array.from(a, (x, i) => b[i]! - x)) };
}
