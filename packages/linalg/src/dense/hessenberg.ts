/** Reduction to upper Hessenberg form by Householder reflections. Unchecked. */
import { axpyRange, dotRange } from '../vector.js';

/** A = Q H Qᵀ; overwrites `a` by H and returns Q. Cost 10/3 n³ and 4/3 n³ for Q. */
export function hessenberg(a: Float64Array, n: number): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  const vectors: Float64Array[] = [];
  const work = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    const v = new Float64Array(n);
    let sigma = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]!;
      if (i > k + 1) sigma += v[i]! * v[i]!;
    }
    vectors.push(v);
    if (sigma === 0) {
      v.fill(0);
      continue;
    }
    const f = v[k + 1]!;
    const length = Math.sqrt(sigma + f * f);
    const g = f > 0 ? -length : length;
    v[k + 1] = f - g;
    // ‖v‖² = 2, so that P = I − v vᵀ
    const size = Math.sqrt(length * (length + Math.abs(f)));
    for (let i = k + 1; i < n; i++) v[i]! /= size;
    reflectLeft(a, n, v, k + 1, k, work);
    for (let i = 0; i < n; i++) axpyRange(-dotRange(a, i * n + k + 1, v, k + 1, n - k - 1), v, k + 1, a, i * n + k + 1, n - k - 1);
    for (let i = k + 2; i < n; i++) a[i * n + k] = 0;
  }
  for (let k = n - 3; k >= 0; k--) reflectLeft(q, n, vectors[k]!, k + 1, k + 1, work);
  return q;
}

/** X ← X − v (vᵀ X) on rows from `row` and columns from `column`. */
function reflectLeft(x: Float64Array, n: number, v: Float64Array, row: number, column: number, work: Float64Array): void {
  work.fill(0);
  for (let i = row; i < n; i++) axpyRange(v[i]!, x, i * n + column, work, column, n - column);
  for (let i = row; i < n; i++) axpyRange(-v[i]!, work, column, x, i * n + column, n - column);
}
