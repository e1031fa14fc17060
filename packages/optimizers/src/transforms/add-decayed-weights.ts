/** Decoupled weight decay. */
import { treeMap, treeNames } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkNonNegative } from '../checks.js';
import { like, leavesOf } from '../optimizer.js';

/** Which parameters something applies to. */
export type Mask = (name: string, shape: readonly number[]) => boolean;

/** All but vectors and scalars: biases and the scales of normalizations are left out. */
export const matricesOnly: Mask = (_, shape) => shape.length > 1;

/** u + λ p, before the learning rate, so that decay follows its schedule (Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2). No slot. */
export function addDecayedWeights(decay: number, mask?: Mask): Transform {
  checkNonNegative('weightDecay', decay);
  return {
    name: 'addDecayedWeights',
    init: (): Params => ({}),
    update(updates, state, { params }) {
      if (decay === 0) return [updates, state];
      if (mask === undefined) return [treeMap((u, p) => u.add(p.mul(decay)), updates, params), state];
      const weights = leavesOf(params);
      const names = treeNames(params);
      const moved = leavesOf(updates).map((u, i) => (mask(names[i]!, u.shape) ? u.add(weights[i]!.mul(decay)) : u));
      return [like(updates, moved), state];
    },
  };
}
