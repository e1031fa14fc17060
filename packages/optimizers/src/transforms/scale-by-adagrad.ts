/** Adagrad's direction. */
import { full, treeMap } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkNonNegative } from '../checks.js';

/** Options of Adagrad. */
export interface AdagradMomentOptions {
  /** Start of the sums; default 0 (PyTorch); TensorFlow.js starts at 0.1. */
  readonly initialAccumulator?: number;
  /** Default 1e-10. */
  readonly epsilon?: number;
}

/** g / (√Σ g² + ε) (Duchi, Hazan & Singer 2011). Cost O(d), one slot. */
export function scaleByAdagrad({ initialAccumulator = 0, epsilon = 1e-10 }: AdagradMomentOptions = {}): Transform {
  checkNonNegative('initialAccumulator', initialAccumulator);
  checkNonNegative('epsilon', epsilon);
  return {
    name: 'scaleByAdagrad',
    init: (params): Params => treeMap((p) => full(p.shape, initialAccumulator, p.dtype), params),
    update(updates, sums) {
      const next = treeMap((s, g) => s.add(g.square()), sums, updates);
      return [treeMap((g, s) => g.div(s.sqrt().add(epsilon)), updates, next), next];
    },
  };
}
