/** Unbalanced transport without entropy. */
import type { Matrix } from '@curv/linalg';
import type { ConvergenceReport, TransportOptions, TransportStatus } from '../api.js';
import { requireCount, requireMatrix, requireNonNegative, requirePositive, requireWeights, sum } from '../checks.js';
import { distance, marginals, planCost } from '../plan.js';

/** Options of unbalanced transport. `tolerance` bounds the change of the plan in an iteration relative to its mass, default 1e-10; `maxIterations` is 100 000. */
export interface UnbalancedTransportOptions extends Omit<TransportOptions, 'initial' | 'normalise'> {
  /** How marginals that are missed are paid for: `kl` Σ p log(p/a) − p + a, or `l2` Σ (p − a)². Default `kl`. */
  readonly divergence?: 'kl' | 'l2';
  /** Plan to start from; a bᵀ over the mean total unless given. Where it is 0 it stays 0. */
  readonly initial?: Matrix;
}

/** A plan whose marginals need not be the masses. */
export interface UnbalancedTransportResult extends ConvergenceReport {
  readonly plan: Matrix;
  /** ⟨C, P⟩ */
  readonly cost: number;
  /** ⟨C, P⟩ + λ (D(P1, a) + D(Pᵀ1, b)) */
  readonly objective: number;
}

/**
 * min ⟨C, P⟩ + λ (D(P1, a) + D(Pᵀ1, b)) over P ≥ 0, by majorization-minimization: multiplicative updates that never raise the objective (Chapel, Flamary, Wu,
 * Févotte & Gasso 2021, arXiv:2106.04145, equations 6 and 7). Convex; O(n m) an iteration, linear or slower convergence.
 * @param cost n×m, finite
 * @param a n masses
 * @param b m masses; the totals may differ
 * @param lambda price of mass that is made or lost, in units of the cost
 * @throws TypeError, RangeError on wrong sizes, entries that are not finite, negative masses, lambda not above 0
 */
export function unbalancedTransport(cost: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, lambda: number, options: UnbalancedTransportOptions = {}): UnbalancedTransportResult {
  const where = 'unbalancedTransport';
  requireMatrix(where, 'cost', cost);
  requirePositive(where, 'lambda', lambda);
  const { rows: n, columns: m } = cost;
  const [sources, sinks] = [requireWeights(where, 'a', a, n), requireWeights(where, 'b', b, m)];
  const { divergence = 'kl', maxIterations = 100_000, tolerance = 1e-10, signal, onProgress, initial } = options;
  if (divergence !== 'kl' && divergence !== 'l2') throw new RangeError(`${where}: divergence must be kl or l2, got ${String(divergence)}`);
  requireCount(where, 'maxIterations', maxIterations, 0);
  requireNonNegative(where, 'tolerance', tolerance);
  if (initial) requireMatrix(where, 'initial', initial, n, m);
  const total = (sum(sources) + sum(sinks)) / 2;
  const plan = { rows: n, columns: m, data: initial ? initial.data.slice() : Float64Array.from({ length: n * m }, (_, k) => (sources[Math.floor(k / m)]! * sinks[k % m]!) / total) };
  const factors = factorsOf(divergence, cost, sources, sinks, lambda);
  const errors: number[] = [];
  let status: TransportStatus = 'max-iterations';
  let iterations = 0;
  while (iterations < maxIterations && status !== 'converged') {
    signal?.throwIfAborted();
    const error = (divergence === 'kl' ? stepKl : stepL2)(plan, factors, sources, sinks);
    iterations++;
    if (iterations % 64 === 0 || error <= tolerance) {
      errors.push(error);
      onProgress?.({ iteration: iterations, maxIterations, error });
    }
    if (error <= tolerance) status = 'converged';
  }
  const { rows, columns } = marginals(plan);
  const [rowError, columnError] = [distance(rows, sources), distance(columns, sinks)];
  const moved = planCost(cost, plan);
  const penalty = (divergence === 'kl' ? kl : l2)(rows, sources) + (divergence === 'kl' ? kl : l2)(columns, sinks);
  return {
    plan, cost: moved, objective: moved + lambda * penalty, status, converged: status === 'converged', counts: { iterations }, errors: Float64Array.from(errors),
    rowError, columnError, marginalError: rowError + columnError,
  };
}

/** exp(−C / 2λ), or max(0, a_i + b_j − C / 2λ). */
function factorsOf(divergence: 'kl' | 'l2', { columns, data }: Matrix, a: Float64Array, b: Float64Array, lambda: number): Float64Array {
  return divergence === 'kl' ? data.map((c) => Math.exp(-c / (2 * lambda))) : data.map((c, k) => Math.max(0, a[Math.floor(k / columns)]! + b[k % columns]! - c / (2 * lambda)));
}

/** P ← P ∘ K ∘ √(a / P1) √(b / Pᵀ1)ᵀ (equation 6). Returns ‖ΔP‖₁ / ‖P‖₁. */
function stepKl(plan: Matrix, factors: Float64Array, a: Float64Array, b: Float64Array): number {
  const { rows, columns } = marginals(plan);
  const ratio = (w: number, s: number): number => (s > 0 ? Math.sqrt(w / s) : 0);
  const [u, v] = [rows.map((s, i) => ratio(a[i]!, s)), columns.map((s, j) => ratio(b[j]!, s))];
  return multiply(plan, (i, j, k) => factors[k]! * u[i]! * v[j]!);
}

/** P ← P ∘ K / (P1 1ᵀ + 1 (Pᵀ1)ᵀ) (equation 7). */
function stepL2(plan: Matrix, factors: Float64Array): number {
  const { rows, columns } = marginals(plan);
  return multiply(plan, (i, j, k) => factors[k]! / (rows[i]! + columns[j]!));
}

function multiply({ rows, columns, data }: Matrix, factor: (i: number, j: number, k: number) => number): number {
  let [change, mass] = [0, 0];
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, k++) {
      const old = data[k]!;
      if (old === 0) continue;
      const next = old * factor(i, j, k);
      change += Math.abs(next - old);
      mass += next;
      data[k] = next;
    }
  }
  return mass > 0 ? change / mass : 0;
}

const kl = (p: Float64Array, a: Float64Array): number => p.reduce((total, v, i) => total + (v > 0 ? v * Math.log(v / a[i]!) : 0) - v + a[i]!, 0);
const l2 = (p: Float64Array, a: Float64Array): number => p.reduce((total, v, i) => total + (v - a[i]!) ** 2, 0);
