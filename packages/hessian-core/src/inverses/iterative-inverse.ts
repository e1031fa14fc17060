/** Inverses by solving a linear system for every product. */
import { conjugateGradient, type LinearOperator, minres, shiftOperator } from '@curv/linalg';
import { hutchinsonTrace } from '../estimators/hutchinson.js';
import { dot, requireSquare } from '../estimators/probes.js';
import { topEigenpairs } from '../estimators/top-eigenpairs.js';
import { type Damping, dampingValue } from './damping.js';

/** What a solve found. */
export interface Solution {
  readonly x: Float64Array;
  readonly converged: boolean;
  /** Products with the operator. */
  readonly iterations: number;
  /** ‖b − (A + λI) x‖. */
  readonly residual: number;
  /** Why it stopped. */
  readonly status: string;
  /** Where conjugate gradients met one: a unit direction of curvature that is not positive. */
  readonly direction?: Float64Array;
}

/** (A + λI)⁻¹ by solving. */
export interface IterativeInverse extends LinearOperator {
  readonly damping: number;
  /** @throws Error where the solve does not converge, unless `partial` */
  apply(b: Float64Array): Promise<Float64Array>;
  /** Not to converge is a result here. */
  solve(b: Float64Array): Promise<Solution>;
}

/** Options of `iterativeInverse`. */
export interface IterativeInverseOptions {
  /**
   * `conjugate-gradient` for positive definite matrices: stops at a direction of negative curvature and shows it. `minres` for any symmetric one.
   * `neumann`: the series α Σ (I − αP(A + λI))ᵏ P, for positive definite ones; slower, but its truncation is a fixed linear map. Default
   * `conjugate-gradient`.
   */
  readonly method?: 'conjugate-gradient' | 'minres' | 'neumann';
  /** λ, or a part of the mean eigenvalue (estimated from 10 products). Default 0. */
  readonly damping?: Damping;
  /** Near the inverse, positive definite: `kfac(…).inverse(…)`, `fisherInverse`, `woodburyInverse`, a diagonal. */
  readonly preconditioner?: LinearOperator;
  /** Done when the residual is at most this part of ‖b‖. Default 1e-8 in float64, 1e-4 in float32. */
  readonly tolerance?: number;
  /** Most products for one solve. Default 500. */
  readonly maxIterations?: number;
  /** α of the Neumann series; must be below 2 / λ_max of P(A + λI). Default: 1 / λ_max, estimated by Lanczos iteration, and for a preconditioner 1. */
  readonly step?: number;
  /** Whether `apply` gives what it has when a solve does not converge. Default false. */
  readonly partial?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly residual: number }) => void;
}

/**
 * (A + λI)⁻¹ of a symmetric operator as an operator, each product by an iterative solve.
 * @throws TypeError, RangeError on wrong options
 */
export async function iterativeInverse(operator: LinearOperator, options: IterativeInverseOptions = {}): Promise<IterativeInverse> {
  const where = 'iterativeInverse';
  const n = requireSquare(operator);
  const { method = 'conjugate-gradient', maxIterations = 500, partial = false, preconditioner, signal, onProgress } = options;
  const tolerance = options.tolerance ?? (operator.dtype === 'float32' ? 1e-4 : 1e-8);
  const given = options.damping ?? 0;
  const mean = typeof given === 'object' && given !== null ? (await hutchinsonTrace(operator, { maxProbes: 10, ...(signal && { signal }) })).estimate / n : 0;
  const damping = dampingValue(where, given, () => mean, typeof given === 'object');
  const damped = damping === 0 ? operator : shiftOperator(operator, damping);
  const settings = {
    tolerance,
    maxIterations,
    ...(preconditioner && { preconditioner }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (p: { iteration: number; residual: number }) => onProgress({ done: p.iteration, total: maxIterations, residual: p.residual }) }),
  };
  let solve: (b: Float64Array) => Promise<Solution>;
  if (method === 'conjugate-gradient') solve = (b) => conjugateGradient(damped, b, settings);
  else if (method === 'minres') solve = (b) => minres(damped, b, settings);
  else if (method === 'neumann') {
    const step = options.step ?? (preconditioner ? 1 : 1 / (await topEigenpairs(damped, { k: 1, which: 'LM', tolerance: 0.01, ...(signal && { signal }) })).values[0]!);
    if (!(step > 0 && step < Infinity)) throw new RangeError(`${where}: step must be a positive finite number (1 / λ_max, where the matrix is positive definite), got ${step}`);
    solve = (b) => neumannSeries(damped, b, { ...settings, step });
  } else throw new TypeError(`${where}: method must be conjugate-gradient, minres or neumann, got ${String(method)}`);
  return {
    shape: operator.shape,
    dtype: operator.dtype,
    structure: { symmetric: true },
    damping,
    solve,
    async apply(b) {
      const found = await solve(b);
      if (!found.converged && !partial) throw new Error(`${where}: ${method} stopped (${found.status}) after ${found.iterations} products at a residual of ${found.residual.toExponential(1)}; use solve() to have it, more damping, or a preconditioner`);
      return found.x;
    },
  };
}

interface SeriesOptions {
  readonly step: number;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly preconditioner?: LinearOperator;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { iteration: number; residual: number }) => void;
}

/** x ← x + αP(b − A x): the partial sums of the Neumann series. Stops where the residual has grown a thousandfold: the series diverges. */
async function neumannSeries(operator: LinearOperator, b: Float64Array, { step, tolerance, maxIterations, preconditioner, signal, onProgress }: SeriesOptions): Promise<Solution> {
  const x = new Float64Array(b.length);
  const r = b.slice();
  const start = Math.sqrt(dot(b, b));
  let residual = start;
  let iterations = 0;
  const end = (status: string): Solution => ({ x, converged: status === 'converged', iterations, residual, status });
  while (residual > tolerance * start) {
    if (iterations >= maxIterations) return end('max-iterations');
    if (!(residual <= 1000 * start)) return end('divergence');
    signal?.throwIfAborted();
    const direction = preconditioner ? await preconditioner.apply(r) : r;
    for (let i = 0; i < x.length; i++) x[i]! += step * direction[i]!;
    const image = await operator.apply(x);
    iterations++;
    for (let i = 0; i < x.length; i++) r[i] = b[i]! - image[i]!;
    residual = Math.sqrt(dot(r, r));
    onProgress?.({ iteration: iterations, residual });
  }
  return end('converged');
}
