/** Updates times a constant or a schedule. */
import { treeMap } from '@curv/tensor';
import type { Params, Transform } from '../api.js';
import { checkNumber } from '../checks.js';
import type { Hyper } from './hyper.js';

/** c u, where c may be negative. */
export function scale(factor: number | ((step: number) => number)): Transform {
  const valueOf = (step: number): number => (typeof factor === 'function' ? factor(step) : factor);
  if (typeof factor !== 'function') checkNumber('factor', factor, 'a finite number', () => true);
  return {
    name: 'scale',
    hyper: (step) => ({ factor: valueOf(step) }),
    init: (): Params => ({}),
    update: (updates, state, { hyper }) => [treeMap((u) => u.mul((hyper as Hyper<'factor'>).factor), updates), state],
  };
}
