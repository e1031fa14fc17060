import type { LinearOperator } from '../api.js';
import { norm } from '../vector.js';
import { linearProblem, type LinearSolveOptions, trueResidual } from './linear-solve.js';

/** Options of `chebyshevIteration`. */
export interface ChebyshevOptions extends LinearSolveOptions {
  /** An interval [a, b], a > 0, that holds all eigenvalues of A (of M⁻¹A with a preconditioner). */
  readonly interval: readonly [number, number];
}

/** Why the solver stopped. `diverged`: the residual grew beyond a hundred times its first size: an eigenvalue lies outside the interval. */
export type ChebyshevStatus = 'converged' | 'max-iterations' | 'diverged';

/** A solution of a symmetric positive definite system. */
export interface ChebyshevResult {
  readonly x: Float64Array;
  readonly status: ChebyshevStatus;
  readonly converged: boolean;
  /** Products with the operator. */
  readonly iterations: number;
  /** ‖b − A x‖, computed from x. */
  readonly residual: number;
}

/**
 * Solves A x = b for symmetric positive definite A by the Chebyshev semi-iteration (G. H. Golub & R. S. Varga 1961; Saad, "Iterative Methods
 * for Sparse Linear Systems", algorithm 12.1): no inner products, a fixed polynomial, and so a linear function of b, which makes it a
 * preconditioner and a smoother. Needs bounds of the spectrum; `conjugateGradient` does not. Memory: 4 vectors.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function chebyshevIteration(operator: LinearOperator, b: Float64Array, options: ChebyshevOptions): Promise<ChebyshevResult> {
  const where = 'chebyshevIteration';
  const problem = linearProblem(where, operator, b, options);
  const { n, x, target, maxIterations, products, precondition, report } = problem;
  const [low, high] = options.interval ?? [];
  if (!(typeof low === 'number' && typeof high === 'number' && low > 0 && low <= high && high < Infinity))
    throw new RangeError(`${where}: interval must be [a, b] with 0 < a ≤ b, got [${String(low)}, ${String(high)}]`);
  const center = (high + low) / 2;
  const radius = (high - low) / 2;
  let r = await trueResidual(products, b, x);
  let residual = norm(r);
  const first = residual;
  const d = (await precondition(r)).map((value) => value / center);
  let rho = radius / center;
  let exact = true;
  for (;;) {
    if (residual <= target && !exact) {
      r = await trueResidual(products, b, x);
      residual = norm(r);
      exact = true;
      continue;
    }
    const status = residual <= target ? 'converged' : products.count >= maxIterations ? 'max-iterations' : residual > 100 * first ? 'diverged' : null;
    if (status !== null) {
      if (!exact) residual = norm(await trueResidual(products, b, x));
      return { x, status, converged: status === 'converged', iterations: products.count, residual };
    }
    const ad = await products.apply(d);
    for (let i = 0; i < n; i++) {
      x[i]! += d[i]!;
      r[i]! -= ad[i]!;
    }
    const z = await precondition(r);
    // σ₁ = center / radius; with radius 0 this is Richardson's iteration
    const next = radius === 0 ? 0 : 1 / (2 * (center / radius) - rho);
    const scale = radius === 0 ? 1 / center : (2 * next) / radius;
    for (let i = 0; i < n; i++) d[i] = next * rho * d[i]! + scale * z[i]!;
    rho = next;
    residual = norm(r);
    exact = false;
    report(residual);
  }
}
