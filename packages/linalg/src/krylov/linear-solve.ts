/** What the iterative solvers of linear systems share. */
import type { KrylovProgress, LinearOperator } from '../api.js';
import { requireCount, requireSymmetric, requireTolerance, requireVector } from '../checks.js';
import { norm } from '../vector.js';
import { Products } from './products.js';

/** Options of iterative solvers. */
export interface LinearSolveOptions {
  /** Where to start. Default 0. */
  readonly x0?: Float64Array;
  /** Done when ‖b − A x‖ ≤ tolerance · ‖b‖. Default 1e-10 in float64, 1e-5 in float32. */
  readonly tolerance?: number;
  /** Most products with the operator; the last check of the residual may add one. Default 10 n, at least 100. */
  readonly maxIterations?: number;
  /** Near A⁻¹. For symmetric systems symmetric positive definite (near |A|⁻¹ for indefinite A). */
  readonly preconditioner?: LinearOperator;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: KrylovProgress) => void;
}

/** How a solver starts. */
export interface LinearProblem {
  readonly n: number;
  readonly x: Float64Array;
  /** What the residual norm must reach. */
  readonly target: number;
  readonly maxIterations: number;
  readonly products: Products;
  /** M⁻¹ r; the identity without a preconditioner. */
  readonly precondition: (r: Float64Array) => Promise<Float64Array>;
  /** Whether that is the identity. */
  readonly plain: boolean;
  readonly report: (residual: number) => void;
}

/** @throws TypeError, RangeError on wrong arguments */
export function linearProblem(
  where: string, operator: LinearOperator, b: Float64Array, options: LinearSolveOptions, requireShape: typeof requireSymmetric = requireSymmetric,
): LinearProblem {
  const n = requireShape(where, 'operator', operator);
  const {
    tolerance = operator.dtype === 'float32' ? 1e-5 : 1e-10,
    maxIterations = Math.max(100, 10 * n),
    preconditioner,
    signal,
    onProgress,
  } = options;
  requireVector(where, 'b', b, n);
  requireTolerance(where, 'tolerance', tolerance);
  requireCount(where, 'maxIterations', maxIterations);
  if (options.x0 !== undefined) requireVector(where, 'x0', options.x0, n);
  const products = new Products(where, operator, signal);
  let precondition = async (r: Float64Array): Promise<Float64Array> => r.slice();
  if (preconditioner !== undefined) {
    if (requireShape(where, 'preconditioner', preconditioner) !== n) {
      throw new RangeError(`${where}: preconditioner must have shape [${n}, ${n}], got [${preconditioner.shape.join(', ')}]`);
    }
    const inner = new Products(where, preconditioner, signal, 'preconditioner');
    precondition = (r) => inner.apply(r);
  }
  return {
    n,
    x: options.x0?.slice() ?? new Float64Array(n),
    target: tolerance * norm(b),
    maxIterations,
    products,
    precondition,
    plain: preconditioner === undefined,
    report: (residual) => onProgress?.({ iteration: products.count, maxIterations, residual }),
  };
}

/** b − A x + shift x, by one product unless x is 0. */
export async function trueResidual(products: Products, b: Float64Array, x: Float64Array, shift = 0): Promise<Float64Array> {
  if (x.every((value) => value === 0)) return b.slice();
  const ax = await products.apply(x);
  return b.map((value, i) => value - ax[i]! + shift * x[i]!);
}
