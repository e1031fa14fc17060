/** Transformations one after the other. */
import type { Tensor, Tree } from '@curv/tensor';
import type { Need, Params, Phase, StepContext, Transform, Transformed } from '../api.js';

/** The updates of each become those of the next. State, phase and hyper-parameters are arrays, one entry for each part. */
export function chain(...parts: readonly Transform<any>[]): Transform<Params[]> {
  if (parts.length === 0) throw new RangeError('chain: expected at least one transformation');
  const needs = [...new Set(parts.flatMap((part) => part.needs ?? []))] as Need[];
  return {
    name: `chain(${parts.map((part) => part.name).join(', ')})`,
    needs,
    phase: (step): Phase => parts.map((part) => part.phase?.(step) ?? null),
    hyper: (step): Tree<number> => parts.map((part) => part.hyper?.(step) ?? {}),
    init: (params) => parts.map((part) => part.init(params) as Params),
    update(updates, state, at): Transformed<Params[]> {
      const info: Record<string, Tensor> = {};
      let current = updates;
      const next = parts.map((part, i) => {
        const [moved, kept, told] = part.update(current, state[i]!, within(at, i)) as Transformed<Params>;
        current = moved;
        Object.assign(info, told);
        return kept;
      });
      return [current, next, info];
    },
  };
}

/** What the i-th part of a composite sees of a step. */
const within = (at: StepContext, i: number): StepContext => ({
  ...at,
  phase: (at.phase as readonly Phase[])[i]!,
  hyper: (at.hyper as readonly Tree<Tensor>[])[i]!,
});
