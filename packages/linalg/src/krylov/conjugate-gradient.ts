import type { LinearOperator } from '../api.js';
import { dot, EPSILON, norm } from '../vector.js';
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
  plain: false,
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

/** Iterates on x from residual r (which it overwrites) until the updated residual reaches the target. Each vector is read once a step as far as can be. */
async function run({ n, x, products, maxIterations, precondition, plain, report }: LinearProblem, r: Float64Array, target: number): Promise<Run> {
  let residual = norm(r);
  // a coarse correction may have done it
  if (residual <= target) return { residual, curvature: 0 };
  let z = plain ? r : await precondition(r);
  let rz = positive(dot(r, z), r);
  const p = z.slice();
  let ap: Float64Array | undefined;
  while (residual > target && products.count < maxIterations) {
    ap = await products.apply(p, ap);
    const { product: pap, first, second } = products3(p, ap);
    // what rounding alone can make of a zero
    if (pap <= EPSILON * Math.sqrt(n) * Math.sqrt(first) * Math.sqrt(second)) {
      const size = norm(p);
      return { residual, direction: p.map((value) => value / size), curvature: pap / size / size };
    }
    const square = advance(rz / pap, p, ap, x, r);
    residual = square > 1e-280 && square < Infinity ? Math.sqrt(square) : norm(r);
    report(residual);
    if (residual <= target) break;
    z = plain ? r : await precondition(r);
    const next = positive(plain ? square : dot(r, z), r);
    const ratio = next / rz;
    renew(p, z, ratio);
    rz = next;
  }
  return { residual, curvature: 0 };
}

/** p ← z + ratio p; the loops stand outside of the asynchronous function, where they are compiled better. */
function renew(p: Float64Array, z: Float64Array, ratio: number): void {
  for (let i = 0; i < p.length; i++) p[i] = z[i]! + ratio * p[i]!;
}

/** p · q, p · p and q · q in one pass. */
function products3(p: Float64Array, q: Float64Array): { product: number; first: number; second: number } {
  let [product, first, second] = [0, 0, 0];
  let [product1, first1, second1] = [0, 0, 0];
  const even = p.length - (p.length % 2);
  for (let i = 0; i < even; i += 2) {
    const a = p[i]!, b = q[i]!, c = p[i + 1]!, d = q[i + 1]!;
    product += a * b;
    first += a * a;
    second += b * b;
    product1 += c * d;
    first1 += c * c;
    second1 += d * d;
  }
  for (let i = even; i < p.length; i++) {
    product += p[i]! * q[i]!;
    first += p[i]! * p[i]!;
    second += q[i]! * q[i]!;
  }
  return { product: product + product1, first: first + first1, second: second + second1 };
}

/** x += step p, r −= step q, and the new r · r. */
function advance(step: number, p: Float64Array, q: Float64Array, x: Float64Array, r: Float64Array): number {
  let s0 = 0;
  let s1 = 0;
  let i = 0;
  for (; i + 1 < x.length; i += 2) {
    x[i]! += step * p[i]!;
    x[i + 1]! += step * p[i + 1]!;
    const a = r[i]! - step * q[i]!;
    const b = r[i + 1]! - step * q[i + 1]!;
    r[i] = a;
    r[i + 1] = b;
    s0 += a * a;
    s1 += b * b;
  }
  if (i < x.length) {
    x[i]! += step * p[i]!;
    const a = r[i]! - step * q[i]!;
    r[i] = a;
    s0 += a * a;
  }
  return s0 + s1;
}

/** @throws RangeError where rᵀM⁻¹r is not positive */
function positive(rz: number, r: Float64Array): number {
  if (rz > 0) return rz;
  throw new RangeError(
    `conjugateGradient: preconditioner must be positive definite, got rᵀ M⁻¹ r = ${rz} for a residual of norm ${norm(r)}`,
  );
}
