/** Backtracking to sufficient decrease. */
import { checkCount, checkNumber } from '../../checks.js';
import type { LineSearch } from '../api.js';

/** Options of `backtracking`. */
export interface BacktrackingOptions {
  /** c₁ of sufficient decrease; default 1e-4. */
  readonly decrease?: number;
  /** Bounds of the factor from one trial to the next, which minimizes a quadratic; default 0.1 and 0.5. */
  readonly shrink?: readonly [number, number];
  /** Evaluations of one search; default 40. */
  readonly maxEvaluations?: number;
}

/** Armijo's rule φ(t) ≤ φ(0) + c₁ t φ'(0), with quadratic interpolation between trials (Armijo 1966; Dennis & Schnabel 1983, algorithm A6.3.1). */
export function backtracking({ decrease = 1e-4, shrink: [least, most] = [0.1, 0.5], maxEvaluations = 40 }: BacktrackingOptions = {}): LineSearch {
  checkNumber('decrease', decrease, 'a number in (0, 1)', (c) => c > 0 && c < 1);
  checkNumber('shrink', least, 'two numbers in (0, 1), the first not above the second', (s) => s > 0 && s <= most && most < 1);
  checkCount('maxEvaluations', maxEvaluations);
  return {
    name: 'backtracking',
    async search(phi, start, first) {
      let step = first;
      for (let k = 0; k < maxEvaluations; k++) {
        const t = await phi(step);
        // A step so short that the value does not change is none.
        if (t.value <= start.value + decrease * step * start.slope && t.value < start.value) return t;
        const minimizer = (-start.slope * step * step) / (2 * (t.value - start.value - step * start.slope));
        step = Number.isFinite(minimizer) ? Math.min(most * step, Math.max(least * step, minimizer)) : least * step;
      }
      return null;
    },
  };
}
