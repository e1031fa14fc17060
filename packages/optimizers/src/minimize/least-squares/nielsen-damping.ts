/** Damping by the gain ratio. */
import { checkNumber } from '../../checks.js';
import type { Damping, Outcome } from './api.js';

/** Options of `nielsenDamping`. */
export interface NielsenOptions {
  /** First λ, relative to the largest ‖J eⱼ‖² / Dⱼ²; default 1e-3. */
  readonly first?: number;
}

interface State {
  readonly lambda: number;
  /** Factor of the next rise. */
  readonly nu: number;
}

/** Rises that one step may try while the matrix is not positive definite. */
const MOST = 60;

/** λ ← λ max(1/3, 1 − (2ρ − 1)³) after a step of gain ρ, otherwise λ ← ν λ, ν ← 2 ν (H. B. Nielsen, report IMM-REP-1999-05, eq. 2.5). Goes with every solver. */
export function nielsenDamping({ first = 1e-3 }: NielsenOptions = {}): Damping<State> {
  checkNumber('first', first, 'a positive number', (x) => x > 0);
  return {
    name: 'nielsen',
    direct: false,
    init: ({ columnNorms }, scale) => ({ lambda: first * (columnNorms?.reduce((m, c, j) => Math.max(m, (c / scale[j]!) ** 2), 0) || 1), nu: 2 }),
    async propose(at, residual, scale, state) {
      let { lambda } = state;
      for (let k = 0; k < MOST; k++, lambda = Math.max(lambda * 10, 1e-300)) {
        const damped = at.damped(lambda, scale);
        if (damped !== null) return { lambda, step: await damped.solve(residual), damped };
      }
      return null;
    },
    update({ nu }, { ratio, lambda }: Outcome) {
      if (ratio > 0) return { lambda: Math.max(lambda * Math.max(1 / 3, 1 - (2 * ratio - 1) ** 3), 1e-300), nu: 2 };
      return { lambda: lambda * nu, nu: 2 * nu };
    },
  };
}
