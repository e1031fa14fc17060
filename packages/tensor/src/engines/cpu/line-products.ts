/** Products of a vector with lines of memory: a matrix and a vector, whether the matrix lies in one piece or its rows are scattered. */
import type { TypedArray } from '../../api.js';
import { AT_B, LINE, type LineFunctions, type Microkernel, PART } from './microkernel.js';

/** Where lines of equal length begin: line i in `arrays[i]`, or all in the only one. */
export interface Lines {
  readonly arrays: readonly TypedArray[];
  readonly offsets: readonly number[];
}

/** Shorter lines are not worth a call. */
export const LONG = 256;

const SHORTEST = 64;

/**
 * Inner products of `count` lines with a vector, or the sum of the lines, each times a number of the vector. Lines are copied to the kernel's memory, at some ten times the speed of
 * a loop over them. Of float32, 64 products at most are added in single precision before they join an inner product.
 */
export function lineProduct(kernel: Microkernel, { dot, combine }: LineFunctions, inner: boolean, count: number, length: number): (out: TypedArray, to: number, lines: Lines, vector: TypedArray) => void {
  const unit = 32 / kernel.width;
  const sums = new Float64Array(count);
  return (out, to, { arrays, offsets }, vector) => {
    sums.fill(0);
    for (let from = 0; from < length; from += LINE / unit) {
      kernel.reserve((4 * LINE) / unit);
      const { a, b, c } = kernel;
      const n = Math.min(LINE / unit, length - from);
      const bytes = Math.ceil((n * unit) / SHORTEST) * SHORTEST;
      const load = (i: number, at: number): void => {
        const array = arrays[arrays.length === 1 ? 0 : i]!;
        const start = offsets[i]! + from;
        a.set(n === array.length ? array : array.subarray(start, start + n), at);
      };
      if (inner) {
        a.fill(0, n, bytes / unit);
        b.fill(0, n, bytes / unit);
        b.set(vector.subarray(from, from + n));
        const parts = Math.ceil(bytes / PART);
        const lanes = (parts * 16) / unit;
        for (let i = 0; i < count; i++) {
          load(i, 0);
          dot(AT_B + bytes - (parts - 1) * PART, AT_B + bytes);
          for (let k = 0; k < lanes; k++) sums[i]! += c[k]!;
        }
      } else {
        b.fill(0, 0, bytes / unit);
        for (let i = 0; i < count; i += 4) {
          for (let k = 0; k < 4; k++) {
            c[k] = i + k < count ? vector[i + k]! : 0;
            if (i + k < count) load(i + k, (k * LINE) / unit);
            else a.fill(0, (k * LINE) / unit, (k * LINE + bytes) / unit);
          }
          combine(AT_B + bytes);
        }
        out.set(b.subarray(0, n), to + from);
      }
    }
    if (inner) for (let i = 0; i < count; i++) out[to + i] = sums[i]!;
  };
}
