/** The sparse Newton system of entropic transport. */
import type { SparseMatrix } from '@curv/linalg';
import type { ScaledKernel } from './scaled-kernel.js';

/** The system [[D₁, P], [Pᵀ, D₂]] (p, q) = (g, h) with D₁ = diag(P1) and D₂ = diag(Pᵀ1) of the whole plan and few entries of P. */
export interface NewtonSystem {
  readonly entries: SparseMatrix;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** P_ij that are kept: above a threshold for each row and column, the lower of which counts. */
function entriesAbove(scaled: ScaledKernel, byRow: Float64Array, byColumn: Float64Array): SparseMatrix {
  const { n, m, stride, kernel, alpha, beta } = scaled;
  const pointers = new Int32Array(n + 1);
  let indices = new Int32Array(8 * (n + m));
  let values = new Float64Array(8 * (n + m));
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (indices.length - count < m) {
      indices = grown(indices, new Int32Array(2 * indices.length + m));
      values = grown(values, new Float64Array(indices.length));
    }
    const factor = alpha[i]!;
    const least = byRow[i]!;
    for (let j = 0, at = i * stride; j < m; j++, at++) {
      const value = factor * kernel[at]! * beta[j]!;
      if (value > least || value > byColumn[j]!) {
        indices[count] = j;
        values[count++] = value;
      }
    }
    pointers[i + 1] = count;
  }
  return { rows: n, columns: m, pointers, indices: indices.subarray(0, count), values: values.subarray(0, count) };
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** P1 and Pᵀ1, after `sums`. */
function marginalsOf({ alpha, beta, dots, columns }: ScaledKernel): { rows: Float64Array; columns: Float64Array } {
  return { rows: alpha.map((value, i) => value * dots[i]!), columns: beta.map((value, j) => value * columns[j]!) };
}

/** Keeps P_ij > δ min((P1)_i / m, (Pᵀ1)_j / n): a row or column loses at most δ of its mass. One pass. To be called after `sums`. */
export function thresholdedSystem(scaled: ScaledKernel, delta: number): NewtonSystem {
  const { rows, columns } = marginalsOf(scaled);
  const entries = entriesAbove(scaled, rows.map((value) => (delta * value) / scaled.m), columns.map((value) => (delta * value) / scaled.n));
  return { entries, rows, columns };
}

/** Keeps the `count` largest entries of P (Tang et al. 2024, arXiv:2401.12253, algorithm 1). To be called after `sums`. */
export function largestEntriesSystem(scaled: ScaledKernel, count: number): NewtonSystem {
  const { n, m, stride, kernel, alpha, beta } = scaled;
  const all = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) all[i * m + j] = alpha[i]! * kernel[i * stride + j]! * beta[j]!;
  const bound = count >= all.length ? -1 : select(all, all.length - 1 - count);
  return { entries: entriesAbove(scaled, new Float64Array(n).fill(bound), new Float64Array(m).fill(bound)), ...marginalsOf(scaled) };
}

/** The element of rank k, counted from the least, 0 (Hoare's FIND, 1961). Reorders `values`; expected cost O(values). */
function select(values: Float64Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const value = values[i]!;
        values[i++] = values[j]!;
        values[j--] = value;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return values[k]!;
  }
  return values[k]!;
}

/** A solution, and the products that it took. */
export interface NewtonDirection {
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly iterations: number;
}

/**
 * Solves the system by conjugate gradients on its Schur complement S = D₂ − Pᵀ D₁⁻¹ P, with diag S as preconditioner: of the whole system's spectrum 1 ± σ only
 * 1 − σ² is left, which halves the iterations. Cost O(entries) each. Stops at a residual below `tolerance` of the right side's, or where pᵀSp ≤ 0 by rounding.
 */
export function solveNewtonSystem(system: NewtonSystem, g: Float64Array, h: Float64Array, tolerance: number, maxIterations = 2000): NewtonDirection {
  const { entries: { pointers, indices, values }, rows, columns } = system;
  const [n, m] = [rows.length, columns.length];
  const inverse = rows.map((value) => 1 / value);
  const diagonal = columns.slice();
  const r = h.slice();
  for (let i = 0; i < n; i++) {
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) {
      const scaled = values[t]! * inverse[i]!;
      diagonal[indices[t]!]! -= scaled * values[t]!;
      r[indices[t]!]! -= scaled * g[i]!;
    }
  }
  // A column whose mass lies in one entry of one row leaves a pivot of rounding: its own mass is the scale then.
  const preconditioner = diagonal.map((value, j) => 1 / Math.max(value, 1e-8 * columns[j]!));
  const q = new Float64Array(m);
  const z = r.map((value, j) => value * preconditioner[j]!);
  const direction = z.slice();
  const product = new Float64Array(m);
  let energy = inner(r, z);
  const target = tolerance * tolerance * energy;
  let iterations = 0;
  while (iterations < maxIterations && energy > target && energy > 0) {
    for (let j = 0; j < m; j++) product[j] = columns[j]! * direction[j]!;
    for (let i = 0; i < n; i++) {
      const [from, to] = [pointers[i]!, pointers[i + 1]!];
      let total = 0;
      for (let t = from; t < to; t++) total += values[t]! * direction[indices[t]!]!;
      total *= inverse[i]!;
      for (let t = from; t < to; t++) product[indices[t]!]! -= values[t]! * total;
    }
    iterations++;
    const curvature = inner(direction, product);
    if (!(curvature > 0)) break;
    const step = energy / curvature;
    for (let j = 0; j < m; j++) {
      q[j]! += step * direction[j]!;
      r[j]! -= step * product[j]!;
      z[j] = r[j]! * preconditioner[j]!;
    }
    const before = energy;
    energy = inner(r, z);
    const beta = energy / before;
    for (let j = 0; j < m; j++) direction[j] = z[j]! + beta * direction[j]!;
  }
  const p = g.slice();
  for (let i = 0; i < n; i++) {
    for (let t = pointers[i]!; t < pointers[i + 1]!; t++) p[i]! -= values[t]! * q[indices[t]!]!;
    p[i]! *= inverse[i]!;
  }
  return { p, q, iterations };
}

function inner(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j]! * b[j]!;
  return total;
}
