/** An exponential average of the parameters themselves. */
import { treeMap } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkDecay } from '../checks.js';

/**
 * Keeps a ← β a + (1 − β) p of the parameters after each step (Polyak & Juditsky 1992), started at the first parameters. The last part of a chain; updates pass unchanged. The
 * average is the slot: `state.slots` at its place in the chain.
 */
export function parameterAverage(decay = 0.999): Transform {
  checkDecay('decay', decay);
  return {
    name: 'parameterAverage',
    init: (params): Params => params,
    update: (updates, state, { params }) => [updates, treeMap((a, p, u) => a.mul(decay).add(p.add(u).mul(1 - decay)), state, params, updates)],
  };
}
