/** Exact transport that keeps the classes of the sources apart. */
import type { Matrix, SparseMatrix } from '@curv/linalg';
import type { TransportResult } from '../api.js';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative } from '../checks.js';
import { exactTransport, type ExactTransportOptions } from '../exact/exact-transport.js';
import { forEachEntry, planCost } from '../plan.js';

/** Options of class-regularized transport. */
export interface ClassRegularizedOptions extends Omit<ExactTransportOptions, 'initial'> {
  /** Weight η of the penalty, in units of the cost times mass^(1 − power); default 1. */
  readonly strength?: number;
  /** Exponent of the penalty, in (0, 1); default ½. */
  readonly power?: number;
  /** Linearizations at most, default 20. */
  readonly maxIterations?: number;
}

/** A plan that is stationary for the penalized problem. */
export interface ClassRegularizedResult extends TransportResult<SparseMatrix> {
  /** ⟨C, P⟩ + η Σ_j Σ_c (Σ_{i in c} P_ij)^power */
  readonly objective: number;
}

/**
 * min ⟨C, P⟩ + η Σ_j Σ_c (Σ_{i in c} P_ij)^q: a target pays for every class that sends to it, so that classes are not mixed (Courty, Flamary, Tuia &
 * Rakotomamonjy 2017, arXiv:1507.00504, section 4.2). The penalty is concave: each step solves exact transport with its linearization, which lies above it, and
 * the objective never rises. `converged` when the plan repeats.
 * @param cost n×m
 * @param labels n classes, integers of at least 0; negative: of no class
 * @throws as `exactTransport`; RangeError unless there are n labels, strength ≥ 0, power in (0, 1)
 */
export function classRegularizedTransport(
  cost: Matrix, labels: ArrayLike<number>, a?: ArrayLike<number>, b?: ArrayLike<number>, options: ClassRegularizedOptions = {},
): ClassRegularizedResult {
  const where = 'classRegularizedTransport';
  requireMatrix(where, 'cost', cost);
  const { rows: n, columns: m, data } = cost;
  const { strength = 1, power = 0.5, maxIterations = 20, ...rest } = options;
  requireNonNegative(where, 'strength', strength);
  requireCount(where, 'maxIterations', maxIterations);
  if (!(power > 0 && power < 1)) throw new RangeError(`${where}: power must be in (0, 1), got ${String(power)}`);
  if (labels?.length !== n) throw new RangeError(`${where}: labels must have ${n} elements, got ${String(labels?.length)}`);
  const bad = Float64Array.from(labels).findIndex((label) => !Number.isSafeInteger(label));
  if (bad >= 0) throw new RangeError(`${where}: labels must be integers, got ${labels[bad]!} at element ${bad}`);
  const weights = requireBalancedWeights(where, a, b, n, m, options.normalise);
  const classes = 1 + Int32Array.from(labels).reduce((most, label) => Math.max(most, label), -1);
  let result = exactTransport(cost, weights.a, weights.b, rest);
  let best = objective(result, labels, classes, strength, power);
  let converged = false;
  for (let k = 1; k < maxIterations && !converged; k++) {
    const sums = classSums(result.plan, labels, classes);
    // d s^q = q s^(q−1) ds; the smallest masses keep it finite.
    const slopes = sums.map((s, t) => strength * power * (s + 1e-3 * weights.b[t % m]!) ** (power - 1));
    const linearized = data.map((c, t) => c + (labels[Math.floor(t / m)]! < 0 ? 0 : slopes[labels[Math.floor(t / m)]! * m + (t % m)]!));
    const next = exactTransport({ rows: n, columns: m, data: linearized }, weights.a, weights.b, { ...rest, initial: result });
    const value = objective({ ...next, cost: planCost(cost, next.plan) }, labels, classes, strength, power);
    converged = value >= best - 1e-12 * Math.abs(best);
    if (value < best) {
      best = value;
      result = { ...next, cost: planCost(cost, next.plan) };
    }
  }
  return { ...result, objective: best, status: converged ? 'converged' : 'max-iterations', converged };
}

function classSums(plan: SparseMatrix, labels: ArrayLike<number>, classes: number): Float64Array {
  const sums = new Float64Array(classes * plan.columns);
  forEachEntry(plan, (i, j, mass) => labels[i]! >= 0 && (sums[labels[i]! * plan.columns + j]! += mass));
  return sums;
}

function objective({ plan, cost }: TransportResult<SparseMatrix>, labels: ArrayLike<number>, classes: number, strength: number, power: number): number {
  return cost + strength * classSums(plan, labels, classes).reduce((total, s) => total + (s > 0 ? s ** power : 0), 0);
}
