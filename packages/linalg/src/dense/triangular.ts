/** Substitution with triangular matrices by rows, in place, on one vector. Unchecked. */
import { axpyRange, dotRange } from '../vector.js';

/** x ← L⁻¹ x; `unit` takes the diagonal for ones. Row i of L starts at i·stride. */
export function forwardSolve(l: Float64Array, stride: number, n: number, x: Float64Array, unit = false): void {
  for (let i = 0; i < n; i++) {
    const rest = x[i]! - dotRange(l, i * stride, x, 0, i);
    x[i] = unit ? rest : rest / l[i * stride + i]!;
  }
}

/** x ← L⁻ᵀ x. */
export function forwardSolveTransposed(l: Float64Array, stride: number, n: number, x: Float64Array, unit = false): void {
  for (let i = n - 1; i >= 0; i--) {
    if (!unit) x[i]! /= l[i * stride + i]!;
    axpyRange(-x[i]!, l, i * stride, x, 0, i);
  }
}

/** x ← U⁻¹ x. */
export function backwardSolve(u: Float64Array, stride: number, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) x[i] = (x[i]! - dotRange(u, i * stride + i + 1, x, i + 1, n - 1 - i)) / u[i * stride + i]!;
}

/** x ← U⁻ᵀ x. */
export function backwardSolveTransposed(u: Float64Array, stride: number, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    x[i]! /= u[i * stride + i]!;
    axpyRange(-x[i]!, u, i * stride + i + 1, x, i + 1, n - 1 - i);
  }
}
