/** Conditional gradients on the transport polytope (Frank & Wolfe 1956; for transport: Ferradans et al. 2014; Vayer et al. 2019). */
import type { Matrix } from '@curv/linalg';
import type { ConvergenceReport, Potentials, TransportOptions, TransportStatus } from '../api.js';
import { requireCount, requireNonNegative, type Weights } from '../checks.js';
import { solveBasis } from '../exact/exact-transport.js';
import { distance, marginals } from '../plan.js';

/** f(P) = ⟨C, P⟩ + ½⟨P, Q P⟩ */
export interface QuadraticProblem {
  readonly linear: Float64Array;
  /** Q P, for a symmetric linear map Q. */
  quadratic(plan: Matrix): Float64Array;
}

/**
 * A stationary plan: optimal for its own gradient. `errors` holds the gap ⟨∇f, P − V⟩ ≥ 0 to the best vertex V of the linearized problem relative to |f|, at every
 * iteration.
 */
export interface StationaryPlan extends ConvergenceReport {
  readonly plan: Matrix;
  /** The value that was minimized, f(P). */
  readonly cost: number;
}

/** Options of conditional gradients. `tolerance` bounds the gap relative to |f|, default 1e-9; `maxIterations` is 1000. */
export type ConditionalGradientOptions = Omit<TransportOptions, 'initial' | 'normalise'> & {
  /** Plan to start from; a bᵀ unless given. */
  readonly initial?: Matrix;
};

/** Moves to the best vertex of the linearized problem by an exact line search. Each iteration costs one exact transport and one product with Q. */
export function conditionalGradient(where: string, problem: QuadraticProblem, weights: Weights, options: ConditionalGradientOptions): StationaryPlan {
  const { a, b } = weights;
  const { maxIterations = 1000, tolerance = 1e-9, signal, onProgress, initial } = options;
  requireCount(where, 'maxIterations', maxIterations, 0);
  requireNonNegative(where, 'tolerance', tolerance);
  const [rows, columns] = [a.length, b.length];
  const plan = { rows, columns, data: initial ? initial.data.slice() : Float64Array.from({ length: rows * columns }, (_, k) => a[Math.floor(k / columns)]! * b[k % columns]!) };
  const { linear } = problem;
  const product = problem.quadratic(plan).slice();
  const gradient = new Float64Array(linear.length);
  const errors: number[] = [];
  let status: TransportStatus = 'max-iterations';
  let start: Potentials | undefined;
  for (let k = 0; k < maxIterations; k++) {
    signal?.throwIfAborted();
    linear.forEach((c, t) => (gradient[t] = c + product[t]!));
    const basis = solveBasis(where, { rows, columns, data: gradient }, weights, start ? { initial: start } : {});
    start = basis;
    const vertex = densePlan(basis, rows, columns);
    const vertexProduct = problem.quadratic(vertex);
    let [slope, curvature] = [0, 0];
    for (let t = 0; t < gradient.length; t++) {
      const step = vertex.data[t]! - plan.data[t]!;
      slope += gradient[t]! * step;
      curvature += step * (vertexProduct[t]! - product[t]!);
    }
    const value = valueOf(linear, plan.data, product);
    errors.push(Math.max(0, -slope) / Math.max(Math.abs(value), Number.MIN_VALUE));
    onProgress?.({ iteration: k, maxIterations, error: errors.at(-1)! });
    // Below the rounding of the sums that make it the gap cannot fall.
    if (errors.at(-1)! <= tolerance || -slope <= 1e-15 * magnitude(gradient, plan.data)) {
      status = 'converged';
      break;
    }
    // f(P + τ D) = f + τ slope + ½ τ² curvature
    const tau = curvature > 0 ? Math.min(1, -slope / curvature) : 1;
    for (let t = 0; t < gradient.length; t++) {
      plan.data[t]! += tau * (vertex.data[t]! - plan.data[t]!);
      product[t]! += tau * (vertexProduct[t]! - product[t]!);
    }
  }
  const sums = marginals(plan);
  const [rowError, columnError] = [distance(sums.rows, a), distance(sums.columns, b)];
  const value = valueOf(linear, plan.data, product);
  return { plan, cost: value, status, converged: status === 'converged', counts: { iterations: errors.length }, errors: Float64Array.from(errors), rowError, columnError, marginalError: rowError + columnError };
}

function valueOf(linear: Float64Array, plan: Float64Array, product: Float64Array): number {
  let value = 0;
  for (let t = 0; t < plan.length; t++) value += plan[t]! * (linear[t]! + product[t]! / 2);
  return value;
}

function magnitude(gradient: Float64Array, plan: Float64Array): number {
  let total = 0;
  for (let t = 0; t < plan.length; t++) total += Math.abs(gradient[t]!) * plan[t]!;
  return total;
}

function densePlan({ parent, flow }: { readonly parent: Int32Array; readonly flow: Float64Array }, rows: number, columns: number): Matrix {
  const data = new Float64Array(rows * columns);
  parent.forEach((p, x) => p >= 0 && (data[Math.min(p, x) * columns + Math.max(p, x) - rows] = flow[x]!));
  return { rows, columns, data };
}
