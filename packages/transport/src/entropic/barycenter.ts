/** Entropic barycenters on a fixed support. */
import type { Matrix } from '@curv/linalg';
import type { ConvergenceReport, TransportStatus } from '../api.js';
import { requireCount, requireMatrix, requireNonNegative, requireWeights, sum } from '../checks.js';
import { type Regularization, requireRegularization } from './problem.js';
import { ScaledKernel } from './scaled-kernel.js';

/** Options of the barycenters. `tolerance` bounds Σ_k λ_k ‖P_k 1 − mean‖₁; 1e-9 unless given. */
export interface BarycenterOptions extends Regularization {
  /** Weights λ of the measures, scaled to sum 1; uniform unless given. */
  readonly lambda?: ArrayLike<number>;
  /** Removes the entropic blur (Janati et al. 2020, arXiv:2006.02575). Default false. */
  readonly debiased?: boolean;
  readonly maxIterations?: number;
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

/** A barycenter and how it was found. */
export interface BarycenterResult extends Pick<ConvergenceReport, 'status' | 'converged' | 'errors'> {
  /** n masses of sum 1. */
  readonly weights: Float64Array;
  readonly iterations: number;
}

/**
 * The masses a on n given points that minimize Σ λ_k W_ε(a, b_k), by iterated Bregman projections (Benamou et al. 2015, arXiv:1412.5154). Cost O(K n m) an iteration, memory
 * 2 K n m.
 * @param cost n×m costs from the barycenter's points to those of the measures; square (and symmetric) where `debiased`
 * @param measures K measures of m masses each, scaled to sum 1
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function sinkhornBarycenter(cost: Matrix, measures: readonly ArrayLike<number>[], options: BarycenterOptions): BarycenterResult {
  const where = 'sinkhornBarycenter';
  requireMatrix(where, 'cost', cost);
  const eta = requireRegularization(where, options);
  const { maxIterations = 10_000, tolerance = 1e-9, debiased = false, signal } = options;
  requireCount(where, 'maxIterations', maxIterations);
  requireNonNegative(where, 'tolerance', tolerance);
  if (!(measures.length > 0)) throw new RangeError(`${where}: measures must hold at least one`);
  if (debiased && cost.rows !== cost.columns) throw new RangeError(`${where}: debiased needs the cost among one set of points, got ${cost.rows}×${cost.columns}`);
  const lambda = unit(requireWeights(where, 'lambda', options.lambda, measures.length));
  const { rows: n } = cost;
  const uniform = new Float64Array(n).fill(1 / n);
  // Masses of 0 are lifted to the least normal scale: their columns then hold next to nothing.
  const kernels = measures.map((b, k) => new ScaledKernel(cost, uniform, unit(requireWeights(where, `measures[${k}]`, b, cost.columns)).map((mass) => Math.max(mass, 1e-300)), eta));
  for (const kernel of kernels) kernel.logarithmicSweep(new Float64Array(cost.columns));
  const self = debiased ? new ScaledKernel(cost, uniform, uniform, eta) : null;
  self?.set(new Float64Array(n), new Float64Array(n));
  const errors: number[] = [];
  let weights: Float64Array = uniform;
  let status: TransportStatus = 'max-iterations';
  while (errors.length < maxIterations && status !== 'converged') {
    signal?.throwIfAborted();
    const step = projection(kernels, lambda, self);
    weights = step.weights;
    errors.push(step.error);
    if (step.error <= tolerance) status = 'converged';
    if (!Number.isFinite(step.error)) {
      status = 'underflow';
      break;
    }
  }
  return { weights: unit(weights), iterations: errors.length, errors: Float64Array.from(errors), status, converged: status === 'converged' };
}

const unit = (weights: Float64Array): Float64Array => {
  const total = sum(weights);
  return weights.map((w) => w / total);
};

/** a = δ ∏ (K_k β_k)^λ_k, α_k = a / K_k β_k, β_k = b_k / K_kᵀ α_k; δ ← √(δ a / Kδ) where the blur is removed, else 1. */
function projection(kernels: readonly ScaledKernel[], lambda: Float64Array, self: ScaledKernel | null): { weights: Float64Array; error: number } {
  const n = kernels[0]!.n;
  const logs = self === null ? new Float64Array(n) : self.beta.map(Math.log);
  kernels.forEach((kernel, k) => {
    kernel.rowSums();
    // K with its potential u taken out
    for (let i = 0; i < n; i++) logs[i]! += lambda[k]! * (Math.log(kernel.dots[i]!) - kernel.u[i]!);
  });
  const weights = logs.map(Math.exp);
  let error = 0;
  kernels.forEach((kernel, k) => {
    error += lambda[k]! * kernel.alpha.reduce((total, value, i) => total + Math.abs(value * kernel.dots[i]! - weights[i]!), 0);
    for (let i = 0; i < n; i++) kernel.alpha[i] = weights[i]! / kernel.dots[i]!;
    kernel.columnSums();
    kernel.scaleColumns();
    kernel.absorbIfFar();
  });
  if (self !== null) {
    self.rowSums();
    for (let i = 0; i < n; i++) self.beta[i] = Math.sqrt((self.beta[i]! * weights[i]!) / self.dots[i]!);
  }
  return { weights, error };
}
