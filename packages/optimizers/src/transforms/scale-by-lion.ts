/** Lion's direction. */
import type { Params, Transform } from '../api.js';
import { checkDecay } from '../checks.js';
import { unzipMap, zerosLike } from '../tree.js';

/** Options of Lion. */
export interface LionMomentOptions {
  /** Weight of the momentum in the update; default 0.9. */
  readonly beta1?: number;
  /** Decay of the momentum; default 0.99. */
  readonly beta2?: number;
}

/** sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g (Chen et al. 2023, arXiv:2302.06675, program 1). Cost O(d), one slot. */
export function scaleByLion({ beta1 = 0.9, beta2 = 0.99 }: LionMomentOptions = {}): Transform {
  checkDecay('beta1', beta1);
  checkDecay('beta2', beta2);
  return {
    name: 'scaleByLion',
    init: (params): Params => zerosLike(params),
    update: (updates, state) =>
      unzipMap<[1, 1]>((g, m) => [m.mul(beta1).add(g.mul(1 - beta1)).sign(), m.mul(beta2).add(g.mul(1 - beta2))], updates, state),
  };
}
