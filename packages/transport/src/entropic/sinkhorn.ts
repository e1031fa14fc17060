/** Sinkhorn's iteration. */
import type { Matrix } from '@curv/linalg';
import type { TransportResult, TransportStatus } from '../api.js';
import { requireCount } from '../checks.js';
import { anderson } from './anderson.js';
import { levelsOf, type TemperatureScaling } from './levels.js';
import { type EntropicOptions, entropicProblem, type EntropicProblem, resultOf } from './problem.js';
import { ScaledKernel } from './scaled-kernel.js';

/** Options of `sinkhorn`. */
export interface SinkhornOptions extends EntropicOptions {
  /**
   * `scaling` (default) evaluates exponentials only where scalings have grown far, `log` twice in every sweep; iterates are the same up to rounding, and both are safe at any ε.
   */
  readonly domain?: 'scaling' | 'log';
  /** Over-relaxation ω in (0, 2): log α ← (1 − ω) log α + ω log(a / Kβ), and so for β (Thibault et al. 2021, arXiv:1711.01851). Default 1. */
  readonly relaxation?: number;
  /** Past sweeps that Anderson's acceleration of log β combines; 0 (default) for none. */
  readonly anderson?: number;
  /** Solves first at larger ε: `true` starts at max C / 40 and halves (Schmitzer 2019). */
  readonly scaling?: boolean | TemperatureScaling;
}

/** A level before the last is left at this error, or after so many sweeps. */
const LEVEL_ERROR = 1e-3;
const LEVEL_SWEEPS = 100;
/** Sweeps without any progress after which arithmetic is taken to be exhausted. */
const PATIENCE = 1000;

interface Run {
  readonly sweep: (tolerance: number) => number;
  readonly errors: number[];
  sweeps: number;
}

/**
 * Entropic transport min ⟨C, P⟩ + ε Σ P log P, P1 = a, Pᵀ1 = b, by alternating scalings (Sinkhorn 1967; Cuturi 2013, arXiv:1306.0895), stabilized by absorption.
 * `iterations` are sweeps over both potentials; the error is ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁. Cost O(n m) a sweep, memory 2 n m.
 *
 * The plan is exp(η(x_i + y_j − C_ij) − 1), the dual ⟨a, x⟩ + ⟨b, y⟩ − ε Σ P. Rows and columns of no mass are left out.
 * @param cost n×m, finite, of any sign
 * @param a n masses; uniform unless given
 * @param b m masses of the same sum
 * @param options tolerance 1e-9, maxIterations 10 000 unless given
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function sinkhorn(cost: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: SinkhornOptions): TransportResult<Matrix> {
  const sweeps = sinkhornSweeps(cost, a, b, options);
  for (;;) {
    const { done, value } = sweeps.next();
    if (done) return value;
  }
}

/** `sinkhorn` that halts after every sweep and gives its error, so that others have their turn between sweeps. */
export function* sinkhornSweeps(cost: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: SinkhornOptions): Generator<number, TransportResult<Matrix>> {
  const problem = entropicProblem('sinkhorn', cost, a, b, options);
  const { relaxation = 1, anderson: depth = 0 } = options;
  if (!(relaxation > 0 && relaxation < 2)) throw new RangeError(`sinkhorn: relaxation must be a number in (0, 2), got ${String(relaxation)}`);
  requireCount('sinkhorn', 'anderson', depth, 0);
  if (relaxation !== 1 && depth > 0) throw new RangeError('sinkhorn: relaxation and anderson exclude each other');
  const scaled = new ScaledKernel(problem.cost, problem.a, problem.b, problem.eta);
  const run: Run = { sweep: sweepOf(scaled, options.domain ?? 'scaling', relaxation, depth), errors: [], sweeps: 0 };
  const status = yield* descend(problem, scaled, run, options);
  return resultOf(problem, scaled, status, run.errors, { iterations: run.sweeps, sweeps: run.sweeps });
}

