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
  readonly sweep: () => number;
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
  const problem = entropicProblem('sinkhorn', cost, a, b, options);
  const { relaxation = 1, anderson: depth = 0 } = options;
  if (!(relaxation > 0 && relaxation < 2)) throw new RangeError(`sinkhorn: relaxation must be a number in (0, 2), got ${String(relaxation)}`);
  requireCount('sinkhorn', 'anderson', depth, 0);
  if (relaxation !== 1 && depth > 0) throw new RangeError('sinkhorn: relaxation and anderson exclude each other');
  const scaled = new ScaledKernel(problem.cost, problem.a, problem.b, problem.eta);
  const run: Run = { sweep: sweepOf(scaled, options.domain ?? 'scaling', relaxation, depth), errors: [], sweeps: 0 };
  const status = descend(problem, scaled, run, options);
  return resultOf(problem, scaled, status, run.errors, { iterations: run.sweeps, sweeps: run.sweeps });
}

function descend(problem: EntropicProblem, scaled: ScaledKernel, run: Run, options: SinkhornOptions): TransportStatus {
  const { maxIterations = 10_000, tolerance = 1e-9 } = options;
  const levels = levelsOf('sinkhorn', problem.cost, problem.eta, options.scaling ?? false);
  let y = problem.initial?.y ?? new Float64Array(scaled.m);
  for (const eta of levels) {
    const last = eta === problem.eta;
    scaled.logarithmicSweep(y.map((value) => eta * value), eta);
    const status = iterate(scaled, run, last ? tolerance : LEVEL_ERROR, last ? maxIterations : Math.min(maxIterations, run.sweeps + LEVEL_SWEEPS), options);
    if (last) return status;
    y = scaled.potentials()[1].map((value) => value / eta);
  }
  return 'max-iterations';
}

function iterate(scaled: ScaledKernel, run: Run, tolerance: number, until: number, { signal, onProgress, maxIterations = 10_000 }: SinkhornOptions): TransportStatus {
  let [best, at] = [Infinity, run.sweeps];
  while (run.sweeps < until) {
    signal?.throwIfAborted();
    const error = run.sweep();
    run.sweeps++;
    run.errors.push(error);
    onProgress?.({ iteration: run.sweeps, maxIterations, error });
    if (error <= tolerance) return 'converged';
    if (!Number.isFinite(error)) return 'underflow';
    if (error < best) [best, at] = [error, run.sweeps];
    else if (run.sweeps - at > PATIENCE) return 'stalled';
    scaled.absorbIfFar();
  }
  return 'max-iterations';
}

/** A sweep that gives the error of the plan between its halves. */
function sweepOf(scaled: ScaledKernel, domain: 'scaling' | 'log', relaxation: number, depth: number): () => number {
  if (domain === 'log') return () => scaled.logarithmicSweep(scaled.potentials()[1]);
  if (relaxation !== 1) return () => relaxedSweep(scaled, relaxation);
  if (depth > 0) return acceleratedSweep(scaled, depth);
  return () => {
    scaled.scaleRows();
    const error = scaled.columnError();
    scaled.scaleColumns();
    return error;
  };
}

function relaxedSweep(scaled: ScaledKernel, omega: number): number {
  const { alpha, beta, a, b, dots, columns, n, m } = scaled;
  scaled.sums();
  const error = scaled.rowError() + scaled.columnError();
  for (let i = 0; i < n; i++) alpha[i]! *= (a[i]! / (alpha[i]! * dots[i]!)) ** omega;
  scaled.columnSums();
  for (let j = 0; j < m; j++) beta[j]! *= (b[j]! / (beta[j]! * columns[j]!)) ** omega;
  return error;
}

function acceleratedSweep(scaled: ScaledKernel, depth: number): () => number {
  const next = anderson(depth);
  return () => {
    scaled.scaleRows();
    const error = scaled.columnError();
    const before = scaled.potentials()[1];
    scaled.scaleColumns();
    const after = next(before, scaled.potentials()[1]);
    for (let j = 0; j < scaled.m; j++) scaled.beta[j] = Math.exp(after[j]! - scaled.v[j]!);
    return error;
  };
}
