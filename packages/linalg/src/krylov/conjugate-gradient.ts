import type { LinearOperator } from '../api.js';
import { axpy, dot, EPSILON, norm } from '../vector.js';
import { type Coarse, coarseSpace } from './deflation.js';
import { linearProblem, type LinearProblem, type LinearSolveOptions, trueResidual } from './linear-solve.js';

/**
 * Why the solver stopped. `negative-curvature`: a direction p with pᵀAp ≤ 0 (up to rounding) shows that A is not positive definite.
 * `stagnation`: the true residual no longer falls, although the updated one says so: the limit of the products' precision.
 */
export type ConjugateGradientStatus = 'converged' | 'max-iterations' | 'negative-curvature' | 'stagnation';

/** A solution, or what was found on the way. */
export interface ConjugateGradientResult {
  readonly x: Float64Array;
  readonly status: ConjugateGradientStatus;
  readonly converged: boolean;
  /** Products with the operator. */
  readonly iterations: number;
  /** ‖b − A x‖, computed from x; with `negative-curvature` from the recurrence. */
  readonly residual: number;
  /** With `negative-curvature`: the unit direction p. */
  readonly direction?: Float64Array;
  /** With `negative-curvature`: pᵀAp. */
  readonly curvature?: number;
}

/** Options of `conjugateGradient`. */
export interface ConjugateGradientOptions extends LinearSolveOptions {
  /**
   * Linearly independent vectors whose span is solved for directly and kept out of the iteration: near eigenvectors of the smallest
   * eigenvalues, or solutions of systems before. One product each.
   */
  readonly deflation?: readonly Float64Array[];
}

/**
 * Solves A x = b for symmetric positive definite A by preconditioned conjugate gradients (Hestenes & Stiefel 1952). Before it reports
 * convergence it computes b − A x, and starts anew from x where that is not small. Memory: 6 vectors, and two for
 * each that is deflated.
 * @throws TypeError, RangeError on wrong arguments, products that are not finite, a preconditioner that is not positive definite; the
 * signal's reason
 */
export async function conjugateGradient(
  operator: LinearOperator,
  b: Float64Array,
  options: ConjugateGradientOptions = {},
): Promise<ConjugateGradientResult> {
  const given = linearProblem('conjugateGradient', operator, b, options);
  const { n, x, target, maxIterations, products } = given;
  const { deflation = [] } = options;
  const coarse = deflation.length > 0 ? await coarseSpace('conjugateGradient', deflation, n, products) : null;
  const problem = coarse === null ? given : deflated(given, coarse);
  let r = await trueResidual(products, b, x);
  let residual = norm(r);
  const result = (status: ConjugateGradientStatus): ConjugateGradientResult => {
    return { x, status, converged: status === 'converged', iterations: products.count, residual };
  };
  let before = Infinity;
  const kept = x.slice();
  for (;;) {
    if (residual <= target) return result('converged');
    if (products.count >= maxIterations) return result('max-iterations');
    if (!(residual <= before / 2)) {
      if (residual > before) {
        x.set(kept);
        residual = before;
      }
      return result('stagnation');
    }
    before = residual;
    kept.set(x);
    coarse?.correct(x, r);
    const end = await run(problem, r, target);
    residual = end.residual;
    if (end.direction) return { ...result('negative-curvature'), direction: end.direction, curvature: end.curvature };
    r = await trueResidual(products, b, x);
    residual = norm(r);
  }
}

/** The residual stays orthogonal to the span, so that only the preconditioned one needs the projection. */
const deflated = (problem: LinearProblem, coarse: Coarse): LinearProblem => ({
  ...problem,
  precondition: async (r) => {
    const z = await problem.precondition(r);
    coarse.project(z);
    return z;
  },
});

interface Run {
  readonly residual: number;
  readonly direction?: Float64Array;
  readonly curvature: number;
}

/** Iterates on x from residual r (which it overwrites) until the updated residual reaches the target. */
async function run({ n, x, products, maxIterations, precondition, report }: LinearProblem, r: Float64Array, target: number): Promise<Run> {
  let residual = norm(r);
  // a coarse correction may have done it
  if (residual <= target) return { residual, curvature: 0 };
  let z = await precondition(r);
  let rz = positive(dot(r, z), r);
  const p = z.slice();
  while (residual > target && products.count < maxIterations) {
    const ap = await products.apply(p);
    const pap = dot(p, ap);
    const size = norm(p);
    // what rounding alone can make of a zero
    if (pap <= EPSILON * Math.sqrt(n) * size * norm(ap))
      return { residual, direction: p.map((value) => value / size), curvature: pap / size / size };
    const step = rz / pap;
    axpy(step, p, x);
    axpy(-step, ap, r);
    residual = norm(r);
    report(residual);
    if (residual <= target) break;
    z = await precondition(r);
    const next = positive(dot(r, z), r);
    const ratio = next / rz;
    for (let i = 0; i < n; i++) p[i] = z[i]! + ratio * p[i]!;
    rz = next;
  }
  return { residual, curvature: 0 };
}

/** @throws RangeError where rᵀM⁻¹r is not positive */
function positive(rz: number, r: Float64Array): number {
  if (rz > 0) return rz;
  throw new RangeError(
    `conjugateGradient: preconditioner must be positive definite, got rᵀ M⁻¹ r = ${rz} for a residual of norm ${norm(r)}`,
  );
}
