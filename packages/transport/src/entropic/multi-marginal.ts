/** Entropic transport between several measures at once. */
import type { ConvergenceReport, TransportStatus } from '../api.js';
import { requireCount, requireFinite, requireNonNegative, requireWeights, sum } from '../checks.js';
import { type Regularization, requireRegularization } from './problem.js';

/** Options of `multiMarginalSinkhorn`. `tolerance` bounds the sum of all marginals' errors in ‖·‖₁; 1e-9 unless given. */
export interface MultiMarginalOptions extends Regularization {
  readonly maxIterations?: number;
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

/** A plan over products of points. */
export interface MultiMarginalResult extends Pick<ConvergenceReport, 'status' | 'converged' | 'errors' | 'marginalError'> {
  /** Row-major, of the shape of the cost. */
  readonly plan: Float64Array;
  /** ⟨C, P⟩ */
  readonly cost: number;
  /** One potential for each measure, in units of the cost; P = exp((Σ x^k − C)/ε). */
  readonly potentials: readonly Float64Array[];
  readonly iterations: number;
}

/**
 * min ⟨C, P⟩ + ε Σ P (log P − 1) over tensors P with K given marginals, by Sinkhorn's iteration over them in turn, in logarithms (Benamou et al. 2015, arXiv:1412.5154,
 * section 4). For small problems: cost and memory are O(∏ n_k) a sweep, times K in time.
 * @param cost ∏ n_k costs, row-major, the first measure's index slowest
 * @param measures K measures of n_k masses above 0, of one sum
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function multiMarginalSinkhorn(cost: Float64Array, measures: readonly ArrayLike<number>[], options: MultiMarginalOptions): MultiMarginalResult {
  const where = 'multiMarginalSinkhorn';
  const eta = requireRegularization(where, options);
  const { maxIterations = 10_000, tolerance = 1e-9, signal } = options;
  requireCount(where, 'maxIterations', maxIterations);
  requireNonNegative(where, 'tolerance', tolerance);
  if (!(measures.length >= 2)) throw new RangeError(`${where}: measures must hold at least two, got ${measures.length}`);
  const masses = measures.map((b, k) => requireWeights(where, `measures[${k}]`, b, b.length));
  const size = masses.reduce((product, { length }) => product * length, 1);
  if (!(cost instanceof Float64Array) || cost.length !== size) throw new RangeError(`${where}: cost must be a Float64Array of ${masses.map(({ length }) => length).join('·')} = ${size} elements, got ${cost?.length}`);
  requireFinite(where, 'cost', cost);
  masses.forEach((b, k) => {
    if (b.includes(0)) throw new RangeError(`${where}: every mass must be above 0, got 0 in measures[${k}]: leave the point out`);
    if (Math.abs(sum(b) - sum(masses[0]!)) > 1e-9 * sum(b)) throw new RangeError(`${where}: measures must have one sum, got ${sum(masses[0]!)} and ${sum(b)} of measures[${k}]`);
  });
  const strides = masses.map((_, k) => masses.slice(k + 1).reduce((product, { length }) => product * length, 1));
  // log P, kept up to date as potentials move
  const logs = cost.map((c) => -eta * c);
  const potentials = masses.map(({ length }) => new Float64Array(length));
  const errors: number[] = [];
  let status: TransportStatus = 'max-iterations';
  while (errors.length < maxIterations && status !== 'converged') {
    signal?.throwIfAborted();
    // of what was found before this sweep moved it
    let error = 0;
    masses.forEach((b, k) => {
      const found = logMarginal(logs, strides[k]!, b.length);
      for (let i = 0; i < b.length; i++) {
        error += Math.abs(Math.exp(found[i]!) - b[i]!);
        found[i] = Math.log(b[i]!) - found[i]!;
        potentials[k]![i]! += found[i]! / eta;
      }
      for (let at = 0; at < size; at++) logs[at]! += found[Math.floor(at / strides[k]!) % b.length]!;
    });
    errors.push(error);
    if (error <= tolerance) status = 'converged';
  }
  const plan = logs.map(Math.exp);
  const marginalError = masses.reduce((total, b, k) => total + logMarginal(logs, strides[k]!, b.length).reduce((s, value, i) => s + Math.abs(Math.exp(value) - b[i]!), 0), 0);
  return {
    plan, cost: plan.reduce((total, p, at) => total + p * cost[at]!, 0), potentials, iterations: errors.length, errors: Float64Array.from(errors),
    marginalError, status, converged: status === 'converged',
  };
}

/** log of the sums of exp(logs) over all other indices. */
function logMarginal(logs: Float64Array, stride: number, length: number): Float64Array {
  const most = new Float64Array(length).fill(-Infinity);
  for (let at = 0; at < logs.length; at++) {
    const i = Math.floor(at / stride) % length;
    if (logs[at]! > most[i]!) most[i] = logs[at]!;
  }
  const total = new Float64Array(length);
  for (let at = 0; at < logs.length; at++) {
    const i = Math.floor(at / stride) % length;
    total[i]! += Math.exp(logs[at]! - most[i]!);
  }
  return total.map((value, i) => most[i]! + Math.log(value));
}
