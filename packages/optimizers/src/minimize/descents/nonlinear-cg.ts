/** Nonlinear conjugate gradients. */
import type { Descent, Point, Vector } from '../api.js';
import { dot, minus, norm, plus, scaled } from '../vector.js';

/** Options of `conjugateDirections`. */
export interface ConjugateOptions {
  /** `polakRibiere` with β ≥ 0, or `hagerZhang` (2005, eq. 1.3, with its lower bound). Default `polakRibiere`. */
  readonly beta?: 'hagerZhang' | 'polakRibiere';
}

interface Memory {
  /** The direction to take from the current point. */
  readonly direction: Vector;
  /** The step of the next search. */
  readonly first: number;
  readonly fresh: boolean;
}

const ETA = 0.01;

function betaOf(kind: ConjugateOptions['beta'], d: Vector, from: Point, to: Point): number {
  const y = minus(to.gradient, from.gradient);
  if (kind === 'polakRibiere') return Math.max(0, dot(to.gradient, y) / dot(from.gradient, from.gradient));
  const dy = dot(d, y);
  // β = (y − 2 d ‖y‖² / dᵀy)ᵀ g / dᵀy (eq. 1.3), kept from falling below η_k (eqs. 1.5 and 1.6).
  const beta = (dot(y, to.gradient) - (2 * dot(y, y) * dot(d, to.gradient)) / dy) / dy;
  return Math.max(beta, -1 / (norm(d) * Math.min(ETA, norm(from.gradient))));
}

/** d ← −g + β d (Hager & Zhang 2005, SIAM J. Optim. 16; Polak & Ribière 1969). */
export function conjugateDirections({ beta = 'polakRibiere' }: ConjugateOptions = {}): Descent<Memory> {
  if (beta !== 'hagerZhang' && beta !== 'polakRibiere') throw new TypeError(`beta: expected hagerZhang or polakRibiere, got ${String(beta)}`);
  const start = ({ gradient }: Point): Memory => ({ direction: scaled(-1, gradient), first: Math.min(1, 1 / norm(gradient)), fresh: true });
  return {
    name: `conjugateDirections(${beta})`,
    needs: [],
    init: start,
    direction: async (_, { direction, first }) => ({ direction, first }),
    update({ direction }, from, to) {
      const b = betaOf(beta, direction, from, to);
      if (!Number.isFinite(b)) return start(to);
      const next = plus(scaled(-1, to.gradient), b, direction);
      // Where a quadratic with this slope that falls as far as the last step did has its minimum (Nocedal & Wright 2006, eq. 3.60).
      const first = Math.min(1, (1.01 * 2 * (to.value - from.value)) / dot(to.gradient, next));
      return { direction: next, first: Number.isFinite(first) && first > 0 ? first : 1, fresh: false };
    },
    restart: ({ fresh }, point) => (fresh ? null : start(point)),
  };
}
