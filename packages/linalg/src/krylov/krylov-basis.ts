/** A basis in WebAssembly's memory, or where there is none in a plain array, and what Krylov methods do with it. Unchecked. */
import type { RandomStream } from '../random.js';
import { norm, scale } from '../vector.js';
import { project, recombine, subtract } from './basis.js';
import { basisKernels, type Precision } from './basis-kernels.js';

/** From so many numbers on a basis is kept in WebAssembly's memory; making one costs about as much as this much work. */
const VECTORS_FROM = 2 ** 15;
/** Numbers of each vector that are recombined at a time, so that they stay in cache. */
const STRIP = 128;
/** A pass that leaves more than this part of w needs no second one (J. W. Daniel, W. B. Gragg, L. Kaufman, G. W. Stewart 1976). */
const ENOUGH = Math.SQRT1_2;

/**
 * Room for `capacity` vectors of n numbers. A basis for products in float32 is stored in float32, which is as exact as they are; coefficients and sums are
 * float64 always. Memory: 4 or 8 bytes a number, and one vector and 128 numbers a vector besides in float64.
 */
export class KrylovBasis {
  /** Vector j at j · stride. */
  readonly data: Float64Array | Float32Array;
  readonly stride: number;
  /** Bytes from a vector to the next. */
  private readonly pitch: number;
  private readonly kernels: ReturnType<typeof basisKernels>;
  private readonly work: Float64Array;
  /** Coefficients, and a strip of every vector. */
  private readonly scratch: Float64Array;

  constructor(
    readonly n: number,
    readonly capacity: number,
    dtype: Precision,
  ) {
    const padded = Math.ceil(n / 4) * 4;
    const scratch = 16 + capacity * (capacity + STRIP);
    const bytes = dtype === 'float32' ? 4 : 8;
    this.kernels = n * capacity < VECTORS_FROM ? null : basisKernels(dtype, 8 * (padded + scratch) + bytes * padded * capacity);
    const buffer = this.kernels?.buffer ?? new ArrayBuffer(8 * n * capacity);
    const single = this.kernels !== null && dtype === 'float32';
    const [stride, work, free] = this.kernels === null ? [n, 0, 0] : [padded, padded, scratch];
    this.stride = stride;
    this.pitch = stride * (single ? 4 : 8);
    this.work = new Float64Array(buffer, 0, work);
    this.scratch = new Float64Array(buffer, 8 * work, free);
    this.data = new (single ? Float32Array : Float64Array)(buffer, 8 * (work + free), stride * capacity);
  }

  /** Vector j in its place. */
  private at(j: number): Float64Array | Float32Array {
    return this.data.subarray(j * this.stride, j * this.stride + this.n);
  }

  /** A copy of vector j. */
  vector(j: number): Float64Array {
    return new Float64Array(this.at(j));
  }

  /** Vector j in the basis's memory where that holds float64, else a copy. */
  share(j: number): Float64Array {
    const place = this.at(j);
    return place instanceof Float64Array ? place : new Float64Array(place);
  }

  /** Stores vector j; v becomes what is stored. */
  store(j: number, v: Float64Array): void {
    const place = this.at(j);
    place.set(v);
    if (place instanceof Float32Array) v.set(place);
  }

  /** A copy of the first `count` vectors, one after the other. */
  leading(count: number): Float64Array {
    const out = new Float64Array(this.n * count);
    for (let j = 0; j < count; j++) out.set(this.at(j), j * this.n);
    return out;
  }

  /** hⱼ = vⱼ · w for vectors from `from` to `to`. */
  private project(from: number, to: number, w: Float64Array, h: Float64Array): void {
    const { kernels, stride, pitch, scratch, data } = this;
    if (kernels === null) return project(data.subarray(from * stride) as Float64Array, to - from, w, h.subarray(from));
    for (let j = from; j < to; ) {
      const width = j + 4 <= to ? 4 : 1;
      (width === 4 ? kernels.four : kernels.one).project(0, 8 * stride, data.byteOffset + j * pitch, pitch, scratch.byteOffset);
      for (let t = 0; t < width; t++, j++) h[j] = scratch[2 * t]! + scratch[2 * t + 1]!;
    }
  }

