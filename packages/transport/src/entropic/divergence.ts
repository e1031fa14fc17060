/** The debiased divergence of entropic transport. */
import type { Matrix } from '@curv/linalg';
import { costMatrix, type Metric } from '../costs.js';
import type { EntropicOptions } from './problem.js';
import { sns } from './sns.js';

/** Options of `sinkhornDivergence`. */
export interface DivergenceOptions extends Omit<EntropicOptions, 'initial'> {
  readonly metric?: Metric;
}

/** A divergence and its three parts. */
export interface DivergenceResult {
  /** W(x, y) − ½ W(x, x) − ½ W(y, y) */
  readonly value: number;
  readonly between: number;
  readonly withinSources: number;
  readonly withinTargets: number;
  /** Whether all three converged. */
  readonly converged: boolean;
}

/**
 * The Sinkhorn divergence of two weighted point clouds (Feydy et al. 2019, arXiv:1810.08278): entropic transport without its bias, 0 exactly where the measures are equal. The
 * entropies of the masses cancel, so that it does not matter whether ε weighs the entropy or the divergence from a ⊗ b.
 * @param xs n×d, one point a row
 * @param ys m×d
 * @param a n masses; uniform unless given
 * @param b m masses of the same sum
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function sinkhornDivergence(xs: Matrix, ys: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: DivergenceOptions): DivergenceResult {
  const parts = ([[xs, ys, a, b], [xs, xs, a, a], [ys, ys, b, b]] as const).map(([p, q, w, v]) => sns(costMatrix(p, q, options.metric), w, v, options));
  const [between, withinSources, withinTargets] = parts.map(({ dual }) => dual) as [number, number, number];
  return { value: between - (withinSources + withinTargets) / 2, between, withinSources, withinTargets, converged: parts.every(({ converged }) => converged) };
}
