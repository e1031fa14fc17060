/** Plans as matrices: marginals, cost, sparsification. */
import type { Matrix, SparseMatrix } from '@curv/linalg';
import type { Plan } from './api.js';
import { requireMatrix, requireNonNegative } from './checks.js';

/** Row and column sums of a plan. */
export interface Marginals {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

const isSparse = (plan: Plan): plan is SparseMatrix => 'pointers' in plan;

/** Calls `visit(i, j, value)` for every stored entry of a plan, by rows. */
export function forEachEntry(plan: Plan, visit: (i: number, j: number, value: number) => void): void {
  if (isSparse(plan)) {
    for (let i = 0; i < plan.rows; i++)
      for (let t = plan.pointers[i]!; t < plan.pointers[i + 1]!; t++) visit(i, plan.indices[t]!, plan.values[t]!);
  } else {
    for (let i = 0, k = 0; i < plan.rows; i++) for (let j = 0; j < plan.columns; j++) visit(i, j, plan.data[k++]!);
  }
}

/** P1 and Pᵀ1. */
export function marginals(plan: Plan): Marginals {
  const rows = new Float64Array(plan.rows);
  const columns = new Float64Array(plan.columns);
  forEachEntry(plan, (i, j, value) => {
    rows[i]! += value;
    columns[j]! += value;
  });
  return { rows, columns };
}

/** ‖P1 − a‖₁ and ‖Pᵀ1 − b‖₁. */
export function marginalErrors(plan: Plan, a: Float64Array, b: Float64Array): { rowError: number; columnError: number; marginalError: number } {
  const { rows, columns } = marginals(plan);
  const [rowError, columnError] = [distance(rows, a), distance(columns, b)];
  return { rowError, columnError, marginalError: rowError + columnError };
}

/** ‖u − v‖₁ */
export function distance(u: Float64Array, v: Float64Array): number {
  let total = 0;
  for (let i = 0; i < u.length; i++) total += Math.abs(u[i]! - v[i]!);
  return total;
}

/** ⟨C, P⟩ of a dense cost of the plan's size. */
export function planCost(cost: Matrix, plan: Plan): number {
  let total = 0;
  forEachEntry(plan, (i, j, value) => (total += value * cost.data[i * plan.columns + j]!));
  return total;
}

/**
 * A plan by compressed rows of the entries that matter: P_ij > tolerance · min((P1)_i / m, (Pᵀ1)_j / n), so that a row and a column lose at most `tolerance` of
 * their mass. Cost O(n m).
 * @throws TypeError, RangeError on a plan that is no matrix, or a tolerance that is negative
 */
export function sparsePlan(plan: Matrix, tolerance = 1e-9): SparseMatrix {
  requireMatrix('sparsePlan', 'plan', plan);
  requireNonNegative('sparsePlan', 'tolerance', tolerance);
  const { rows: n, columns: m, data } = plan;
  const { rows, columns } = marginals(plan);
  const kept = (i: number, j: number): boolean => data[i * m + j]! > tolerance * Math.min(rows[i]! / m, columns[j]! / n);
  const pointers = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    pointers[i + 1] = pointers[i]!;
    for (let j = 0; j < m; j++) if (kept(i, j)) pointers[i + 1]!++;
  }
  const indices = new Int32Array(pointers[n]!);
  const values = new Float64Array(pointers[n]!);
  for (let i = 0, t = 0; i < n; i++)
    for (let j = 0; j < m; j++)
      if (kept(i, j)) {
        indices[t] = j;
        values[t++] = data[i * m + j]!;
      }
  return { rows: n, columns: m, pointers, indices, values };
}
