/** Clipping by the size of a step in the metric of the curvature that made it. */
import { treeMap, treeLeaves } from '@curv/tensor';
import type { Params, Schedule, Transform } from '../api.js';
import { checkPositive, checkSchedule, valueAt } from '../checks.js';
import type { Hyper } from './hyper.js';

/**
 * u · min(1, √(κ / (η² |uᵀg|))): with u = F⁻¹g, η² uᵀg is twice the change in Kullback-Leibler divergence that a step −ηu makes (Ba, Grosse & Martens 2017, section 5; Wu et al.
 * 2017, arXiv:1708.05144). It comes before momentum and the learning rate.
 */
export function clipByCurvature(limit: number, learningRate: Schedule): Transform {
  checkPositive('limit', limit);
  checkSchedule('learningRate', learningRate);
  return {
    name: 'clipByCurvature',
    hyper: (step) => ({ rate: valueAt('learningRate', learningRate, step) }),
    init: (): Params => ({}),
    update(updates, state, { gradient, hyper }) {
      const gradients = treeLeaves(gradient);
      const inner = treeLeaves(updates).map((u, i) => u.mul(gradients[i]!).sum()).reduce((a, b) => a.add(b));
      // Division by max(η² |uᵀg|, κ) keeps a zero gradient zero.
      const { rate } = hyper as Hyper<'rate'>;
      const factor = inner.abs().mul(rate.square()).maximum(limit).reciprocal().mul(limit).sqrt();
      return [treeMap((u) => u.mul(factor), updates), state];
    },
  };
}
