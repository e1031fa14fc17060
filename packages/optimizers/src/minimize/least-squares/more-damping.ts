/** Damping by a trust region. */
import { checkNumber } from '../../checks.js';
import type { Vector } from '../api.js';
import { norm } from '../vector.js';
import type { Damped, Damping, Linearized, Outcome, Proposal } from './api.js';

/** Options of `moreDamping`. */
export interface MoreOptions {
  /** First radius, relative to ‖D x‖. Default 1; MINPACK takes 100, with which NIST's BoxBOD runs away from its first start. */
  readonly factor?: number;
}

interface State {
  /** Δ of ‖D p‖ ≤ Δ. */
  readonly radius: number;
  /** λ of the last step. */
  readonly lambda: number;
}

const timesScale = (v: Vector, scale: Vector): Vector => v.map((vi, i) => vi * scale[i]!);
const overScale = (v: Vector, scale: Vector): Vector => v.map((vi, i) => vi / scale[i]!);

/**
 * λ such that ‖D p(λ)‖ is within a tenth of Δ, by Newton's method on the secular equation; Δ follows the ratio of actual and predicted decrease (J. J. Moré 1978, "The Levenberg-Marquardt algorithm:
 * implementation and theory", sections 4 and 5; the parameters are MINPACK's). Needs a direct solver.
 */
export function moreDamping({ factor = 1 }: MoreOptions = {}): Damping<State> {
  checkNumber('factor', factor, 'a positive number', (x) => x > 0);
  return {
    name: 'more',
    direct: true,
    init: (_, scale, x) => ({ radius: factor * (norm(timesScale(x, scale)) || 1), lambda: 0 }),
    propose: (at, residual, scale, { radius, lambda }) => onRadius(at, residual, scale, radius, lambda),
    update(state, { ratio, actual, slope, lambda, size, first }: Outcome): State {
      const radius = first ? Math.min(state.radius, size) : state.radius;
      if (ratio <= 0.25) {
        // MINPACK's interpolation of the decrease along the step.
        const t = actual >= 0 ? 0.5 : (0.5 * slope) / (slope + actual);
        const shrink = actual <= -99 || !(t >= 0.1) ? 0.1 : t;
        return { radius: shrink * Math.min(radius, 10 * size), lambda: lambda / shrink };
      }
      return lambda === 0 || ratio >= 0.75 ? { radius: 2 * size, lambda: lambda / 2 } : { radius, lambda };
    },
  };
}

/** The step within Δ, or on its edge to a tenth. */
async function onRadius(at: Linearized, residual: Vector, scale: Vector, radius: number, last: number): Promise<Proposal | null> {
  const trial = async (lambda: number): Promise<(Proposal & { size: number; excess: number }) | null> => {
    const damped = at.damped(lambda, scale);
    if (damped === null) return null;
    const step = await damped.solve(residual);
    const size = norm(timesScale(step, scale));
    return Number.isFinite(size) ? { lambda, step, damped, size, excess: size - radius } : null;
  };
  const newton = await trial(0);
  if (newton !== null && newton.excess <= 0.1 * radius) return newton;
  // Bounds of λ (Moré, section 5).
  let low = newton === null ? 0 : correction(newton, scale, radius) || 0;
  let high = norm(overScale(at.gradient, scale)) / radius || Number.MIN_VALUE / Math.min(radius, 0.1);
  let lambda = Math.min(Math.max(last, low), high) || (newton === null ? 0.001 * high : norm(overScale(at.gradient, scale)) / newton.size);
  let found: Awaited<ReturnType<typeof trial>> = null;
  let before = newton?.excess ?? Infinity;
  for (let k = 0; k < 10; k++) {
    if (lambda === 0) lambda = Math.max(Number.MIN_VALUE, 0.001 * high);
    found = await trial(lambda);
    if (found === null) {
      low = lambda;
      lambda = Math.min(10 * lambda, Math.max(high, 10 * lambda));
      continue;
    }
    const { excess } = found;
    if (Math.abs(excess) <= 0.1 * radius || (low === 0 && excess <= before && before < 0)) break;
    if (excess > 0) low = Math.max(low, lambda);
    else high = Math.min(high, lambda);
    lambda = Math.max(low, lambda + correction(found, scale, radius));
    before = excess;
  }
  return found;
}

/** Newton's correction of λ on 1/Δ − 1/‖D p‖: (excess / Δ) ‖D p‖² / (D²p)ᵀ(JᵀJ + λD²)⁻¹(D²p). */
function correction({ damped, step, size, excess }: { damped: Damped; step: Vector; size: number; excess: number }, scale: Vector, radius: number): number {
  const direction = step.map((p, i) => (p * scale[i]! ** 2) / size);
  const found = excess / radius / damped.energy!(direction);
  return Number.isFinite(found) ? found : 0;
}
