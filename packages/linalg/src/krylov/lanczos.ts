import type { KrylovProgress, LinearOperator } from '../api.js';
import { requireCount, requireSymmetric, requireVector } from '../checks.js';
import { randomStream } from '../random.js';
import { axpy, dot, EPSILON, norm, scale } from '../vector.js';
import { KrylovBasis } from './krylov-basis.js';
import { Products } from './products.js';

/** Options of `lanczos`. */
export interface LanczosOptions {
  /** Most steps, one product each; at most the dimension. */
  readonly steps: number;
  /** Where to start; need not be of unit length. Default: a normal vector from `seed`. */
  readonly start?: Float64Array;
  /** Default 0. */
  readonly seed?: number;
  /**
   * `full` (default) keeps the basis and orthogonalizes every vector against all of it: n · steps numbers of memory, 2 n · steps²
   * operations. `none` keeps two vectors; eigenvalues then appear in several copies.
   */
  readonly reorthogonalization?: 'full' | 'none';
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: KrylovProgress) => void;
}

/** A V = V T + residual · next eᵀ, with T tridiagonal. */
export interface LanczosResult {
  /** Diagonal of T, one entry a step. */
  readonly alpha: Float64Array;
  /** Off-diagonal of T, one entry fewer. */
  readonly beta: Float64Array;
  /** The vectors of V one after the other, n elements each, copied when first asked for. Empty without reorthogonalization. */
  readonly basis: Float64Array;
  /** The unit vector that would come next; absent after a breakdown. */
  readonly next?: Float64Array;
  /** Norm of the last residual. */
  readonly residual: number;
  /** Whether the steps span an invariant subspace, so that eigenvalues of T are eigenvalues of A. */
  readonly breakdown: boolean;
  /** Steps done = products. */
  readonly iterations: number;
}

/**
 * Lanczos tridiagonalization of a symmetric operator (C. Lanczos 1950; C. C. Paige 1972), with full reorthogonalization by classical
 * Gram-Schmidt after the three-term recurrence. The iteration ends early where the residual falls to rounding: max(10, √n)·2⁻⁵² of the largest row of T.
 * @throws TypeError, RangeError on wrong arguments, a zero start, or products that are not finite; the signal's reason
 */
export async function lanczos(operator: LinearOperator, options: LanczosOptions): Promise<LanczosResult> {
  const n = requireSymmetric('lanczos', 'operator', operator);
  const { seed = 0, reorthogonalization = 'full', signal, onProgress } = options;
  requireCount('lanczos', 'steps', options.steps);
  if (reorthogonalization !== 'full' && reorthogonalization !== 'none') {
    throw new TypeError(`lanczos: reorthogonalization must be full or none, got ${String(reorthogonalization)}`);
  }
  const full = reorthogonalization === 'full';
  const steps = Math.min(options.steps, n);
  const v = options.start === undefined ? randomStream(seed).vector(n) : options.start;
  requireVector('lanczos', 'start', v, n);
  const length = norm(v);
  if (n > 0 && length === 0) throw new RangeError('lanczos: start must not be 0');
  const products = new Products('lanczos', operator, signal);
  const alpha = new Float64Array(steps);
  const beta = new Float64Array(steps);
  const basis = full ? new KrylovBasis(n, steps, operator.dtype) : null;
  const known = new Float64Array(steps);
  let current: Float64Array = v.map((x) => x / length);
  let previous: Float64Array | null = null;
  let copied: Float64Array | undefined;
  let largest = 0;
  let done = 0;
  let breakdown = n === 0;
  while (done < steps && !breakdown) {
    basis?.store(done, current);
    const w = await products.apply(current);
    let residual: number;
    if (basis) {
      const h = new Float64Array(done + 1);
      known.fill(0, 0, done);
      if (done > 0) known[done - 1] = beta[done - 1]!;
      residual = basis.orthogonalize(done + 1, w, h, known);
      alpha[done] = h[done]!;
    } else {
      if (previous) axpy(-beta[done - 1]!, previous, w);
      alpha[done] = dot(current, w);
      axpy(-alpha[done]!, current, w);
      residual = norm(w);
    }
    beta[done] = residual;
    largest = Math.max(largest, Math.abs(alpha[done]!) + residual + (done > 0 ? beta[done - 1]! : 0));
    done++;
    breakdown = residual <= Math.max(10, Math.sqrt(n)) * EPSILON * largest;
    onProgress?.({ iteration: done, maxIterations: steps, residual });
    previous = current;
    current = breakdown ? w : scale(1 / residual, w);
  }
  return {
    alpha: alpha.slice(0, done),
    beta: beta.slice(0, Math.max(0, done - 1)),
    get basis() {
      return (copied ??= basis ? basis.leading(done) : new Float64Array(0));
    },
    ...(!breakdown && { next: current }),
    residual: done > 0 ? beta[done - 1]! : 0,
    breakdown,
    iterations: done,
  };
}
