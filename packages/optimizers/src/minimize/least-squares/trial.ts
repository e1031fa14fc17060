/** One trial step of a damped least-squares method. */
import type { Oracle, Point, Vector } from '../api.js';
import { dot, norm, plus } from '../vector.js';
import type { InnerSolver, Linearized, Proposal } from './api.js';

/** Where a trial leads; `next` is null where the residual is not finite or the geodesic bends too much. */
export interface Trial {
  readonly next: { readonly x: Vector; readonly value: number; readonly residual: Vector } | null;
  /** The linearization there, where it was made already. */
  readonly there?: Linearized;
  /** Actual decrease of the value. */
  readonly actual: number;
}

/** Relative differences of values below this are not trusted: residuals are differences of data themselves. */
const CANCELS = 1e-7;

/** v + ½ a where the geodesic bends little enough, otherwise null (Transtrum & Sethna 2012, arXiv:1201.5885, eq. 11 and 15). */
async function bent({ x, residual }: Point, at: Linearized, { step, damped }: Proposal, most: number, oracle: Oracle): Promise<Vector | null> {
  const second = await oracle.secondDirectional(x, step, residual!, () => at.image(step));
  if (!second.every(Number.isFinite)) return null;
  const a = await damped.solve(second);
  return 2 * norm(a) <= most * norm(step) ? plus(step, 0.5, a) : null;
}

/**
 * The trial point and the actual decrease. Where values differ by little more than their rounding the decrease is −½ (g + g⁺)ᵀp, which does not cancel, at the price of a Jacobian: this carries
 * the parameters from half of the digits to all.
 */
export async function tryStep(point: Point, at: Linearized, proposal: Proposal, predicted: number, solver: InnerSolver, acceleration: number | undefined, oracle: Oracle): Promise<Trial> {
  const step = acceleration === undefined ? proposal.step : await bent(point, at, proposal, acceleration, oracle);
  if (step === null) return { next: null, actual: -Infinity };
  const x = plus(point.x, 1, step);
  const next = { x, ...(await oracle.residual(x)) };
  const actual = point.value - next.value;
  if (!(Math.max(predicted, Math.abs(actual)) <= CANCELS * point.value)) return { next: next.value === Infinity ? null : next, actual };
  const there = await solver.linearize(x, next.residual, oracle);
  return { next, there, actual: -0.5 * (dot(at.gradient, step) + dot(there.gradient, step)) };
}