  /** w −= Σ hⱼ vⱼ over vectors from `from` to `to`. */
  private subtract(from: number, to: number, w: Float64Array, h: Float64Array): void {
    const { kernels, stride, pitch, scratch, data } = this;
    if (kernels === null) return subtract(data.subarray(from * stride) as Float64Array, to - from, w, h.subarray(from));
    for (let j = from; j < to; ) {
      const width = j + 4 <= to ? 4 : 1;
      for (let t = 0; t < width; t++) scratch[t] = h[j + t]!;
      (width === 4 ? kernels.four : kernels.one).subtract(0, 8 * stride, data.byteOffset + j * pitch, pitch, scratch.byteOffset);
      j += width;
    }
  }

  /**
   * Makes w orthogonal to the first `count` vectors by classical Gram-Schmidt, a second time where the first took much away. Coefficients go to `h`, the
   * norm of what is left is returned.
   * @param known coefficients but for the last, where they are known up to rounding, and 0 where they are not: they are taken off first, so that one pass
   * is enough
   */
  orthogonalize(count: number, w: Float64Array, h: Float64Array = new Float64Array(count), known?: ArrayLike<number>): number {
    // the kernels work in their own memory
    const work = this.kernels === null ? w : this.work;
    if (work !== w) work.set(w);
    h.fill(0, 0, count);
    if (known !== undefined) this.takeKnown(count, work, h, known);
    const part = new Float64Array(count);
    let left = norm(work);
    for (let pass = 0; pass < 2; pass++) {
      const before = left;
      this.project(0, count, work, part);
      this.subtract(0, count, work, part);
      for (let j = 0; j < count; j++) h[j]! += part[j]!;
      left = norm(work);
      if (left > ENOUGH * before) break;
    }
    if (work !== w) w.set(work.subarray(0, this.n));
    return left;
  }

  private takeKnown(count: number, w: Float64Array, h: Float64Array, known: ArrayLike<number>): void {
    this.project(count - 1, count, w, h);
    let from = count - 1;
    for (let j = 0; j < count - 1; j++) {
      h[j] = known[j]!;
      if (h[j] !== 0) from = Math.min(from, j);
    }
    this.subtract(from, count, w, h);
  }

  /** A random unit vector orthogonal to the first `count` < n vectors. */
  randomDirection(count: number, stream: RandomStream): Float64Array {
    for (;;) {
      const w = stream.vector(this.n);
      const before = norm(w);
      let after = this.orthogonalize(count, w);
      // a draw that lies almost within the basis is drawn again
      if (!(after > 1e-8 * before)) continue;
      scale(1 / after, w);
      after = this.orthogonalize(count, w);
      return scale(1 / after, w);
    }
  }

  /** The first columns.length vectors become V y for the given columns y of `coefficients` (count×count by rows), in strips to stay in cache. */
  recombine(count: number, coefficients: Float64Array, columns: ArrayLike<number>): void {
    const { kernels, stride, pitch, scratch, data } = this;
    if (kernels === null) return recombine(data as Float64Array, count, stride, coefficients, columns);
    const strip = count * columns.length;
    this.packCoefficients(count, coefficients, columns);
    const q = scratch.byteOffset;
    const s = q + 8 * strip;
    for (let from = 0; from < stride; from += STRIP) {
      const width = Math.min(STRIP, stride - from);
      for (let j = 0; j < count; j++) scratch.set(data.subarray(j * stride + from, j * stride + from + width), strip + j * width);
      for (let t = 0; t < columns.length; ) {
        const four = t + 4 <= columns.length;
        const out = data.byteOffset + t * pitch + (from * pitch) / stride;
        (four ? kernels.four : kernels.one).combine(s, s + 8 * count * width, 8 * width, q + 8 * t * count, out, pitch);
        t += four ? 4 : 1;
      }
    }
  }

  /** Four columns side by side, as `combine` reads them, then the rest one by one. */
  private packCoefficients(count: number, coefficients: Float64Array, columns: ArrayLike<number>): void {
    for (let t = 0; t < columns.length; ) {
      const width = t + 4 <= columns.length ? 4 : 1;
      for (let j = 0; j < count; j++) for (let l = 0; l < width; l++) this.scratch[t * count + j * width + l] = coefficients[j * count + columns[t + l]!]!;
      t += width;
    }
  }
}
