/** Gradient accumulation. */
import { treeMap } from '@curv/tensor';
import type { Params, Phase, Transform, Transformed } from '../api.js';
import { checkCount } from '../checks.js';
import { zerosLike } from '../tree.js';

/** The mean of k gradients for one step of `inner`; in the k − 1 steps between, nothing moves. `inner` counts its own steps. One slot more. */
export function accumulate(k: number, inner: Transform<any>): Transform {
  checkCount('k', k);
  const due = (step: number): boolean => step % k === 0;
  const innerStep = (step: number): number => Math.ceil(step / k);
  return {
    name: `accumulate(${k}, ${inner.name})`,
    needs: inner.needs ?? [],
    phase: (step): Phase => (due(step) ? ['move', inner.phase?.(innerStep(step)) ?? null] : 'gather'),
    hyper: (step) => inner.hyper?.(innerStep(step)) ?? {},
    init: (params): Params => ({ sum: zerosLike(params), inner: inner.init(params) as Params }),
    update(updates, state, at): Transformed<Params> {
      const { sum, inner: kept } = state as Readonly<Record<'sum' | 'inner', Params>>;
      const next = treeMap((s, g) => s.add(g), sum, updates);
      if (at.phase === 'gather') return [zerosLike(updates), { sum: next, inner: kept }];
      const mean = treeMap((s) => s.mul(1 / k), next);
      const [moved, changed, info = {}] = inner.update(mean, kept, { ...at, gradient: mean, phase: (at.phase as readonly Phase[])[1]! }) as Transformed<Params>;
      return [moved, { sum: zerosLike(updates), inner: changed }, info];
    },
  };
}
