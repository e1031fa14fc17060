/** Clipping by the norm of all updates together. */
import { treeMap } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkPositive } from '../checks.js';
import { globalNorm } from '../tree.js';

/** u · min(1, c / ‖u‖) (Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, algorithm 1). Reports `gradientNorm`, the norm before clipping. */
export function clipByGlobalNorm(limit: number): Transform {
  checkPositive('limit', limit);
  return {
    name: 'clipByGlobalNorm',
    init: (): Params => ({}),
    update(updates, state) {
      const norm = globalNorm(updates);
      // Division by max(‖u‖, c) keeps a zero gradient zero.
      const factor = norm.maximum(limit).reciprocal().mul(limit);
      return [treeMap((u) => u.mul(factor), updates), state, { gradientNorm: norm }];
    },
  };
}
