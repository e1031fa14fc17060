import type { LinearOperator } from '../api.js';
import { requireCount, requireSquare } from '../checks.js';
import { arnoldiSolve } from './arnoldi-solve.js';
import { linearProblem, type LinearSolveOptions } from './linear-solve.js';

/** Options of `gmres` and `flexibleGmres`. */
export interface GmresOptions extends LinearSolveOptions {
  /** Products between restarts; the memory is so many vectors. Default 50, at most the dimension. */
  readonly restart?: number;
}

/**
 * Why the solver stopped. `stagnation`: two cycles brought less than a thousandth each, or the true residual no longer falls; a larger
 * `restart` may help. `breakdown`: the Krylov space is complete and does not hold the solution: A (or the preconditioner) is singular.
 */
export type GmresStatus = 'converged' | 'max-iterations' | 'stagnation' | 'breakdown';

/** A solution of a general system. */
export interface GmresResult {
  readonly x: Float64Array;
  readonly status: GmresStatus;
  readonly converged: boolean;
  /** Products with the operator. */
  readonly iterations: number;
  /** ‖b − A x‖, computed from x. */
  readonly residual: number;
}

/**
 * Solves A x = b for square A by restarted GMRES (Y. Saad & M. H. Schultz, SIAM J. Sci. Stat. Comput. 7, 1986), preconditioned from the
 * right, with orthogonalization done twice. The residual is computed from x at every restart. Memory: restart + 5 vectors.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export const gmres = (operator: LinearOperator, b: Float64Array, options: GmresOptions = {}): Promise<GmresResult> =>
  solveRestarted('gmres', operator, b, options, false);

/** `gmres`, and with `flexible` the variant that keeps each preconditioned direction. */
export async function solveRestarted(
  where: string, operator: LinearOperator, b: Float64Array, options: GmresOptions, flexible: boolean,
): Promise<GmresResult> {
  const problem = linearProblem(where, operator, b, options, requireSquare);
  const { restart = 50 } = options;
  requireCount(where, 'restart', restart);
  const { status, residual } = await arnoldiSolve(problem, b, Math.max(1, Math.min(restart, problem.n)), flexible);
  return { x: problem.x, status, converged: status === 'converged', iterations: problem.products.count, residual };
}
