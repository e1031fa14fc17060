import type { Matrix } from '../api.js';
import { requireCount, requireTolerance } from '../checks.js';
import { matmul } from '../dense/matmul.js';
import { symmetricCopy, type SymmetricOptions } from '../dense/symmetric.js';
import { norm } from '../vector.js';

/** Options of `newtonSchulz`. */
export interface NewtonSchulzOptions extends SymmetricOptions {
  /** Done when ‖I − Z Y‖ ≤ tolerance · √n in the Frobenius norm. Default 1e-14. */
  readonly tolerance?: number;
  /** Default 60; about log₁.₅ √condition + 6 are needed. */
  readonly maxIterations?: number;
}

/** Roots, or how far they got. */
export interface NewtonSchulzResult {
  readonly sqrt: Matrix;
  readonly inverseSqrt: Matrix;
  readonly converged: boolean;
  /** Three products each. */
  readonly iterations: number;
  /** ‖I − Z Y‖ / √n. */
  readonly residual: number;
}

/**
 * The square root and inverse square root of a symmetric positive definite matrix by the coupled Newton-Schulz iteration: matrix products
 * alone, no factorization (N. J. Higham, "Functions of Matrices", 2008, equation 6.35). A matrix that is singular or indefinite does not
 * converge, which is a result. `symmetricSqrt` is more accurate for condition numbers above 1e6.
 * @throws TypeError, RangeError where A is not square, finite, symmetric, or options are wrong
 */
export function newtonSchulz(a: Matrix, options: NewtonSchulzOptions = {}): NewtonSchulzResult {
  const where = 'newtonSchulz';
  const { tolerance = 1e-14, maxIterations = 60 } = options;
  requireTolerance(where, 'tolerance', tolerance);
  requireCount(where, 'maxIterations', maxIterations);
  const data = symmetricCopy(where, a, options);
  const n = a.rows;
  const size = norm(data) || 1;
  // all eigenvalues in (0, 1], where the iteration converges
  let y: Matrix = { rows: n, columns: n, data: data.map((x) => x / size) };
  let z: Matrix = { rows: n, columns: n, data: Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0)) };
  let residual = Infinity;
  let iterations = 0;
  for (;;) {
    const product = matmul(z, y);
    const gap = norm(product.data.map((x, k) => (k % (n + 1) === 0 ? 1 : 0) - x)) / Math.sqrt(n || 1);
    // rounding: no longer falling near the end
    const stalled = gap >= residual && residual < 1e-6;
    residual = gap;
    if (residual <= tolerance || stalled || iterations === maxIterations || !Number.isFinite(residual)) break;
    iterations++;
    const factor = { ...product, data: product.data.map((x, k) => ((k % (n + 1) === 0 ? 3 : 0) - x) / 2) };
    y = matmul(y, factor);
    z = matmul(factor, z);
  }
  const root = Math.sqrt(size);
  const converged = residual <= Math.max(tolerance, 1e-9);
  return {
    sqrt: { ...y, data: y.data.map((x) => x * root) },
    inverseSqrt: { ...z, data: z.data.map((x) => x / root) },
    converged,
    iterations,
    residual,
  };
}
