/** Sinkhorn-Newton-Sparse. */
import type { Matrix } from '@curv/linalg';
import type { TransportResult, TransportStatus } from '../api.js';
import { requireCount } from '../checks.js';
import { levelsOf, type TemperatureScaling } from './levels.js';
import { largestEntriesSystem, type NewtonDirection, type NewtonSystem, solveNewtonSystem, thresholdedSystem } from './newton-step.js';
import { type EntropicOptions, entropicProblem, type EntropicProblem, resultOf } from './problem.js';
import { ScaledKernel } from './scaled-kernel.js';

/** Options of `sns`. */
export interface SnsOptions extends EntropicOptions {
  /**
   * `paper`: a fixed number of sweeps, then Newton steps with the largest entries of the plan. `auto` (default): sweeps as long as they pay, then Newton steps
   * with thresholds, led up from higher temperatures.
   */
  readonly mode?: 'auto' | 'paper';
  /** `paper`: sweeps before the first Newton step. Default 20. */
  readonly sweeps?: number;
  /** `paper`: kept share of the Hessian's (n + m)² entries, its diagonal included. Default 2/n; 15/n is for costs with many optimal plans. */
  readonly density?: number;
  /** `auto`: the share δ of a row's or column's mass that may be dropped. Default min(0.01, 0.1 error), which makes the last steps superlinear. */
  readonly threshold?: number;
  /** `auto`: the way up from higher temperatures: always (`true`), never (`false`), or, unless given, where Newton steps from the first sweeps are slow. */
  readonly scaling?: boolean | TemperatureScaling;
  /** `auto`: a sweep after every Newton step. Default `true`. */
  readonly sweepAfterNewton?: boolean;
}

/** Newton steps at a level before the last, and the error at which it is left. */
const LEVEL_STEPS = 10;
const LEVEL_ERROR = 1e-3;
/** `auto` looks at the error every 10 sweeps, and goes on with them while at this rate less than 200 would do. */
const BURST = 10;
const ENOUGH = 200;
/** Newton steps that take less than this factor off the error are slow. */
const PACE = 0.75;
const ARMIJO = 1e-4;
const BACKTRACKS = 40;

interface Run {
  readonly scaled: ScaledKernel;
  readonly options: SnsOptions;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly errors: number[];
  sweeps: number;
  newton: number;
  cg: number;
}

/**
 * Entropic transport to machine precision at weak regularization by Sinkhorn-Newton-Sparse (Tang et al. 2024, arXiv:2401.12253): the dual's Newton steps with few entries of
 * the Hessian, solved by conjugate gradients. `iterations` are Newton steps. `tolerance` bounds ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁. Cost O(n m) a step, memory 2 n m.
 *
 * The plan is exp(η(x_i + y_j − C_ij) − 1), the dual ⟨a, x⟩ + ⟨b, y⟩ − ε Σ P. Rows and columns of no mass are left out.
 * @param cost n×m, finite, of any sign
 * @param a n masses; uniform unless given
 * @param b m masses of the same sum
 * @param options tolerance 1e-12, maxIterations 200 unless given
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function sns(cost: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: SnsOptions): TransportResult<Matrix> {
  const problem = entropicProblem('sns', cost, a, b, options);
  const { maxIterations = 200, tolerance = 1e-12, mode = 'auto' } = options;
  if (mode !== 'auto' && mode !== 'paper') throw new RangeError(`sns: mode must be auto or paper, got ${String(mode)}`);
  requireCount('sns', 'sweeps', options.sweeps ?? 20, 0);
  const scaled = new ScaledKernel(problem.cost, problem.a, problem.b, problem.eta);
  const run: Run = { scaled, options, tolerance, maxIterations, errors: [], sweeps: 0, newton: 0, cg: 0 };
  const status = mode === 'paper' ? paper(problem, run) : auto(problem, run);
  return resultOf(problem, scaled, status, run.errors, { iterations: run.newton, sweeps: run.sweeps, newton: run.newton, cg: run.cg });
}

/** Algorithm 1 of the paper; the system is solved through its Schur complement. */
function paper(problem: EntropicProblem, run: Run): TransportStatus {
  const { scaled, options: { sweeps = 20, density = 2 / problem.a.length, initial } } = run;
  const size = scaled.n + scaled.m;
  const count = Math.max(1, Math.round((density * size * size - size) / 2));
  scaled.logarithmicSweep(initial === undefined ? new Float64Array(scaled.m) : problem.initial!.y.map((y) => problem.eta * y));
  run.sweeps = 1;
  while (run.sweeps < sweeps) sweep(run);
  return newton(run, { tolerance: run.tolerance, until: run.maxIterations, system: () => largestEntriesSystem(scaled, count), sweepAfter: false });
}