function* descend(problem: EntropicProblem, scaled: ScaledKernel, run: Run, options: SinkhornOptions): Generator<number, TransportStatus> {
  const { maxIterations = 10_000, tolerance = 1e-9 } = options;
  const levels = levelsOf('sinkhorn', problem.cost, problem.eta, options.scaling ?? false);
  let y = problem.initial?.y ?? new Float64Array(scaled.m);
  for (const eta of levels) {
    const last = eta === problem.eta;
    scaled.logarithmicSweep(y.map((value) => eta * value), eta);
    const status = yield* iterate(scaled, run, last ? tolerance : LEVEL_ERROR, last ? maxIterations : Math.min(maxIterations, run.sweeps + LEVEL_SWEEPS), options);
    if (last) return status;
    y = scaled.potentials()[1].map((value) => value / eta);
  }
  return 'max-iterations';
}

function* iterate(scaled: ScaledKernel, run: Run, tolerance: number, until: number, { signal, onProgress, maxIterations = 10_000 }: SinkhornOptions): Generator<number, TransportStatus> {
  let [best, at] = [Infinity, run.sweeps];
  while (run.sweeps < until) {
    signal?.throwIfAborted();
    const error = run.sweep(tolerance);
    run.sweeps++;
    run.errors.push(error);
    onProgress?.({ iteration: run.sweeps, maxIterations, error });
    if (error <= tolerance) return 'converged';
    if (!Number.isFinite(error)) return 'underflow';
    if (error < best) [best, at] = [error, run.sweeps];
    else if (run.sweeps - at > PATIENCE) return 'stalled';
    scaled.absorbIfFar();
    yield error;
  }
  return 'max-iterations';
}

/** A sweep that gives the error of the plan between its halves, and leaves that plan alone where it is within the tolerance. */
function sweepOf(scaled: ScaledKernel, domain: 'scaling' | 'log', relaxation: number, depth: number): (tolerance: number) => number {
  if (domain === 'log') return () => scaled.logarithmicSweep(scaled.potentials()[1]);
  if (relaxation !== 1) return (tolerance) => relaxedSweep(scaled, relaxation, tolerance);
  if (depth > 0) return acceleratedSweep(scaled, depth);
  return (tolerance) => {
    scaled.scaleRows();
    const error = scaled.columnError();
    if (error > tolerance) scaled.scaleColumns();
    return error;
  };
}

function relaxedSweep(scaled: ScaledKernel, omega: number, tolerance: number): number {
  const { alpha, beta, a, b, dots, columns } = scaled;
  scaled.sums();
  const error = scaled.rowError() + scaled.columnError();
  if (error <= tolerance) return error;
  relax(alpha, dots, a, omega);
  scaled.columnSums();
  relax(beta, columns, b, omega);
  return error;
}

/**
 * s ← s (w / s d)^ω, or a plain step where that lowers the dual: with ratios ρ = s d / w, it rises by Σ w (ρ − ρ^(1−ω) − ω log ρ) (Thibault et al. 2021,
 * section 3).
 */
function relax(s: Float64Array, d: Float64Array, w: Float64Array, omega: number): void {
  let rise = 0;
  for (let i = 0; i < s.length; i++) {
    const ratio = (s[i]! * d[i]!) / w[i]!;
    rise += w[i]! * (ratio - ratio ** (1 - omega) - omega * Math.log(ratio));
  }
  const power = rise >= 0 ? omega : 1;
  for (let i = 0; i < s.length; i++) s[i]! *= ((s[i]! * d[i]!) / w[i]!) ** -power;
}

/** Anderson's acceleration of log β; a plain step, and a new start, after a step that has doubled the error. */
function acceleratedSweep(scaled: ScaledKernel, depth: number): (tolerance: number) => number {
  let next = anderson(depth);
  let last = Infinity;
  return (tolerance) => {
    scaled.scaleRows();
    const error = scaled.columnError();
    if (error <= tolerance) return error;
    const before = scaled.potentials()[1];
    scaled.scaleColumns();
    if (!(error < 2 * last)) next = anderson(depth);
    last = error;
    const image = scaled.potentials()[1];
    const after = next(before, image);
    // a jump of more than e⁵ is no acceleration
    if (after.some((value, j) => !(Math.abs(value - image[j]!) < 5))) return error;
    for (let j = 0; j < scaled.m; j++) scaled.beta[j] = Math.exp(after[j]! - scaled.v[j]!);
    return error;
  };
}
