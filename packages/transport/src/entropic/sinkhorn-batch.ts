/** Many pairs of histograms under one cost. */
import type { Matrix } from '@curv/linalg';
import type { TransportCounts, TransportStatus } from '../api.js';
import { requireBalancedWeights } from '../checks.js';
import { type EntropicOptions, entropicProblem } from './problem.js';
import { ScaledKernel } from './scaled-kernel.js';

/** What is found of each pair. */
export interface BatchResult {
  /** ⟨C, P⟩ of each pair. */
  readonly costs: Float64Array;
  /** ⟨a, x⟩ + ⟨b, y⟩ − ε Σ P of each pair. */
  readonly duals: Float64Array;
  readonly statuses: readonly TransportStatus[];
  /** Whether all converged. */
  readonly converged: boolean;
  /** Of all pairs together. */
  readonly counts: TransportCounts;
}

/**
 * Entropic costs of K pairs of histograms under one cost, by Sinkhorn's iteration: the cost is stored once, plans are not kept, and every pair starts from the potentials of
 * the one before. Memory 2 n m. The error is ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁.
 * @param cost n×m
 * @param as K lists of n masses above 0
 * @param bs K lists of m masses above 0, each of the sum of its partner
 * @param options as of `sinkhorn`; the limits hold for each pair; progress counts pairs
 * @throws TypeError, RangeError on wrong arguments, naming the pair; the signal's reason
 */
export function sinkhornBatch(cost: Matrix, as: readonly ArrayLike<number>[], bs: readonly ArrayLike<number>[], options: EntropicOptions): BatchResult {
  const where = 'sinkhornBatch';
  if (!(as.length > 0) || as.length !== bs.length) throw new RangeError(`${where}: as and bs must hold equally many histograms, at least one, got ${as.length} and ${bs.length}`);
  const weights = as.map((a, k) => {
    const pair = requireBalancedWeights(`${where}, pair ${k}`, a, bs[k], cost.rows, cost.columns, options.normalise);
    if (pair.a.includes(0) || pair.b.includes(0)) throw new RangeError(`${where}, pair ${k}: every mass must be above 0: add a background, or solve it by sinkhorn`);
    return pair;
  });
  const problem = entropicProblem(where, cost, weights[0]!.a, weights[0]!.b, options);
  const { maxIterations = 10_000, tolerance = 1e-9, signal, onProgress } = options;
  const scaled = new ScaledKernel(problem.cost, problem.a, problem.b, problem.eta);
  scaled.logarithmicSweep(problem.initial?.y.map((y) => y * problem.eta) ?? new Float64Array(scaled.m));
  const [costs, duals] = [new Float64Array(as.length), new Float64Array(as.length)];
  const statuses: TransportStatus[] = [];
  let sweeps = 0;
  for (const [k, { a, b }] of weights.entries()) {
    signal?.throwIfAborted();
    scaled.setMasses(a, b);
    const run = converge(scaled, tolerance, maxIterations);
    sweeps += run.sweeps;
    statuses.push(run.status);
    [costs[k], duals[k]] = valuesOf(scaled);
    onProgress?.({ iteration: k + 1, maxIterations: as.length, error: run.error });
  }
  return { costs, duals, statuses, converged: statuses.every((status) => status === 'converged'), counts: { iterations: sweeps, sweeps, kernelPasses: scaled.kernelPasses } };
}

function converge(scaled: ScaledKernel, tolerance: number, maxIterations: number): { status: TransportStatus; sweeps: number; error: number } {
  let error = Infinity;
  for (let sweeps = 1; sweeps <= maxIterations; sweeps++) {
    scaled.scaleRows();
    error = scaled.columnError();
    if (error <= tolerance) return { status: 'converged', sweeps, error };
    if (!Number.isFinite(error)) return { status: 'underflow', sweeps, error };
    scaled.scaleColumns();
    scaled.absorbIfFar();
  }
  return { status: 'max-iterations', sweeps: maxIterations, error };
}

/** ⟨C, P⟩ and the dual, after a sweep. */
function valuesOf(scaled: ScaledKernel): [number, number] {
  const { n, m, stride, kernel, cost, alpha, beta, a, b } = scaled;
  let [total, mass] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0, at = i * stride; j < m; j++, at++) {
      const value = alpha[i]! * kernel[at]! * beta[j]!;
      mass += value;
      total += value * cost[at]!;
    }
  const [u, v] = scaled.potentials();
  const inner = (w: Float64Array, p: Float64Array): number => p.reduce((sum, value, k) => sum + w[k]! * (value + 0.5), 0);
  return [total, (inner(a, u) + inner(b, v) - mass) / scaled.inverseTemperature];
}
