/** Kernels on a basis stored vector after vector: vector j is `basis.subarray(j * n, (j + 1) * n)`. Unchecked. */
import type { RandomStream } from '../random.js';
import { axpyRange, dotRange, norm } from '../vector.js';

/** hⱼ = vⱼ · w for the first `count` vectors, four at a time. */
export function project(basis: Float64Array, count: number, w: Float64Array, h: Float64Array): void {
  const n = w.length;
  let j = 0;
  for (; j + 3 < count; j += 4) {
    const p0 = j * n;
    const p1 = p0 + n;
    const p2 = p1 + n;
    const p3 = p2 + n;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < n; i++) {
      const x = w[i]!;
      s0 += basis[p0 + i]! * x;
      s1 += basis[p1 + i]! * x;
      s2 += basis[p2 + i]! * x;
      s3 += basis[p3 + i]! * x;
    }
    h[j] = s0;
    h[j + 1] = s1;
    h[j + 2] = s2;
    h[j + 3] = s3;
  }
  for (; j < count; j++) h[j] = dotRange(basis, j * n, w, 0, n);
}

/** w −= Σ hⱼ vⱼ. */
export function subtract(basis: Float64Array, count: number, w: Float64Array, h: Float64Array): void {
  const n = w.length;
  let j = 0;
  for (; j + 3 < count; j += 4) {
    const p0 = j * n;
    const p1 = p0 + n;
    const p2 = p1 + n;
    const p3 = p2 + n;
    const h0 = h[j]!, h1 = h[j + 1]!, h2 = h[j + 2]!, h3 = h[j + 3]!;
    for (let i = 0; i < n; i++) w[i]! -= h0 * basis[p0 + i]! + h1 * basis[p1 + i]! + (h2 * basis[p2 + i]! + h3 * basis[p3 + i]!);
  }
  for (; j < count; j++) axpyRange(-h[j]!, basis, j * n, w, 0, n);
}

/** Classical Gram-Schmidt, twice; the coefficients go to `h`, the norm of what is left is returned. */
export function orthogonalize(basis: Float64Array, count: number, w: Float64Array, h: Float64Array = new Float64Array(count)): number {
  project(basis, count, w, h);
  subtract(basis, count, w, h);
  const correction = new Float64Array(count);
  project(basis, count, w, correction);
  subtract(basis, count, w, correction);
  for (let j = 0; j < count; j++) h[j]! += correction[j]!;
  return norm(w);
}

/** A random unit vector orthogonal to the first `count` < n vectors. */
export function randomDirection(basis: Float64Array, count: number, n: number, stream: RandomStream): Float64Array {
  for (;;) {
    const w = stream.vector(n);
    const before = norm(w);
    let after = orthogonalize(basis, count, w);
    // a draw that lies almost within the basis is drawn again
    if (!(after > 1e-8 * before)) continue;
    for (let i = 0; i < n; i++) w[i]! /= after;
    after = orthogonalize(basis, count, w);
    for (let i = 0; i < n; i++) w[i]! /= after;
    return w;
  }
}

/**
 * The first columns.length vectors become V y for the given columns y of `coefficients` (count×count by rows), in strips to stay in
 * cache.
 */
export function recombine(basis: Float64Array, count: number, n: number, coefficients: Float64Array, columns: ArrayLike<number>): void {
  const strip = new Float64Array(count * 256);
  for (let from = 0; from < n; from += 256) {
    const width = Math.min(256, n - from);
    for (let j = 0; j < count; j++) strip.set(basis.subarray(j * n + from, j * n + from + width), j * 256);
    for (let t = 0; t < columns.length; t++) {
      const at = t * n + from;
      basis.fill(0, at, at + width);
      for (let j = 0; j < count; j++) axpyRange(coefficients[j * count + columns[t]!]!, strip, j * 256, basis, at, width);
    }
  }
}