function auto(problem: EntropicProblem, run: Run): TransportStatus {
  const { scaled, options: { scaling, threshold, sweepAfterNewton: sweepAfter = true } } = run;
  const start = problem.initial?.y ?? new Float64Array(scaled.m);
  scaled.logarithmicSweep(start.map((value) => problem.eta * value));
  run.sweeps = 1;
  if (bySweeps(run)) return 'converged';
  const plan: Steps = { tolerance: run.tolerance, until: run.maxIterations, system: (error) => thresholdedSystem(scaled, threshold ?? Math.min(0.01, 0.1 * error)), sweepAfter };
  if (scaling === false || problem.initial !== undefined) return newton(run, plan);
  if (scaling === undefined) {
    const status = newton(run, { ...plan, pace: PACE });
    if (status !== 'stalled') return status;
  }
  let y = new Float64Array(scaled.m);
  for (const eta of levelsOf('sns', problem.cost, problem.eta, scaling ?? true)) {
    scaled.logarithmicSweep(y.map((value) => eta * value), eta);
    run.sweeps++;
    if (eta === problem.eta) break;
    newton(run, { ...plan, tolerance: LEVEL_ERROR, until: Math.min(run.maxIterations, run.newton + LEVEL_STEPS) });
    y = scaled.potentials()[1].map((value) => value / eta);
  }
  return newton(run, plan);
}

/** Sweeps for as long as they are few at the rate of the last ten. @returns whether that was enough */
function bySweeps(run: Run): boolean {
  for (let before = Infinity; ; ) {
    let error = 0;
    for (let k = 0; k < BURST; k++) {
      error = sweep(run);
      if (error <= run.tolerance) return true;
    }
    const rate = Math.log(before / error) / BURST;
    if (!(rate * ENOUGH > Math.log(error / run.tolerance))) return false;
    before = error;
  }
}

function sweep(run: Run): number {
  const { scaled } = run;
  scaled.scaleRows();
  const error = scaled.columnError();
  scaled.scaleColumns();
  run.sweeps++;
  scaled.absorbIfFar();
  report(run, error);
  return error;
}

function report({ errors, newton: iteration, maxIterations, options: { signal, onProgress } }: Run, error: number): void {
  signal?.throwIfAborted();
  errors.push(error);
  onProgress?.({ iteration, maxIterations, error });
}

/** A stretch of Newton steps. */
interface Steps {
  readonly tolerance: number;
  /** Newton steps of the run after which it ends. */
  readonly until: number;
  readonly system: (error: number) => NewtonSystem;
  readonly sweepAfter: boolean;
  /** The factor that every step must take off an error above 1e-3. */
  readonly pace?: number;
}

/** Newton steps until the error is small. A step is accepted by Armijo's rule on the dual, or where the dual is at its rounding. */
function newton(run: Run, { tolerance, until, system: systemAt, sweepAfter, pace = Infinity }: Steps): TransportStatus {
  const { scaled } = run;
  let [best, since, last] = [Infinity, 0, Infinity];
  for (;;) {
    scaled.sums();
    const error = scaled.rowError() + scaled.columnError();
    report(run, error);
    if (error <= tolerance) return 'converged';
    if (!Number.isFinite(error)) return 'underflow';
    if (error < 0.9 * best) [best, since] = [error, 0];
    else if (++since > 30) return 'stalled';
    if (error > LEVEL_ERROR && error > pace * last) return 'stalled';
    last = error;
    if (run.newton >= until) return 'max-iterations';
    const system = systemAt(error);
    const g = scaled.a.map((value, i) => value - system.rows[i]!);
    const h = scaled.b.map((value, j) => value - system.columns[j]!);
    const direction = solveNewtonSystem(system, g, h, 0.1 * Math.min(0.1, Math.sqrt(error)));
    run.newton++;
    run.cg += direction.iterations;
    if (!advance(scaled, direction, g, h)) return 'stalled';
    if (sweepAfter) {
      scaled.scaleRows();
      scaled.scaleColumns();
      run.sweeps++;
    }
    scaled.absorbIfFar();
  }
}

/** Moves along the direction, halving it until Armijo's condition holds; F = −ΣP + ⟨a, u⟩ + ⟨b, v⟩. @returns whether a step was found */
function advance(scaled: ScaledKernel, { p, q }: NewtonDirection, g: Float64Array, h: Float64Array): boolean {
  const { alpha, beta, a, b } = scaled;
  const [alpha0, beta0] = [alpha.slice(), beta.slice()];
  const mass = total(a) - total(g);
  const linear = inner(a, p) + inner(b, q);
  const slope = inner(g, p) + inner(h, q);
  for (let t = 1, k = 0; k < BACKTRACKS; t /= 2, k++) {
    for (let i = 0; i < alpha.length; i++) alpha[i] = alpha0[i]! * Math.exp(t * p[i]!);
    for (let j = 0; j < beta.length; j++) beta[j] = beta0[j]! * Math.exp(t * q[j]!);
    scaled.rowSums();
    const rise = t * linear - (inner(alpha, scaled.dots) - mass);
    if (rise >= ARMIJO * t * slope || (Math.abs(t * slope) < 1e-12 && Number.isFinite(rise))) return true;
  }
  alpha.set(alpha0);
  beta.set(beta0);
  return false;
}

function inner(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k]! * y[k]!;
  return sum;
}

const total = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0);
