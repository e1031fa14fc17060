/** Blocks of Householder reflections in compact WY form (R. Schreiber & C. Van Loan 1989). Unchecked. */
import { dotRange } from '../vector.js';
import { gemm, view } from './gemm.js';

/** P₀ P₁ ⋯ = I − Vᵀ T V on rows from `start`; V is count×length by rows, T upper triangular. */
export interface Block {
  readonly start: number;
  readonly count: number;
  readonly length: number;
  readonly V: Float64Array;
  readonly T: Float64Array;
}

/** The block of I − τⱼ vⱼ vⱼᵀ, in that order from the left, of the rows vⱼ of V. Zeros in them cost as much as other numbers. */
export function blockOf(start: number, count: number, length: number, V: Float64Array, taus: Float64Array): Block {
  const gram = new Float64Array(count * count);
  gemm(count, count, length, 1, view(V, 0, length), view(V, 0, 1, length), view(gram, 0, count));
  const T = new Float64Array(count * count);
  const column = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    // T(0…j, j) = −τ T V v
    for (let i = 0; i < j; i++) column[i] = gram[i * count + j]!;
    for (let i = 0; i < j; i++) T[i * count + j] = -taus[j]! * dotRange(T, i * count + i, column, i, j - i);
    T[j * count + j] = taus[j]!;
  }
  return { start, count, length, V, T };
}

/** x[at …] becomes (β, v₁, …) with (I − τ (1, v)(1, v)ᵀ) x = (β, 0, …); returns τ. */
export function reflect(x: Float64Array, at: number, length: number): number {
  const head = x[at]!;
  let sigma = 0;
  for (let i = 1; i < length; i++) sigma += x[at + i]! * x[at + i]!;
  if (sigma === 0) return 0;
  const beta = head > 0 ? -Math.sqrt(head * head + sigma) : Math.sqrt(head * head + sigma);
  for (let i = 1; i < length; i++) x[at + i]! /= head - beta;
  x[at] = beta;
  return (beta - head) / beta;
}

/** C ← (I − Vᵀ T V) C, or with Tᵀ, on `width` columns of C (rows of `stride`) from `column`. */
export function applyBlock(
  { start, count, length, V, T }: Block,
  transposed: boolean,
  c: Float64Array,
  stride: number,
  column: number,
  width: number,
): void {
  if (width === 0) return;
  const target = view(c, start * stride + column, stride);
  const w = new Float64Array(count * width);
  gemm(count, width, length, 1, view(V, 0, length), target, view(w, 0, width));
  const tw = new Float64Array(count * width);
  gemm(count, width, count, 1, transposed ? view(T, 0, 1, count) : view(T, 0, count), view(w, 0, width), view(tw, 0, width));
  gemm(length, width, count, -1, view(V, 0, 1, length), view(tw, 0, width), target);
}
