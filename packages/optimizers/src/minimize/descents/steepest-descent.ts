/** Steepest descent. */
import type { Descent } from '../api.js';
import { dot, norm, scaled } from '../vector.js';

interface Memory {
  /** The step that the next search tries first; null before there was one. */
  readonly first: number | null;
}

/** −g, tried first at the step of Barzilai and Borwein (1988) when there is one, else at length 1 at most. */
export function steepestDescent(): Descent<Memory> {
  return {
    name: 'steepestDescent',
    needs: [],
    init: () => ({ first: null }),
    direction: async ({ gradient }, { first }) => ({ direction: scaled(-1, gradient), first: first ?? Math.min(1, 1 / norm(gradient)) }),
    update(_, from, to) {
      const s = to.x.map((x, i) => x - from.x[i]!);
      const y = to.gradient.map((g, i) => g - from.gradient[i]!);
      const curvature = dot(s, y);
      return { first: curvature > 0 ? dot(s, s) / curvature : null };
    },
    restart: () => null,
  };
}
