import type { LinearOperator } from '../api.js';
import { axpy, dot, EPSILON, EPSILON_SINGLE, norm } from '../vector.js';
import { linearProblem, type LinearProblem, type LinearSolveOptions, trueResidual } from './linear-solve.js';

/** Options of `minres`. */
export interface MinresOptions extends LinearSolveOptions {
  /** Solves (A − shift·I) x = b. Default 0. */
  readonly shift?: number;
}

/**
 * Why the solver stopped. `least-squares`: A − shift·I is singular to rounding and b is not in its range; x minimizes the residual, with
 * ‖A r‖ about 1e-8 ‖A‖ ‖r‖ (with a preconditioner, in its norm). `stagnation`: the true residual no longer falls.
 */
export type MinresStatus = 'converged' | 'least-squares' | 'max-iterations' | 'stagnation';

/** A solution of a symmetric system. */
export interface MinresResult {
  readonly x: Float64Array;
  readonly status: MinresStatus;
  readonly converged: boolean;
  /** Products with the operator. */
  readonly iterations: number;
  /** ‖b − (A − shift·I) x‖, computed from x. */
  readonly residual: number;
}

/**
 * Solves (A − shift·I) x = b for symmetric A, indefinite or singular as it may be, with the least residual in each Krylov space (C. C.
 * Paige & M. A. Saunders, "Solution of sparse indefinite systems of linear equations", SIAM J. Numer. Anal. 12, 1975). The residual
 * reported is computed from x, which costs one product. Memory: 8 vectors, 9 near singularity.
 * @throws TypeError, RangeError on wrong arguments, products that are not finite, a preconditioner that is not positive definite; the
 * signal's reason
 */
export async function minres(operator: LinearOperator, b: Float64Array, options: MinresOptions = {}): Promise<MinresResult> {
  const { shift = 0 } = options;
  if (!Number.isFinite(shift)) throw new RangeError(`minres: shift must be finite, got ${String(shift)}`);
  const problem = linearProblem('minres', operator, b, options);
  const { x, target, maxIterations, products } = problem;
  let r = await trueResidual(products, b, x, shift);
  let residual = norm(r);
  const result = (status: MinresStatus): MinresResult => ({
    x,
    status,
    converged: status === 'converged',
    iterations: products.count,
    residual,
  });
  const noise = 50 * (operator.dtype === 'float32' ? EPSILON_SINGLE : EPSILON);
  let before = Infinity;
  // the preconditioned norm that the run watches is not that of the target: each round asks for more
  for (let reduction = 1; ; reduction /= 4) {
    if (residual <= target) return result('converged');
    if (products.count >= maxIterations) return result('max-iterations');
    if (!(residual <= before / 2)) return result('stagnation');
    before = residual;
    const kept = x.slice();
    const singular = await run(problem, r, shift, noise, Math.min(0.1, (reduction * target) / residual));
    r = await trueResidual(products, b, x, shift);
    residual = norm(r);
    if (residual > before) {
      // at the end of precision a round can make x worse
      x.set(kept);
      residual = before;
    }
    if (singular && residual > target) return result('least-squares');
  }
}

/**
 * Adds a correction for residual r to x, until the M⁻¹-norm of the residual has fallen to `part`; true where only least squares is left.
 */
async function run(problem: LinearProblem, r: Float64Array, shift: number, noise: number, part: number): Promise<boolean> {
  const { n, x, products, maxIterations, precondition, report } = problem;
  const length = norm(r);
  let previous: Float64Array = new Float64Array(n);
  let current = r;
  let y = await precondition(current);
  const start = rootOf(dot(current, y), current);
  let beta = start;
  let oldBeta = 0;
  let phi = start;
  let delta = 0;
  let epsilon = 0;
  let cosine = -1;
  let sine = 0;
  let size = 0;
  let w: Float64Array = new Float64Array(n);
  let older: Float64Array = new Float64Array(n);
  const watch = new SingularityWatch(noise);
  // one product is kept for the true residual
  for (let first = true; products.count < maxIterations - 1 || first; first = false) {
    const v = y.map((value) => value / beta);
    y = await products.apply(v);
    axpy(-shift, v, y);
    if (!first) axpy(-beta / oldBeta, previous, y);
    const alpha = dot(v, y);
    axpy(-alpha / beta, current, y);
    previous = current;
    current = y;
    y = await precondition(current);
    oldBeta = beta;
    beta = rootOf(dot(current, y), current);
    size = Math.max(size, Math.hypot(alpha, beta, oldBeta * Number(!first)));
    if (beta <= 10 * EPSILON * size) beta = 0;
    const oldEpsilon = epsilon;
    const deltaBar = cosine * delta + sine * alpha;
    const gammaBar = sine * delta - cosine * alpha;
    epsilon = sine * beta;
    delta = -cosine * beta;
    if (watch.singular(x, size > 0 ? Math.hypot(gammaBar, delta) / size : 0, phi)) return true;
    const gamma = Math.hypot(gammaBar, beta);
    cosine = gammaBar / gamma;
    sine = beta / gamma;
    const step = cosine * phi;
    phi *= sine;
    const next = v.map((value, i) => (value - oldEpsilon * older[i]! - deltaBar * w[i]!) / gamma);
    older = w;
    w = next;
    axpy(step, w, x);
    report((length * phi) / start);
    if (phi <= part * start || beta === 0) return false;
  }
  return false;
}

/**
 * Tells a singular system whose right-hand side is not in the range. There ‖A r‖ / (‖A‖ ‖r‖) falls, down to about √(2⁻⁵²) in practice;
 * past that point rounding turns into ever larger multiples of null vectors in x while the residual stays. The x of the least ‖A r‖ is
 * kept, and put back where ‖A r‖ has risen and x has grown a thousandfold without half the residual gone. (An ill-conditioned system
 * lowers the residual as x grows.)
 */
class SingularityWatch {
  private least = 1e-5;
  private phi = 0;
  private size = 0;
  private kept: Float64Array | null = null;

  constructor(private readonly noise: number) {}

  /** `ratio` = ‖A r‖ / (‖A‖ ‖r‖) and `phi` = ‖r‖ for the present x, which is reset where the answer is true. */
  singular(x: Float64Array, ratio: number, phi: number): boolean {
    if (ratio <= this.noise) return true;
    if (ratio < this.least) {
      this.least = ratio;
      this.phi = phi;
      this.size = norm(x);
      if (this.kept) this.kept.set(x);
      else this.kept = x.slice();
      return false;
    }
    if (!this.kept || ratio < 1e3 * this.least || phi < this.phi / 2 || norm(x) < 1e3 * this.size) return false;
    x.set(this.kept);
    return true;
  }
}

/** @throws RangeError where rᵀM⁻¹r is negative */
function rootOf(square: number, r: Float64Array): number {
  const size = dot(r, r);
  if (square >= 0 && (square > 0 || size === 0)) return Math.sqrt(square);
  if (square > -EPSILON * size) return 0;
  throw new RangeError(
    `minres: preconditioner must be positive definite, got rᵀ M⁻¹ r = ${square} for a vector of norm ${Math.sqrt(size)}`,
  );
}
