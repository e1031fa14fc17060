import type { KrylovProgress, LinearOperator } from '../api.js';
import { requireCount, requireTolerance, requireVector } from '../checks.js';
import { norm } from '../vector.js';
import { multiply, requireSquareSparse, type SparseMatrix } from './sparse-matrix.js';
import { diagonalPlaces } from './triangular-solve.js';

/** Options of `sor`. */
export interface SorOptions {
  /** Relaxation, in (0, 2); 1 is Gauss-Seidel. Default 1. */
  readonly omega?: number;
  /** Each sweep forward and back (SSOR). Default false. */
  readonly symmetric?: boolean;
  /** Where to start. Default 0. */
  readonly x0?: Float64Array;
  /** Done when ‖b − A x‖ ≤ tolerance · ‖b‖. Default 1e-10. */
  readonly tolerance?: number;
  /** Most sweeps. Default 10 n, at least 1000. */
  readonly maxIterations?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: KrylovProgress) => void;
}

/** Why the iteration stopped. `diverged`: the residual grew beyond 1e6 times its first size. */
export type SorStatus = 'converged' | 'max-iterations' | 'diverged';

/** A solution of a sparse system. */
export interface SorResult {
  readonly x: Float64Array;
  readonly status: SorStatus;
  readonly converged: boolean;
  /** Sweeps; one of SSOR goes there and back. */
  readonly iterations: number;
  /** ‖b − A x‖, computed from x. */
  readonly residual: number;
}

/**
 * Solves A x = b by successive over-relaxation (D. M. Young 1950) or its symmetric form: converges for symmetric positive definite A, and for
 * diagonally dominant A with omega ≤ 1. A smoother and a preconditioner rather than a solver.
 * @throws TypeError, RangeError on wrong arguments or a diagonal element that is 0 (naming the row); the signal's reason
 */
export async function sor(a: SparseMatrix, b: Float64Array, options: SorOptions = {}): Promise<SorResult> {
  const where = 'sor';
  const n = requireSquareSparse(where, 'a', a);
  const { omega = 1, symmetric = false, tolerance = 1e-10, maxIterations = Math.max(1000, 10 * n), signal, onProgress } = options;
  requireVector(where, 'b', b, n);
  requireTolerance(where, 'tolerance', tolerance);
  requireCount(where, 'maxIterations', maxIterations);
  const diagonal = requireRelaxation(where, a, omega);
  if (options.x0 !== undefined) requireVector(where, 'x0', options.x0, n);
  const x = options.x0?.slice() ?? new Float64Array(n);
  const ax = new Float64Array(n);
  const residualNorm = (): number => {
    multiply(a, x, ax);
    for (let i = 0; i < n; i++) ax[i] = b[i]! - ax[i]!;
    return norm(ax);
  };
  const target = tolerance * norm(b);
  let residual = residualNorm();
  const first = Math.max(residual, norm(b));
  let breath = performance.now();
  for (let iterations = 0; ; iterations++) {
    const status = residual <= target ? 'converged' : !(residual <= 1e6 * first) ? 'diverged' : iterations === maxIterations ? 'max-iterations' : null;
    if (status !== null) return { x, status, converged: status === 'converged', iterations, residual };
    signal?.throwIfAborted();
    if (performance.now() - breath > 50) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      breath = performance.now();
    }
    sweep(a, diagonal, b, x, omega, false);
    if (symmetric) sweep(a, diagonal, b, x, omega, true);
    residual = residualNorm();
    onProgress?.({ iteration: iterations + 1, maxIterations, residual });
  }
}

/** xᵢ ← xᵢ + ω (bᵢ − Σ aᵢⱼ xⱼ) / aᵢᵢ, each row with the newest values. */
function sweep({ rows: n, pointers, indices, values }: SparseMatrix, diagonal: Int32Array, b: Float64Array, x: Float64Array, omega: number, back: boolean): void {
  for (let step = 0; step < n; step++) {
    const i = back ? n - 1 - step : step;
    let sum = b[i]!;
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) sum -= values[t]! * x[indices[t]!]!;
    x[i]! += (omega * sum) / values[diagonal[i]!]!;
  }
}

function requireRelaxation(where: string, a: SparseMatrix, omega: number): Int32Array {
  if (!(omega > 0 && omega < 2)) throw new RangeError(`${where}: omega must lie between 0 and 2, got ${String(omega)}`);
  const diagonal = diagonalPlaces(a);
  const zero = diagonal.findIndex((at) => at < 0 || a.values[at] === 0);
  if (zero >= 0) throw new RangeError(`${where}: the diagonal of a must not be 0, but that of row ${zero} is`);
  return diagonal;
}

/**
 * One SSOR sweep from 0 as an operator: ω (2 − ω) (D + ωU)⁻¹ D (D + ωL)⁻¹, symmetric positive definite where A is (Saad, section 10.2).
 * @throws TypeError, RangeError where A is not a square sparse matrix, omega is not in (0, 2) or a diagonal element is 0
 */
export function ssorPreconditioner(a: SparseMatrix, omega = 1): LinearOperator {
  const where = 'ssorPreconditioner';
  const n = requireSquareSparse(where, 'a', a);
  const diagonal = requireRelaxation(where, a, omega);
  return {
    shape: [n, n],
    dtype: 'float64',
    apply: (v) => {
      requireVector(where, 'v', v, n);
      const x = new Float64Array(n);
      sweep(a, diagonal, v, x, omega, false);
      sweep(a, diagonal, v, x, omega, true);
      return x;
    },
  };
}
