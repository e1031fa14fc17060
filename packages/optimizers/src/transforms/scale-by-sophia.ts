/** Sophia's direction: momentum over a curvature diagonal, clipped element by element. */
import { scalar, type Tensor, treeMap } from '@curv/tensor';
import type { Params, Transform, Transformed } from '../api.js';
import { checkCount, checkDecay, checkNonNegative, checkPositive } from '../checks.js';
import type { DiagonalEstimator } from '../estimators/diagonal-estimator.js';
import { dtypeOf } from '../optimizer.js';
import { average, countOf, total, zerosLike } from '../tree.js';
import type { Hyper } from './hyper.js';

/** Options of Sophia's direction. */
export interface SophiaMomentOptions {
  /** Decay of the gradient's average; default 0.96. */
  readonly beta1?: number;
  /** Decay of the diagonal's average, from refresh to refresh; default 0.99. */
  readonly beta2?: number;
  /** γ: the diagonal counts γ times; the larger, the more coordinates are clipped less. */
  readonly gamma: number;
  /** ε, the least divisor; default 1e-12. */
  readonly epsilon?: number;
  /** Steps between refreshes of the diagonal; default 10. */
  readonly interval?: number;
  /** Bound of every element; default 1. */
  readonly clip?: number;
  /** Divide the average by 1 − β₁ᵗ. Default false, as in the paper. */
  readonly biasCorrection?: boolean;
}

interface Slots {
  readonly m: Params;
  readonly h: Params;
  /** Refreshes whose estimate was not finite. */
  readonly skipped: Tensor;
}

/**
 * clip(m / max(γ h, ε), 1) with m ← β₁ m + (1 − β₁) g at each step and h ← β₂ h + (1 − β₂) ĥ at every `interval`-th, the first included (Liu et al. 2023, arXiv:2305.14342,
 * algorithm 3). Where h ≤ 0 the direction is the sign of m. An estimate that is not finite leaves h as it was and is counted. Reports at refreshes `winRate`, the share of
 * elements that were not clipped, and `skippedRefreshes`. State 2d.
 */
export function scaleBySophia(estimator: DiagonalEstimator, options: SophiaMomentOptions): Transform {
  const { beta1 = 0.96, beta2 = 0.99, gamma, epsilon = 1e-12, interval = 10, clip = 1, biasCorrection = false } = options;
  checkDecay('beta1', beta1);
  checkDecay('beta2', beta2);
  checkPositive('gamma', gamma);
  checkNonNegative('epsilon', epsilon);
  checkCount('interval', interval);
  checkPositive('clip', clip);
  return {
    name: `scaleBySophia(${estimator.name})`,
    needs: estimator.needs,
    phase: (step) => (interval === 1 || step % interval === 1 ? 'refresh' : 'hold'),
    hyper: (step) => ({ first: biasCorrection ? 1 / (1 - beta1 ** step) : 1 }),
    init: (params) => ({ m: zerosLike(params), h: zerosLike(params), skipped: scalar(0, dtypeOf(params)) }),
    update(updates, state, at): Transformed<Params> {
      const { m, h, skipped } = state as unknown as Slots;
      const refresh = at.phase === 'refresh';
      const next = { m: average(beta1, m, updates), ...(refresh ? refreshed(h, skipped, estimator.estimate(at), beta2) : { h, skipped }) };
      const { first } = at.hyper as Hyper<'first'>;
      const ratio = treeMap((a, b) => (biasCorrection ? a.mul(first) : a).div(b.mul(gamma).maximum(epsilon)), next.m, next.h);
      const direction = treeMap((r) => r.clip(-clip, clip), ratio);
      return [direction, next, refresh ? { winRate: winRate(ratio, clip), skippedRefreshes: next.skipped } : {}];
    },
  };
}

/** h after a refresh; as before when the estimate is not finite. */
function refreshed(h: Params, skipped: Tensor, estimate: Params, beta2: number): Pick<Slots, 'h' | 'skipped'> {
  // NaN and infinity survive the largest absolute value, and no finite value reaches the bound.
  const bad = total(estimate, (leaf) => leaf.abs().max().less(Infinity).not().cast('int32')).greater(0);
  const moved = average(beta2, h, estimate);
  return { h: treeMap((a, b) => bad.select(a, b), h, moved), skipped: skipped.add(bad.cast(skipped.dtype)) };
}

const winRate = (ratio: Params, clip: number): Tensor => total(ratio, (r) => r.abs().less(clip).cast(r.dtype).sum()).mul(1 / countOf(ratio));
