/** RMSProp's direction. */
import { treeMap } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkDecay, checkNonNegative } from '../checks.js';
import { average, zerosLike } from '../tree.js';

/** Options of RMSProp. */
export interface RmsOptions {
  /** Decay of the mean square; default 0.99. */
  readonly decay?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Subtract the square of the mean: an estimate of the variance (Graves 2013, arXiv:1308.0850, eq. 39). Default false. */
  readonly centered?: boolean;
  /** `outside`: g / (√v + ε), as PyTorch; `inside`: g / √(v + ε), as TensorFlow.js. Default `outside`. */
  readonly epsilonPlace?: 'outside' | 'inside';
}

/** g / √v, with v ← ρ v + (1 − ρ) g² (Tieleman & Hinton 2012, lecture 6.5). Cost O(d), one slot; two with `centered`. */
export function scaleByRms({ decay = 0.99, epsilon = 1e-8, centered = false, epsilonPlace = 'outside' }: RmsOptions = {}): Transform {
  checkDecay('decay', decay);
  checkNonNegative('epsilon', epsilon);
  return {
    name: centered ? 'scaleByRms(centered)' : 'scaleByRms',
    init: (params): Params => ({ v: zerosLike(params), ...(centered && { m: zerosLike(params) }) }),
    update(updates, state) {
      const { v, m } = state as Readonly<Record<'v' | 'm', Params>>;
      const square = average(decay, v, treeMap((g) => g.square(), updates));
      const mean = centered ? average(decay, m, updates) : null;
      const spread = mean === null ? square : treeMap((a, b) => a.sub(b.square()), square, mean);
      const root = treeMap((s) => (epsilonPlace === 'inside' ? s.add(epsilon).sqrt() : s.sqrt().add(epsilon)), spread);
      return [treeMap((g, r) => g.div(r), updates, root), { v: square, ...(mean !== null && { m: mean }) }];
    },
  };
}
