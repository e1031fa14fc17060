/** AdaHessian's direction. */
import { scalar, type Tensor, treeMap, treeNames } from '@curv/tensor';
import type { Params, Phase, StepContext, Transform, Transformed } from '../api.js';
import { checkCount, checkDecay, checkNonNegative, checkNumber } from '../checks.js';
import { hutchinsonProbe } from '../estimators/hutchinson-diagonal.js';
import { dtypeOf, leavesOf, like } from '../optimizer.js';
import { average, total, zerosLike } from '../tree.js';
import { blockAverage, blockAxes, type Blocks } from './block-average.js';
import type { Hyper } from './hyper.js';

/** Options of AdaHessian's direction. */
export interface AdaHessianMomentOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-4. Where curvature vanishes the step is m̂ / ε: see `maxStep`. */
  readonly epsilon?: number;
  /** κ in [0, 1]: the root of the second moment to this power; 0 is momentum alone. Default 1. */
  readonly hessianPower?: number;
  /** Steps between refreshes; default 1. */
  readonly updateEvery?: number;
  /** Between refreshes the second moment is kept (`hold`), or averaged with the last estimate again (`repeat`: one slot more). Default `hold`. */
  readonly delay?: 'hold' | 'repeat';
  /** Probes of one refresh; default 1. */
  readonly samples?: number;
  /** At least 4 probes in the first three refreshes: one probe can meet a nearly null direction. Default true. */
  readonly carefulStart?: boolean;
  /** What is averaged over blocks; default `spatial`. */
  readonly blocks?: Blocks;
  readonly average?: 'abs' | 'signed';
  /** Bound of every element of the direction; default none. */
  readonly maxStep?: number;
}

interface Slots {
  readonly m: Params;
  readonly v: Params;
  readonly d?: Params;
  readonly skipped: Tensor;
}

function check(options: Required<Omit<AdaHessianMomentOptions, 'blocks' | 'maxStep'>>): void {
  checkDecay('beta1', options.beta1);
  checkDecay('beta2', options.beta2);
  checkNonNegative('epsilon', options.epsilon);
  checkNumber('hessianPower', options.hessianPower, 'a number in [0, 1]', (x) => x >= 0 && x <= 1);
  checkCount('updateEvery', options.updateEvery);
  checkCount('samples', options.samples);
  if (options.delay !== 'hold' && options.delay !== 'repeat') throw new TypeError(`delay: expected hold or repeat, got ${String(options.delay)}`);
  if (options.average !== 'abs' && options.average !== 'signed') throw new TypeError(`average: expected abs or signed, got ${String(options.average)}`);
}

/**
 * m̂ / ((√v̂)^κ + ε) with v ← β₂ v + (1 − β₂) D², D = z ⊙ H z averaged over blocks (Yao et al. 2021, arXiv:2006.00719, eqs. 9 to 12). √E[D²] is a row's norm, not the diagonal: off-diagonal
 * curvature damps. v and its bias correction advance at refreshes only. An estimate that is not finite leaves v as it was and is counted. State 2d.
 */
export function scaleByAdaHessian(options: AdaHessianMomentOptions = {}): Transform {
  const { blocks = 'spatial', maxStep = Infinity, ...given } = options;
  const full = { beta1: 0.9, beta2: 0.999, epsilon: 1e-4, hessianPower: 1, updateEvery: 1, delay: 'hold', samples: 1, carefulStart: true, average: 'abs', ...given } as const;
  check(full);
  if (maxStep !== Infinity) checkNumber('maxStep', maxStep, 'a positive number', (x) => x > 0);
  const { beta1, beta2, epsilon, hessianPower, updateEvery, samples, carefulStart } = full;
  const repeat = full.delay === 'repeat' && updateEvery > 1;
  /** Averages that v has seen by a step. */
  const averaged = (step: number): number => (repeat ? step : Math.ceil(step / updateEvery));
  return {
    name: repeat ? 'scaleByAdaHessian(repeat)' : 'scaleByAdaHessian',
    needs: ['hvp'],
    phase(step): Phase {
      if ((step - 1) % updateEvery !== 0) return 'hold';
      return carefulStart && Math.ceil(step / updateEvery) <= 3 ? Math.max(samples, 4) : samples;
    },
    hyper: (step) => ({ first: 1 / (1 - beta1 ** step), second: 1 / Math.sqrt(1 - beta2 ** averaged(step)) }),
    init: (params) => ({ m: zerosLike(params), v: zerosLike(params), ...(repeat && { d: zerosLike(params) }), skipped: scalar(0, dtypeOf(params)) }),
    update(updates, state, at): Transformed<Params> {
      const slots = state as unknown as Slots;
      const { first, second } = at.hyper as Hyper<'first' | 'second'>;
      const next = { ...slots, ...secondMoment(slots, at, beta2, (x, axes) => blockAverage(x, axes, full.average), blocks), m: average(beta1, slots.m, updates) };
      const direction = treeMap((m, v) => {
        const root = v.sqrt().mul(second);
        const step = m.mul(first).div((hessianPower === 1 ? root : root.pow(hessianPower)).add(epsilon));
        return maxStep === Infinity ? step : step.clip(-maxStep, maxStep);
      }, next.m, next.v);
      return [direction, next, at.phase === 'hold' ? {} : { skippedRefreshes: next.skipped }];
    },
  };
}

/** v, the last estimate and the count of refused ones after a step. */
function secondMoment(slots: Slots, at: StepContext, beta2: number, averageOf: (x: Tensor, axes: readonly number[]) => Tensor, blocks: Blocks): Omit<Slots, 'm'> {
  const { v, d, skipped } = slots;
  const advance = (estimate: Params): Params => average(beta2, v, treeMap((x) => x.square(), estimate));
  if (at.phase === 'hold') return d === undefined ? { v, skipped } : { v: advance(d), d, skipped };
  const estimate = estimateOf(at, at.phase as number, averageOf, blocks);
  const bad = total(estimate, (leaf) => leaf.abs().max().less(Infinity).not().cast('int32')).greater(0);
  const keep = (before: Params, after: Params): Params => treeMap((a, b) => bad.select(a, b), before, after);
  return { v: keep(v, advance(estimate)), ...(d !== undefined && { d: keep(d, estimate) }), skipped: skipped.add(bad.cast(skipped.dtype)) };
}

/** D^(s): the mean of z ⊙ H z over probes, then over blocks. */
function estimateOf(at: StepContext, samples: number, averageOf: (x: Tensor, axes: readonly number[]) => Tensor, blocks: Blocks): Params {
  let sum = hutchinsonProbe(at, 'rademacher');
  for (let k = 1; k < samples; k++) sum = treeMap((a, b) => a.add(b), sum, hutchinsonProbe(at, 'rademacher'));
  const names = treeNames(at.params);
  return like(sum, leavesOf(sum).map((leaf, i) => averageOf(leaf.mul(1 / samples), blockAxes(blocks, names[i]!, leaf.shape))));
}
