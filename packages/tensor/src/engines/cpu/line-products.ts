/** Products of a vector with lines of memory: a matrix and a vector, whether the matrix lies in one piece or its rows are scattered. */
import type { DType, TypedArray } from '../../api.js';
import { AT_B, LINE, microkernel, PART } from './microkernel.js';

/** Line i begins at `offset + i·step` of the only array, or of array number i. */
type LineProduct = (out: TypedArray, to: number, arrays: readonly TypedArray[], offset: number, step: number, vector: TypedArray) => void;

/** Whether there are vectors, and lines are long enough to be worth a call. */
export const worthLines = (dtype: DType, length: number): boolean => microkernel(dtype).lines !== null && length >= 64;

/**
 * Inner products of `count` lines with a vector, or the sum of the lines, each times a number of the vector. Lines are copied to the kernel's memory, which takes less time than a
 * loop over them. Of float32, 64 products at most are added in single precision before they join an inner product.
 */
export function lineProduct(dtype: DType, inner: boolean, count: number, length: number): LineProduct {
  const kernel = microkernel(dtype);
  const { dot, combine } = kernel.lines!;
  const unit = 32 / kernel.width;
  const most = LINE / unit;
  const sums = new Float64Array(count);
  return (out, to, arrays, offset, step, vector) => {
    sums.fill(0);
    for (let from = 0; from < length; from += most) {
      kernel.reserve(4 * most);
      const { a, b, c } = kernel;
      const n = Math.min(most, length - from);
      const bytes = Math.ceil((n * unit) / 64) * 64;
      const parts = Math.ceil(bytes / PART);
      const take = (x: TypedArray, start: number): TypedArray => (n === x.length ? x : x.subarray(start, start + n));
      const load = (i: number, at: number): void => a.set(take(arrays[i] ?? arrays[0]!, offset + i * step + from), at);
      a.fill(0, n, bytes / unit);
      b.fill(0, inner ? n : 0, bytes / unit);
      if (inner) b.set(take(vector, from));
      for (let i = 0; i < count; i += inner ? 1 : 4) {
        if (inner) {
          load(i, 0);
          dot(AT_B + bytes - (parts - 1) * PART, AT_B + bytes);
          for (let k = 0; k < (parts * 16) / unit; k++) sums[i]! += c[k]!;
          continue;
        }
        for (let k = 0; k < 4; k++) {
          c[k] = vector[i + k] ?? 0;
          if (i + k < count) load(i + k, k * most);
          else a.fill(0, k * most, k * most + n);
        }
        combine(AT_B + bytes);
      }
      if (!inner) out.set(b.subarray(0, n), to + from);
    }
    if (inner) out.set(sums, to);
  };
}
