/** What the iterative solvers of least-squares problems share: the Golub-Kahan bidiagonalization and its surroundings. */
import type { KrylovProgress, LinearOperator } from '../api.js';
import { requireCount, requireOperator, requireTolerance, requireVector } from '../checks.js';
import { transposeOperator } from '../operators/transpose.js';
import { norm } from '../vector.js';
import { Products } from './products.js';

/** Options of `lsqr` and `lsmr`. */
export interface LeastSquaresOptions {
  /** Minimizes ‖b − A x‖² + damping² ‖x‖². Default 0. */
  readonly damping?: number;
  /**
   * Done when ‖r‖ ≤ tolerance (‖b‖ + ‖A‖ ‖x‖), or for systems without a solution when ‖Aᵀr‖ ≤ tolerance ‖A‖ ‖r‖, ‖A‖ being the Frobenius
   * norm as far as it is known. Default 1e-10 in float64, 1e-5 in float32.
   */
  readonly tolerance?: number;
  /** Stops when the condition of what A has shown exceeds this. Default 1e12. */
  readonly conditionLimit?: number;
  /** Most steps, each with one product of A and one of Aᵀ. Default 4 · min(m, n), at least 100. */
  readonly maxIterations?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: KrylovProgress) => void;
}

/** Why the solver stopped. `converged`: A x = b. `least-squares`: x minimizes. `ill-conditioned`: the condition limit is reached. */
export type LeastSquaresStatus = 'converged' | 'least-squares' | 'ill-conditioned' | 'max-iterations';

/** A least-squares solution. Norms are those of the augmented system where damping is not 0. */
export interface LeastSquaresResult {
  readonly x: Float64Array;
  readonly status: LeastSquaresStatus;
  /** Whether the status is `converged` or `least-squares`. */
  readonly converged: boolean;
  /** Products with A, and as many with Aᵀ. */
  readonly iterations: number;
  /** ‖r‖ of the recurrence. */
  readonly residual: number;
  /** ‖Aᵀr‖ of the recurrence. */
  readonly normalResidual: number;
  /** The Frobenius norm of the bidiagonal matrix: grows towards that of A. */
  readonly normEstimate: number;
  /** Condition of what A has shown. */
  readonly conditionEstimate: number;
}

/** The process β u = A v − α u, α v = Aᵀ u − β v (Golub & Kahan 1965). */
export class Bidiagonalization {
  alpha = 0;
  beta = 0;
  readonly v: Float64Array;
  private constructor(
    readonly products: Products,
    private readonly transposed: Products,
    private u: Float64Array,
    n: number,
  ) {
    this.v = new Float64Array(n);
  }

  static async start(where: string, operator: LinearOperator, b: Float64Array, signal: AbortSignal | undefined): Promise<Bidiagonalization> {
    const process = new Bidiagonalization(
      new Products(where, operator, signal),
      new Products(where, transposeOperator(operator), signal, 'operator.applyTranspose'),
      b.slice(),
      operator.shape[1],
    );
    process.beta = normalize(process.u);
    if (process.beta > 0) await process.advanceV(0);
    return process;
  }

  /** The next α and β. */
  async step(): Promise<void> {
    const av = await this.products.apply(this.v);
    for (let i = 0; i < av.length; i++) av[i]! -= this.alpha * this.u[i]!;
    this.u = av;
    this.beta = normalize(this.u);
    if (this.beta > 0) await this.advanceV(this.beta);
    else this.alpha = 0;
  }

  private async advanceV(beta: number): Promise<void> {
    const atu = await this.transposed.apply(this.u);
    for (let i = 0; i < atu.length; i++) this.v[i] = atu[i]! - beta * this.v[i]!;
    this.alpha = normalize(this.v);
  }
}

function normalize(x: Float64Array): number {
  const size = norm(x);
  if (size > 0) for (let i = 0; i < x.length; i++) x[i]! /= size;
  return size;
}

export interface LeastSquaresSettings {
  readonly damping: number;
  readonly tolerance: number;
  readonly conditionLimit: number;
  readonly maxIterations: number;
}

/** @throws TypeError, RangeError on wrong arguments */
export function leastSquaresSettings(where: string, operator: LinearOperator, b: Float64Array, options: LeastSquaresOptions): LeastSquaresSettings {
  requireOperator(where, 'operator', operator);
  const [m, n] = operator.shape;
  const {
    damping = 0,
    tolerance = operator.dtype === 'float32' ? 1e-5 : 1e-10,
    conditionLimit = 1e12,
    maxIterations = Math.max(100, 4 * Math.min(m, n)),
  } = options;
  requireVector(where, 'b', b, m);
  requireTolerance(where, 'damping', damping);
  requireTolerance(where, 'tolerance', tolerance);
  if (!(conditionLimit > 1)) throw new RangeError(`${where}: conditionLimit must be above 1, got ${String(conditionLimit)}`);
  requireCount(where, 'maxIterations', maxIterations);
  return { damping, tolerance, conditionLimit, maxIterations };
}

/** The stopping rules of both methods (Paige & Saunders 1982, section 6); null to go on. */
export function verdict(
  { tolerance, conditionLimit }: LeastSquaresSettings,
  now: { b: number; x: number; residual: number; normalResidual: number; norm: number; condition: number },
): LeastSquaresStatus | null {
  if (now.residual <= tolerance * (now.b + now.norm * now.x)) return 'converged';
  if (now.normalResidual <= tolerance * now.norm * now.residual) return 'least-squares';
  if (now.condition >= conditionLimit) return 'ill-conditioned';
  return null;
}
