import type { LinearOperator } from '../api.js';
import { requireSquare } from '../checks.js';
import { axpy, dot, EPSILON, norm } from '../vector.js';
import { linearProblem, type LinearProblem, type LinearSolveOptions, trueResidual } from './linear-solve.js';

/**
 * Why the solver stopped. `stagnation`: the true residual no longer falls, although the updated one says so, or neither falls. `breakdown`:
 * a scalar of the recurrence vanished, also after a fresh start.
 */
export type BicgstabStatus = 'converged' | 'max-iterations' | 'stagnation' | 'breakdown';

/** A solution of a general system. */
export interface BicgstabResult {
  readonly x: Float64Array;
  readonly status: BicgstabStatus;
  readonly converged: boolean;
  /** Products with the operator: two a step. */
  readonly iterations: number;
  /** ‖b − A x‖, computed from x. */
  readonly residual: number;
}

/**
 * Solves A x = b for square A by BiCGStab (H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13, 1992), preconditioned from the right. Short
 * recurrences: 8 vectors, but no minimal residual; x with the least residual is kept. Before it reports convergence it computes b − A x, and
 * starts anew where that is not small or where a scalar broke down.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function bicgstab(operator: LinearOperator, b: Float64Array, options: LinearSolveOptions = {}): Promise<BicgstabResult> {
  const problem = linearProblem('bicgstab', operator, b, options, requireSquare);
  const { x, target, maxIterations, products } = problem;
  let r = await trueResidual(products, b, x);
  let residual = norm(r);
  const result = (status: BicgstabStatus): BicgstabResult => {
    return { x, status, converged: status === 'converged', iterations: products.count, residual };
  };
  let before = Infinity;
  let broke = false;
  for (;;) {
    if (residual <= target) return result('converged');
    if (products.count >= maxIterations) return result('max-iterations');
    if (!(residual <= before / 2)) return result(broke ? 'breakdown' : 'stagnation');
    before = residual;
    const kept = x.slice();
    broke = await run(problem, r, target);
    r = await trueResidual(products, b, x);
    residual = norm(r);
    if (residual > before) {
      x.set(kept);
      residual = before;
    }
  }
}

/** Iterates on x from residual r (which it overwrites); leaves the x of the least updated residual. Whether a scalar vanished. */
async function run({ n, x, products, maxIterations, precondition, report }: LinearProblem, r: Float64Array, target: number): Promise<boolean> {
  const shadow = r.slice();
  const p = r.slice();
  let rho = dot(shadow, r);
  let least = norm(r);
  const best = x.slice();
  const floor = EPSILON * EPSILON;
  const end = (broke: boolean): boolean => {
    x.set(best);
    return broke;
  };
  while (products.count < maxIterations) {
    const ph = await precondition(p);
    const v = await products.apply(ph);
    const against = dot(shadow, v);
    if (Math.abs(against) <= floor * norm(shadow) * norm(v)) return end(true);
    const alpha = rho / against;
    axpy(-alpha, v, r);
    axpy(alpha, ph, x);
    const sh = await precondition(r);
    const t = await products.apply(sh);
    const tt = dot(t, t);
    const omega = tt === 0 ? 0 : dot(t, r) / tt;
    axpy(omega, sh, x);
    axpy(-omega, t, r);
    const residual = norm(r);
    report(residual);
    if (residual < least) {
      least = residual;
      best.set(x);
    }
    if (residual <= target) return end(false);
    const next = dot(shadow, r);
    if (omega === 0 || Math.abs(next) <= floor * norm(shadow) * residual) return end(true);
    const beta = (next / rho) * (alpha / omega);
    for (let i = 0; i < n; i++) p[i] = r[i]! + beta * (p[i]! - omega * v[i]!);
    rho = next;
  }
  return end(false);
}
