/** Eigenvalues and eigenvectors of symmetric matrices, over batches. */
import type { Node } from '../../api.js';
import { type Kernel, sizeOf } from '../../primitive.js';

/** `symmetricEigen`: cyclic Jacobi rotations (H. Rutishauser 1966), in double precision. Cost about 30 n³ per matrix. */
export function symmetricEigen(node: Node): Kernel {
  const n = node.shape[node.shape.length - 1]!;
  const count = sizeOf(node.shape.slice(0, -2));
  const work = new Float64Array(n * n);
  // rows of `vectors` are the eigenvectors, for rotations along memory
  const vectors = new Float64Array(n * n);
  return (out, a) => {
    for (let at = 0; at < count; at++) {
      for (let i = 0; i < n * n; i++) work[i] = a[at * n * n + i]!;
      const sound = work.every(Number.isFinite);
      diagonalize(work, vectors, n);
      const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => work[i * n + i]! - work[j * n + j]!);
      const start = at * (n + 1) * n;
      order.forEach((from, j) => {
        const v = vectors.subarray(from * n, (from + 1) * n);
        let most = 0;
        for (let i = 1; i < n; i++) if (Math.abs(v[i]!) > Math.abs(v[most]!) * (1 + 1e-9)) most = i;
        const sign = v[most]! < 0 ? -1 : 1;
        out[start + j] = sound ? work[from * n + from]! : NaN;
        for (let i = 0; i < n; i++) out[start + (i + 1) * n + j] = sound ? sign * v[i]! : NaN;
      });
    }
  };
}

/** `lyapunovSolve`: with A = V Λ Vᵀ, X = V (VᵀQV ∘ 1/(λᵢ + λⱼ)) Vᵀ, in double precision. Cost about 40 n³ per matrix. */
export function lyapunovSolve(node: Node): Kernel {
  const n = node.shape[node.shape.length - 1]!;
  const count = sizeOf(node.shape.slice(0, -2));
  const work = new Float64Array(n * n);
  const vectors = new Float64Array(n * n);
  const x = new Float64Array(n * n);
  const y = new Float64Array(n * n);
  return (out, a, q) => {
    for (let at = 0; at < count * n * n; at += n * n) {
      for (let i = 0; i < n * n; i++) {
        work[i] = a[at + i]!;
        x[i] = q[at + i]!;
      }
      diagonalize(work, vectors, n);
      congruence(vectors, x, y, n, 1, n);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) x[i * n + j]! /= work[i * n + i]! + work[j * n + j]!;
      congruence(vectors, x, y, n, n, 1);
      out.set(x, at);
    }
  };
}

/** x ← U x Uᵀ with element (i, k) of U at `i·row + k·column` of v. */
function congruence(v: Float64Array, x: Float64Array, y: Float64Array, n: number, column: number, row: number): void {
  for (let pass = 0; pass < 2; pass++) {
    // y = (U x)ᵀ; twice gives U x Uᵀ
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += v[i * row + k * column]! * x[k * n + j]!;
        y[j * n + i] = sum;
      }
    }
    x.set(y);
  }
}

function diagonalize(a: Float64Array, v: Float64Array, n: number): void {
  v.fill(0);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let sweep = 0; sweep < 40; sweep++) {
    let turned = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const x = a[p * n + q]!;
        // twice the rounding error of its diagonal: no longer changes an eigenvalue
        if (!(Math.abs(x) > 2 ** -54 * Math.sqrt(Math.abs(a[p * n + p]! * a[q * n + q]!)) && Math.abs(x) > 1e-300)) continue;
        turned = rotate(a, v, n, p, q) || turned;
      }
    }
    if (!turned) return;
  }
}

/** Makes a(p, q) zero, p < q, in the upper triangle, which is all that is read; false where the rotation would be the identity in rounding. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): boolean {
  const x = a[p * n + q]!;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * x);
  // θ² may overflow: then t is 0, as it is in rounding
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  a[p * n + p]! -= t * x;
  a[q * n + q]! += t * x;
  a[p * n + q] = 0;
  turnColumns(a, p, q, n, p, c, s);
  for (let i = p * n + p + 1, j = (p + 1) * n + q, end = p * n + q; i < end; i++, j += n) {
    const y = a[i]!;
    const z = a[j]!;
    a[i] = c * y - s * z;
    a[j] = s * y + c * z;
  }
  turnRows(a, p * n + q + 1, q * n + q + 1, n - q - 1, c, s);
  turnRows(v, p * n, q * n, n, c, s);
  return Math.abs(s) > 2 ** -60;
}

/** Turns elements from `i` on with those from `j` on, next to each other. */
function turnRows(x: Float64Array, i: number, j: number, count: number, c: number, s: number): void {
  for (const end = i + count; i < end; i++, j++) {
    const y = x[i]!;
    const z = x[j]!;
    x[i] = c * y - s * z;
    x[j] = s * y + c * z;
  }
}

/** As `turnRows`, `n` apart. */
function turnColumns(x: Float64Array, i: number, j: number, n: number, count: number, c: number, s: number): void {
  for (const end = i + count * n; i < end; i += n, j += n) {
    const y = x[i]!;
    const z = x[j]!;
    x[i] = c * y - s * z;
    x[j] = s * y + c * z;
  }
}
