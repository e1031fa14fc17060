import type { LinearOperator } from '../api.js';
import { dot, norm } from '../vector.js';
import { Bidiagonalization, type LeastSquaresOptions, type LeastSquaresResult, leastSquaresSettings, type LeastSquaresStatus, verdict } from './least-squares.js';

/**
 * The x of least ‖b − A x‖² + damping² ‖x‖² for any m×n operator with a transpose, by LSQR (C. C. Paige & M. A. Saunders, ACM TOMS 8, 1982):
 * conjugate gradients on the normal equations, with better rounding. Of several minimizers the one of least norm. Memory: 5 vectors.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function lsqr(operator: LinearOperator, b: Float64Array, options: LeastSquaresOptions = {}): Promise<LeastSquaresResult> {
  const settings = leastSquaresSettings('lsqr', operator, b, options);
  const { damping, maxIterations } = settings;
  const process = await Bidiagonalization.start('lsqr', operator, b, options.signal);
  const n = operator.shape[1];
  const x = new Float64Array(n);
  const size = process.beta;
  const w = process.v.slice();
  let phi = process.beta;
  let rho = process.alpha;
  let damped = 0;
  let squares = process.alpha ** 2;
  let inverses = 0;
  let normalResidual = process.alpha * process.beta;
  let residual = phi;
  let condition = 1;
  const end = (status: LeastSquaresStatus): LeastSquaresResult => ({
    x,
    status,
    converged: status === 'converged' || status === 'least-squares',
    iterations: process.products.count,
    residual,
    normalResidual,
    normEstimate: Math.sqrt(squares),
    conditionEstimate: condition,
  });
  if (normalResidual === 0) return end(residual === 0 ? 'converged' : 'least-squares');
  while (process.products.count < maxIterations) {
    await process.step();
    const { alpha, beta, v } = process;
    squares += alpha ** 2 + beta ** 2 + damping ** 2;
    // the damping's row is turned away first (section 2.2), then the new one
    const rhoDamped = Math.hypot(rho, damping);
    const psi = (damping / rhoDamped) * phi;
    phi *= rho / rhoDamped;
    damped = Math.hypot(damped, psi);
    const r = Math.hypot(rhoDamped, beta);
    const c = rhoDamped / r;
    const s = beta / r;
    const theta = s * alpha;
    rho = -c * alpha;
    const step = c * phi;
    phi = s * phi;
    inverses += dot(w, w) / (r * r);
    for (let i = 0; i < n; i++) {
      x[i]! += (step / r) * w[i]!;
      w[i] = v[i]! - (theta / r) * w[i]!;
    }
    residual = Math.hypot(phi, damped);
    normalResidual = Math.abs(phi * alpha * c);
    condition = Math.sqrt(squares * inverses);
    options.onProgress?.({ iteration: process.products.count, maxIterations, residual });
    const status = verdict(settings, { b: size, x: norm(x), residual, normalResidual, norm: Math.sqrt(squares), condition });
    if (status !== null) return end(status);
  }
  return end('max-iterations');
}
