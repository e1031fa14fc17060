/** Substitution with triangular matrices by rows, in place, on a vector or a matrix. Unchecked. */
import { axpyRange, dotRange } from '../vector.js';
import { gemm, view } from './gemm.js';

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

const BLOCK = 32;

/** X ← L⁻¹ X for n×width X by rows, in blocks. */
export function solveLower(l: Float64Array, n: number, x: Float64Array, width: number): void {
  for (let k = 0; k < n; k += BLOCK) {
    const end = Math.min(n, k + BLOCK);
    gemm(end - k, width, k, -1, view(l, k * n, n), view(x, 0, width), view(x, k * width, width));
    for (let i = k; i < end; i++) {
      for (let j = k; j < i; j++) axpyRange(-l[i * n + j]!, x, j * width, x, i * width, width);
      scaleRow(x, i * width, width, l[i * n + i]!);
    }
  }
}

/** X ← L⁻ᵀ X for n×width X by rows, in blocks. */
export function solveLowerTransposed(l: Float64Array, n: number, x: Float64Array, width: number): void {
  for (let end = n; end > 0; end -= BLOCK) {
    const k = Math.max(0, end - BLOCK);
    gemm(end - k, width, n - end, -1, view(l, end * n + k, 1, n), view(x, end * width, width), view(x, k * width, width));
    for (let i = end - 1; i >= k; i--) {
      for (let j = i + 1; j < end; j++) axpyRange(-l[j * n + i]!, x, j * width, x, i * width, width);
      scaleRow(x, i * width, width, l[i * n + i]!);
    }
  }
}

function scaleRow(x: Float64Array, at: number, width: number, pivot: number): void {
  for (let j = 0; j < width; j++) x[at + j]! /= pivot;
}
