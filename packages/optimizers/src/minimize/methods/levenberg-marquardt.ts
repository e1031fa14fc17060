/** The Levenberg-Marquardt method. */
import { checkCount, checkNonNegative, checkNumber } from '../../checks.js';
import type { Done, Iterated, Minimizer, Oracle, Point, Vector } from '../api.js';
import type { Damping, InnerSolver, Linearized, Proposal } from '../least-squares/api.js';
import { moreDamping } from '../least-squares/more-damping.js';
import { nielsenDamping } from '../least-squares/nielsen-damping.js';
import { qrSolver } from '../least-squares/qr-solver.js';
import { checkScaling, scaleAt, scaledNorm, type Scaling } from '../least-squares/scaling.js';
import { type Trial, tryStep } from '../least-squares/trial.js';
import { dot } from '../vector.js';

/** Options of `levenbergMarquardt`. */
export interface LevenbergMarquardtOptions {
  /** How the linear systems are solved; default `qrSolver()`. */
  readonly solver?: InnerSolver;
  /** How λ is chosen; default `moreDamping()`, with iterative solvers `nielsenDamping()`. */
  readonly damping?: Damping;
  /** D; default `more`, with iterative solvers `none`. */
  readonly scale?: Scaling;
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

/** The options with their defaults. */
interface Settings extends Required<Omit<LevenbergMarquardtOptions, 'acceleration'>> {
  readonly acceleration: number | undefined;
}

const EPSILON = 2.220446049250313e-16;

/** @throws TypeError, RangeError on parts that do not go together or numbers that make no sense */
function settingsOf(options: LevenbergMarquardtOptions): Settings {
  const { solver = qrSolver(), acceleration, accept = 1e-4, stepTolerance = 1e-13, decreaseTolerance = 0, maxTrials = 60 } = options;
  const { direct } = solver;
  const { damping = direct ? moreDamping() : nielsenDamping(), scale = direct ? 'more' : 'none' } = options;
  if (damping.direct && !direct) throw new TypeError(`damping: ${damping.name} needs a direct solver, got ${solver.name}`);
  checkScaling(scale, direct);
  if (acceleration !== undefined) checkNumber('acceleration', acceleration, 'a positive number', (x) => x > 0);
  checkNumber('accept', accept, 'a number in [0, 0.25)', (x) => x >= 0 && x < 0.25);
  checkNonNegative('stepTolerance', stepTolerance);
  checkNonNegative('decreaseTolerance', decreaseTolerance);
  checkCount('maxTrials', maxTrials);
  return { solver, damping, scale, acceleration, accept, stepTolerance, decreaseTolerance, maxTrials };
}

/** A proposal that was tried. */
interface Tried extends Trial {
  readonly ratio: number;
  readonly predicted: number;
  /** ‖D p‖. */
  readonly size: number;
  readonly done: Done | undefined;
}

async function judge(point: Point, { at, scale }: State, proposal: Proposal, settings: Settings, oracle: Oracle): Promise<Tried> {
  const size = scaledNorm(proposal.step, scale);
  // ½ ‖J p‖² + λ ‖D p‖² by −gᵀp = ‖J p‖² + λ ‖D p‖², without cancellation.
  const predicted = 0.5 * (proposal.lambda * size * size - dot(at.gradient, proposal.step));
  const trial = await tryStep(point, at, proposal, predicted, settings.solver, settings.acceleration, oracle);
  const small = size <= settings.stepTolerance * scaledNorm(point.x, scale);
  const flat = Math.max(predicted, Math.abs(trial.actual)) <= settings.decreaseTolerance * point.value;
  const done = trial.next === null ? undefined : small ? 'step' : flat ? 'decrease' : undefined;
  return { ...trial, ratio: predicted > 0 ? trial.actual / predicted : -Infinity, predicted, size, done };
}

/**
 * Minimizes ½ ‖r(x)‖² by steps p of (JᵀJ + λ D²) p = −Jᵀr (K. Levenberg 1944; D. W. Marquardt 1963): a descent, which `solver` gives, and a search over λ, which `damping` is. It converges
 * as `minimize` says, or when its step is small, or when no step changes the value by more than its rounding. One Jacobian for each step that is taken, one residual for each trial.
 */
export function levenbergMarquardt(options: LevenbergMarquardtOptions = {}): Minimizer<State | null> {
  const settings = settingsOf(options);
  const { solver, damping, accept, maxTrials } = settings;
  const start = async ({ x, residual }: Point, oracle: Oracle): Promise<State> => {
    const at = await solver.linearize(x, residual!, oracle);
    const scale = scaleAt(settings.scale, at, null);
    return { at, scale, damping: damping.init(at, scale, x), first: true };
  };
  return {
    name: `levenbergMarquardt(${solver.name}, ${damping.name})`,
    needs: solver.needs,
    init: () => null,
    async step(point, given, oracle): Promise<Iterated<State | null>> {
      const state = given ?? (await start(point, oracle));
      let chosen = state.damping;
      const rest = (outcome: Pick<Iterated<State>, 'stuck' | 'done'>): Iterated<State> => ({ point, state: { ...state, damping: chosen }, ...outcome });
      for (let k = 0; k < maxTrials; k++) {
        const proposal = await damping.propose(state.at, point.residual!, state.scale, chosen);
        if (proposal === null || !proposal.step.every(Number.isFinite)) break;
        const { next, there, actual, ratio, predicted, size, done } = await judge(point, state, proposal, settings, oracle);
        const slope = dot(state.at.gradient, proposal.step);
        chosen = damping.update(chosen, { ratio, actual: actual / point.value, slope: slope / point.value, lambda: proposal.lambda, size, first: state.first });
        if (next !== null && ratio >= accept) {
          const at = there ?? (await solver.linearize(next.x, next.residual, oracle));
          const moved = { at, scale: scaleAt(settings.scale, at, state.scale), damping: chosen, first: false };
          return { point: { ...next, gradient: at.gradient }, state: moved, stuck: null, ...(done && { done }), info: { lambda: proposal.lambda, ratio, step: size } };
        }
        if (done) return rest({ stuck: null, done });
        if (next !== null && predicted <= EPSILON * point.value) return rest({ stuck: null, done: 'rounding' });
      }
      return rest({ stuck: 'searchFailed' });
    },
  };
}
