/** Clipping element by element. */
import { treeMap } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkPositive } from '../checks.js';

/** Every element into [−c, c]. */
export function clip(limit: number): Transform {
  checkPositive('limit', limit);
  return {
    name: 'clip',
    init: (): Params => ({}),
    update: (updates, state) => [treeMap((u) => u.clip(-limit, limit), updates), state],
  };
}
