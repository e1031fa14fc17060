/** Limited-memory BFGS. */
import { checkCount } from '../../checks.js';
import type { Descent, Vector } from '../api.js';
import { add, dot, minus, norm, scaled } from '../vector.js';

/** Options of `limitedBfgs`. */
export interface BfgsOptions {
  /** Pairs remembered; default 10. */
  readonly memory?: number;
}

/** Differences of points and of gradients, oldest first. */
interface Pair {
  readonly s: Vector;
  readonly y: Vector;
  /** 1 / sᵀy. */
  readonly rho: number;
}

/** H g by the two loops (Nocedal & Wright 2006, algorithm 7.4), H₀ = sᵀy / yᵀy of the newest pair. */
function twoLoops(pairs: readonly Pair[], gradient: Vector): Vector {
  const q = gradient.slice();
  const alpha = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i]!;
    alpha[i] = rho * dot(s, q);
    add(q, -alpha[i]!, y);
  }
  const newest = pairs[pairs.length - 1];
  const r = newest ? scaled(1 / (newest.rho * dot(newest.y, newest.y)), q) : q;
  pairs.forEach(({ s, y, rho }, i) => add(r, alpha[i]! - rho * dot(y, r), s));
  return r;
}

/** −H g with H from the last pairs (J. Nocedal, Math. Comp. 35, 1980). Cost 4 m d an iteration, memory 2 m d. Pairs of curvature that is not positive are left out. */
export function limitedBfgs({ memory = 10 }: BfgsOptions = {}): Descent<readonly Pair[]> {
  checkCount('memory', memory);
  return {
    name: 'limitedBfgs',
    needs: [],
    init: () => [],
    direction: async ({ gradient }, pairs) => ({ direction: scaled(-1, twoLoops(pairs, gradient)), first: pairs.length === 0 ? Math.min(1, 1 / norm(gradient)) : 1 }),
    update(pairs, from, to) {
      const s = minus(to.x, from.x);
      const y = minus(to.gradient, from.gradient);
      const curvature = dot(s, y);
      if (!(curvature > 2.2e-16 * dot(y, y))) return pairs;
      return [...pairs, { s, y, rho: 1 / curvature }].slice(-memory);
    },
    restart: (pairs) => (pairs.length === 0 ? null : []),
  };
}
