/** Entropic Gromov-Wasserstein and fused Gromov-Wasserstein. */
import { type Matrix, matmul, transpose } from '@curv/linalg';
import type { ConvergenceReport, TransportStatus } from '../api.js';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative } from '../checks.js';
import { distance } from '../plan.js';
import type { Regularization } from './problem.js';
import { sns } from './sns.js';

/** Options of `entropicGromov`. `tolerance` bounds Σ |change of P| in an iteration; 1e-9 unless given. */
export interface EntropicGromovOptions extends Regularization {
  /** Costs [n, m] between features, and the share α in [0, 1] of the structures beside them: fused Gromov-Wasserstein. */
  readonly features?: Matrix;
  readonly share?: number;
  readonly maxIterations?: number;
  readonly tolerance?: number;
  readonly normalise?: boolean;
  readonly signal?: AbortSignal;
}

/** A plan between two spaces. */
export interface EntropicGromovResult extends Pick<ConvergenceReport, 'status' | 'converged' | 'errors' | 'marginalError'> {
  readonly plan: Matrix;
  /** (1 − α) ⟨M, P⟩ + α Σ (C_ik − D_jl)² P_ij P_kl */
  readonly cost: number;
  readonly iterations: number;
}

/**
 * A stationary point of (1 − α) ⟨M, P⟩ + α Σ (C_ik − D_jl)² P_ij P_kl + ε Σ P log P, by entropic plans for the cost linearized at the last one (Peyré, Cuturi & Solomon 2016,
 * proposition 2), from a ⊗ b. The problem is not convex. Cost O(n² m + n m²) an iteration.
 * @param c n×n distances or similarities within the sources, symmetric
 * @param d m×m, within the targets
 * @param a n masses; uniform unless given
 * @param b m masses of the same sum
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function entropicGromov(c: Matrix, d: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: EntropicGromovOptions): EntropicGromovResult {
  const where = 'entropicGromov';
  for (const [name, matrix] of [['c', c], ['d', d]] as const) requireSymmetric(where, name, matrix);
  const { maxIterations = 500, tolerance = 1e-9, features, share = features === undefined ? 1 : 0.5, signal, epsilon, eta } = options;
  requireCount(where, 'maxIterations', maxIterations);
  requireNonNegative(where, 'tolerance', tolerance);
  if (!(share >= 0 && share <= 1)) throw new RangeError(`${where}: share must be a number from 0 to 1, got ${String(share)}`);
  if (features !== undefined) requireMatrix(where, 'features', features, c.rows, d.rows);
  const weights = requireBalancedWeights(where, a, b, c.rows, d.rows, options.normalise);
  const regularization = { ...(epsilon !== undefined && { epsilon }), ...(eta !== undefined && { eta }) };
  const fused = (structure: Float64Array, factor: number): Float64Array => structure.map((value, k) => share * factor * value + (1 - share) * (features?.data[k] ?? 0));
  let plan: Matrix = { rows: c.rows, columns: d.rows, data: outer(weights.a, weights.b) };
  const errors: number[] = [];
  let status: TransportStatus = 'max-iterations';
  let marginalError = 0;
  while (errors.length < maxIterations && status !== 'converged') {
    signal?.throwIfAborted();
    const cost = { ...plan, data: fused(structureCost(c, d, plan, weights.a, weights.b), 2) };
    const next = sns(cost, weights.a, weights.b, { ...regularization, tolerance: 1e-11 });
    errors.push(distance(next.plan.data, plan.data));
    ({ plan, marginalError } = next);
    if (errors.at(-1)! <= tolerance) status = 'converged';
  }
  const cost = fused(structureCost(c, d, plan, weights.a, weights.b), 1).reduce((total, value, k) => total + value * plan.data[k]!, 0);
  return { plan, cost, marginalError, iterations: errors.length, errors: Float64Array.from(errors), status, converged: status === 'converged' };
}

function requireSymmetric(where: string, name: string, matrix: Matrix): void {
  requireMatrix(where, name, matrix);
  const { rows: n, data } = matrix;
  if (matrix.columns !== n) throw new RangeError(`${where}: ${name} must be square, got ${n}×${matrix.columns}`);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < i; k++)
      if (Math.abs(data[i * n + k]! - data[k * n + i]!) > 1e-12 * (1 + Math.abs(data[i * n + k]!)))
        throw new RangeError(`${where}: ${name} must be symmetric, got ${data[i * n + k]!} and ${data[k * n + i]!} in rows ${i} and ${k}`);
}

const outer = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from({ length: a.length * b.length }, (_, k) => a[Math.floor(k / b.length)]! * b[k % b.length]!);

/** Σ_kl (C_ik − D_jl)² P_kl = (C² a)_i + (D² b)_j − 2 (C P Dᵀ)_ij (Peyré et al. 2016, proposition 1). */
function structureCost(c: Matrix, d: Matrix, plan: Matrix, a: Float64Array, b: Float64Array): Float64Array {
  const product = matmul(matmul(c, plan), transpose(d)).data;
  const squares = ({ rows, data }: Matrix, w: Float64Array): Float64Array =>
    Float64Array.from({ length: rows }, (_, i) => w.reduce((total, mass, k) => total + mass * data[i * rows + k]! ** 2, 0));
  const [rows, columns] = [squares(c, a), squares(d, b)];
  return product.map((value, k) => rows[Math.floor(k / b.length)]! + columns[k % b.length]! - 2 * value);
}
