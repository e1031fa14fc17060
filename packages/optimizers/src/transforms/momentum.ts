/** Heavy-ball momentum, in the form that PyTorch and TensorFlow.js use. */
import { treeMap } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkDecay } from '../checks.js';
import { zerosLike } from '../tree.js';

/** Options of `momentum`. */
export interface MomentumOptions {
  /** μ; default 0.9. */
  readonly decay?: number;
  /** Look ahead: g + μ b in place of b. Default false. */
  readonly nesterov?: boolean;
}

/** b ← μ b + g, and updates b, or g + μ b with `nesterov` (Sutskever et al. 2013; the first step's b is g). Cost O(d), one slot. */
export function momentum({ decay = 0.9, nesterov = false }: MomentumOptions = {}): Transform {
  checkDecay('decay', decay);
  return {
    name: 'momentum',
    init: (params): Params => zerosLike(params),
    update(updates, buffer) {
      const next = treeMap((b, g) => b.mul(decay).add(g), buffer, updates);
      return [nesterov ? treeMap((g, b) => g.add(b.mul(decay)), updates, next) : next, next];
    },
  };
}
