/** The Levenberg-Marquardt method. */
import { checkCount, checkNonNegative, checkNumber } from '../../checks.js';
import type { Done, Iterated, Minimizer, Oracle, Point, Vector } from '../api.js';
import type { Damping, InnerSolver, Linearized, Outcome, Proposal } from '../least-squares/api.js';
import { moreDamping } from '../least-squares/more-damping.js';
import { nielsenDamping } from '../least-squares/nielsen-damping.js';
import { qrSolver } from '../least-squares/qr-solver.js';
import { dot, norm, plus } from '../vector.js';

/** Options of `levenbergMarquardt`. */
export interface LevenbergMarquardtOptions {
  /** How the linear systems are solved; default `qrSolver()`. */
  readonly solver?: InnerSolver;
  /** How λ is chosen; default `moreDamping()`, with iterative solvers `nielsenDamping()`. */
  readonly damping?: Damping;
  /**
   * D of ‖J p + r‖² + λ ‖D p‖²: `more` takes the largest norm so far of each column of J, which makes the method independent of the parameters' units; products alone do not show
   * them, so iterative solvers take `none`; or d positive numbers.
   */
  readonly scale?: 'more' | 'none' | ArrayLike<number>;
  /** Bends the step along the geodesic as far as 2 ‖a‖ ≤ this · ‖v‖ (Transtrum & Sethna 2012, arXiv:1201.5885); default off, 0.75 in the paper. */
  readonly acceleration?: number;
  /** A step is taken when actual ÷ predicted decrease is at least this; default 1e-4. */
  readonly accept?: number;
  /** Converged when ‖D p‖ ≤ this · ‖D x‖; default 1e-13. */
  readonly stepTolerance?: number;
  /** Converged when actual and predicted decrease are at most this · value; default 0. */
  readonly decreaseTolerance?: number;
  /** Trials of one iteration; default 60. */
  readonly maxTrials?: number;
}

interface State {
  readonly damping: unknown;
  readonly scale: Vector;
  readonly at: Linearized;
  /** No step was taken yet. */
  readonly first: boolean;
}

/** Where a trial leads; `next` is null where the residual is not finite or the geodesic bends too much. */
interface Attempt {
  readonly next: Omit<Point, 'gradient' | 'residual'> & { readonly residual: Vector } | null;
  readonly there?: Linearized;
  readonly actual: number;
}

const EPSILON = 2.220446049250313e-16;
/** Relative differences of values below this are not trusted: residuals are differences of data themselves. */
const CANCELS = 1e-7;

function checkOptions({ acceleration, accept = 1e-4, stepTolerance = 1e-13, decreaseTolerance = 0, maxTrials = 60, scale }: LevenbergMarquardtOptions, direct: boolean): void {
  if (acceleration !== undefined) checkNumber('acceleration', acceleration, 'a positive number', (x) => x > 0);
  checkNumber('accept', accept, 'a number in [0, 0.25)', (x) => x >= 0 && x < 0.25);
  checkNonNegative('stepTolerance', stepTolerance);
  checkNonNegative('decreaseTolerance', decreaseTolerance);
  checkCount('maxTrials', maxTrials);
  if (typeof scale === 'string' && scale !== 'more' && scale !== 'none') throw new TypeError(`scale: expected more, none or positive numbers, got ${String(scale)}`);
  if (scale === 'more' && !direct) throw new TypeError('scale: more needs the norms of the columns of J, which an iterative solver does not see');
  if (scale !== undefined && typeof scale !== 'string') Array.from(scale, (s, i) => checkNumber(`scale[${i}]`, s, 'a positive number', (x) => x > 0));
}

/**
 * Minimizes ½ ‖r(x)‖² by steps p of (JᵀJ + λ D²) p = −Jᵀr (K. Levenberg 1944; D. W. Marquardt 1963): a descent, which `solver` gives, and a search over λ, which `damping` is. It converges
 * as `minimize` says, or when its step is small, or when no step changes the value by more than its rounding. One Jacobian for each step that is taken, one residual for each trial.
 */
