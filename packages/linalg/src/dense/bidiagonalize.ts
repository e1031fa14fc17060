/**
 * Householder reduction to upper bidiagonal form (G. Golub & W. Kahan 1965), with each step's update delayed into the next one's pass, so
 * that a step reads the matrix twice and writes it once (G. W. Howell, J. Demmel, C. Fulton, S. Hammarling & K. Marmol, "Cache efficient
 * bidiagonalization using BLAS 2.5 operators", ACM TOMS 34, 2008).
 */
import { dotRange } from '../vector.js';
import { applyBlock, blockOf } from './reflections.js';

/** A = U B Vᵀ with U = P₀ P₁ ⋯, V = R₀ R₁ ⋯, each I − w wᵀ. */
export interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  /** Row k: the m elements of Pₖ's vector, 0 before k. */
  readonly left: Float64Array;
  /** Row k: the n elements of Rₖ's vector, 0 up to k. */
  readonly right: Float64Array;
}

/** Reduces in place an m×n matrix by rows, m ≥ n, entries at most about 1. Cost 4 n² (m − n/3). Unchecked. */
export function bidiagonalize(a: Float64Array, m: number, n: number): Bidiagonal {
  const d = new Float64Array(n);
  const e = new Float64Array(Math.max(0, n - 1));
  const left = new Float64Array(n * m);
  const right = new Float64Array(n * n);
  // A − u yᵀ − x vᵀ is still to be made
  let u = new Float64Array(m);
  let v = new Float64Array(n);
  let y = new Float64Array(n);
  let z = new Float64Array(n);
  const x = new Float64Array(m);
  for (let k = 0; k < n; k++) {
    const nextU = left.subarray(k * m, (k + 1) * m);
    for (let i = k; i < m; i++) nextU[i] = a[i * n + k]! - u[i]! * y[k]! - x[i]! * v[k]!;
    d[k] = reflect(nextU, k);
    if (k === n - 1) break;
    z.fill(0);
    updateAndProject(a, m, n, k, u, y, x, v, nextU, z);
    const nextV = right.subarray(k * n, (k + 1) * n);
    for (let j = k + 1; j < n; j++) nextV[j] = a[k * n + j]! - nextU[k]! * z[j]!;
    e[k] = reflect(nextV, k + 1);
    const zv = dotRange(z, k + 1, nextV, k + 1, n - k - 1);
    for (let i = k + 1; i < m; i++) x[i] = dotRange(a, i * n + k + 1, nextV, k + 1, n - k - 1) - nextU[i]! * zv;
    u = nextU;
    v = nextV;
    [y, z] = [z, y];
  }
  return { d, e, left, right };
}

/** Turns w[from …] into the vector with (I − w wᵀ) w₀ = (g, 0, …), and returns g. */
function reflect(w: Float64Array, from: number): number {
  let sigma = 0;
  for (let i = from + 1; i < w.length; i++) sigma += w[i]! * w[i]!;
  const f = w[from]!;
  if (sigma === 0) {
    w.fill(0, from);
    return f;
  }
  const length = Math.sqrt(sigma + f * f);
  const g = f > 0 ? -length : length;
  const size = Math.sqrt(length * (length + Math.abs(f)));
  w[from] = f - g;
  for (let i = from; i < w.length; i++) w[i]! /= size;
  return g;
}

/** A ← A − u yᵀ − x vᵀ in rows from k and columns behind k, and z ← Aᵀ w there, two rows at a time. */
function updateAndProject(
  a: Float64Array, m: number, n: number, k: number, u: Float64Array, y: Float64Array, x: Float64Array, v: Float64Array, w: Float64Array,
  z: Float64Array,
): void {
  let i = k;
  for (; i + 1 < m; i += 2) {
    const p = i * n;
    const q = p + n;
    const u0 = u[i]!, x0 = x[i]!, w0 = w[i]!;
    const u1 = u[i + 1]!, x1 = x[i + 1]!, w1 = w[i + 1]!;
    for (let j = k + 1; j < n; j++) {
      const yj = y[j]!, vj = v[j]!;
      const a0 = a[p + j]! - (u0 * yj + x0 * vj);
      const a1 = a[q + j]! - (u1 * yj + x1 * vj);
      a[p + j] = a0;
      a[q + j] = a1;
      z[j]! += a0 * w0 + a1 * w1;
    }
  }
  for (; i < m; i++) {
    const p = i * n;
    const u0 = u[i]!, x0 = x[i]!, w0 = w[i]!;
    for (let j = k + 1; j < n; j++) {
      const a0 = a[p + j]! - (u0 * y[j]! + x0 * v[j]!);
      a[p + j] = a0;
      z[j]! += a0 * w0;
    }
  }
}

const BLOCK = 32;

/** Z ← (W₀ W₁ ⋯) Z for the reflections in the rows of `vectors` (count×length), row k being 0 before `k + shift`. Z is length×width. */
export function applyReflections(vectors: Float64Array, count: number, length: number, shift: number, z: Float64Array, width: number): void {
  for (let low = Math.floor(Math.max(0, count - 1) / BLOCK) * BLOCK; low >= 0; low -= BLOCK) {
    const high = Math.min(count, low + BLOCK);
    const start = low + shift;
    if (start >= length) continue;
    const V = new Float64Array((high - low) * (length - start));
    for (let k = low; k < high; k++) V.set(vectors.subarray(k * length + start, (k + 1) * length), (k - low) * (length - start));
    // a vector of zeros stands for the identity
    const taus = new Float64Array(high - low).fill(1);
    applyBlock(blockOf(start, high - low, length - start, V, taus), false, z, width, 0, width);
  }
}