export function levenbergMarquardt(options: LevenbergMarquardtOptions = {}): Minimizer<State | null> {
  const { solver = qrSolver(), acceleration, accept = 1e-4, stepTolerance = 1e-13, decreaseTolerance = 0, maxTrials = 60 } = options;
  const { direct } = solver;
  const { damping = direct ? moreDamping() : nielsenDamping(), scale: scaling = direct ? 'more' : 'none' } = options;
  if (damping.direct && !direct) throw new TypeError(`damping: ${damping.name} needs a direct solver, got ${solver.name}`);
  checkOptions(options, direct);

  const start = async ({ x, residual }: Point, oracle: Oracle): Promise<State> => {
    const at = await solver.linearize(x, residual!, oracle);
    const scale = scaleOf(scaling, at, null, oracle.dimension);
    return { at, scale, damping: damping.init(at, scale, x), first: true };
  };
  /** v + ½ a where the geodesic bends little enough, otherwise null (arXiv:1201.5885, eq. 11 and 15). */
  const bent = async ({ x, residual }: Point, at: Linearized, { step, damped }: Proposal, oracle: Oracle): Promise<Vector | null> => {
    const second = await oracle.secondDirectional(x, step, residual!, () => at.image(step));
    if (!second.every(Number.isFinite)) return null;
    const a = await damped.solve(second);
    return 2 * norm(a) <= acceleration! * norm(step) ? plus(step, 0.5, a) : null;
  };

  /**
   * The trial point and the actual decrease. Where values differ by little more than their rounding, the decrease is −½ (g + g⁺)ᵀp, which does not cancel, at the price of a Jacobian.
   */
  const attempt = async (point: Point, at: Linearized, proposal: Proposal, predicted: number, oracle: Oracle): Promise<Attempt> => {
    const step = acceleration === undefined ? proposal.step : await bent(point, at, proposal, oracle);
    if (step === null) return { next: null, actual: -Infinity };
    const x = plus(point.x, 1, step);
    const next = { x, ...(await oracle.residual(x)) };
    const actual = point.value - next.value;
    if (!(Math.max(predicted, Math.abs(actual)) <= CANCELS * point.value)) return { next: next.value === Infinity ? null : next, actual };
    const there = await solver.linearize(x, next.residual, oracle);
    return { next, there, actual: -0.5 * (dot(at.gradient, step) + dot(there.gradient, step)) };
  };

  return {
    name: `levenbergMarquardt(${solver.name}, ${damping.name})`,
    needs: solver.needs,
    init: () => null,
    async step(point, given, oracle): Promise<Iterated<State | null>> {
      const state = given ?? (await start(point, oracle));
      const { at, scale } = state;
      let chosen = state.damping;
      let lambda = 0;
      const rest = (outcome: Pick<Iterated<State>, 'stuck' | 'done'>): Iterated<State> => ({ point, state: { ...state, damping: chosen }, info: { lambda }, ...outcome });
      for (let trial = 0; trial < maxTrials; trial++) {
        const proposal = await damping.propose(at, point.residual!, scale, chosen);
        if (proposal === null || !proposal.step.every(Number.isFinite)) return rest({ stuck: 'searchFailed' });
        lambda = proposal.lambda;
        const size = sized(proposal.step, scale);
        const slope = dot(at.gradient, proposal.step);
        // ½ ‖J p‖² + λ ‖D p‖² by −gᵀp = ‖J p‖² + λ ‖D p‖², without cancellation.
        const predicted = 0.5 * (lambda * size * size - slope);
        const tried = await attempt(point, at, proposal, predicted, oracle);
        const outcome: Outcome = { ratio: predicted > 0 ? tried.actual / predicted : -Infinity, actual: tried.actual / point.value, slope: slope / point.value, lambda, size, first: state.first };
        chosen = damping.update(chosen, outcome);
        const small = size <= stepTolerance * sized(point.x, scale);
        const flat = Math.max(predicted, Math.abs(tried.actual)) <= decreaseTolerance * point.value;
        const done: Done | undefined = small ? 'step' : flat ? 'decrease' : undefined;
        if (tried.next === null || outcome.ratio < accept) {
          if (predicted <= EPSILON * point.value && tried.next !== null) return rest({ stuck: null, done: done ?? 'rounding' });
          if (done && tried.next !== null) return rest({ stuck: null, done });
          continue;
        }
        const there = tried.there ?? (await solver.linearize(tried.next.x, tried.next.residual, oracle));
        return {
          point: { ...tried.next, gradient: there.gradient },
          state: { at: there, scale: scaleOf(scaling, there, scale, oracle.dimension), damping: chosen, first: false },
          stuck: null,
          ...(done && { done }),
          info: { lambda, ratio: outcome.ratio, step: size },
        };
      }
      return rest({ stuck: 'searchFailed' });
    },
  };
}

const sized = (v: Vector, scale: Vector): number => norm(v.map((vi, i) => vi * scale[i]!));
const sizedDown = (v: Vector, scale: Vector): number => norm(v.map((vi, i) => vi / scale[i]!));

/** D: Moré's largest column norms so far, 1 where a column is 0. */
function scaleOf(scaling: NonNullable<LevenbergMarquardtOptions['scale']>, { columnNorms }: Linearized, before: Vector | null, dimension: number): Vector {
  if (scaling === 'none') return before ?? new Float64Array(dimension).fill(1);
  if (scaling === 'more') return before === null ? columnNorms!.map((c) => c || 1) : before.map((b, i) => Math.max(b, columnNorms![i]!));
  if (scaling.length !== dimension) throw new RangeError(`scale: expected ${dimension} numbers, got ${scaling.length}`);
  return before ?? Float64Array.from(scaling);
}
