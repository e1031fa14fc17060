/** Dense factorizations and triangular systems, over batches. */
import type { Node } from '../../api.js';
import { type Kernel, sizeOf } from '../../primitive.js';

/** `cholesky`: in double precision. Cost n³/3 per matrix. */
export function cholesky(node: Node): Kernel {
  const n = node.shape[node.shape.length - 1]!;
  const count = sizeOf(node.shape.slice(0, -2));
  const rest = new Float64Array(n * n);
  const factor = new Float64Array(n * n);
  return (out, a) => {
    for (let at = 0; at < count * n * n; at += n * n) {
      for (let i = 0; i < n; i++) for (let j = i; j < n; j++) rest[i * n + j] = a[at + j * n + i]!;
      factorize(factor, rest, n);
      out.set(factor, at);
    }
  };
}

/**
 * Takes each row of Lᵀ off the rest's upper triangle, whose elements do not wait for each other. A pivot that is not positive has a NaN root (0 likewise), which then reaches all
 * that depends on it.
 */
function factorize(l: Float64Array, rest: Float64Array, n: number): void {
  let broken = false;
  for (let j = 0; j < n; j++) {
    const row = j * n;
    if (!(rest[row + j]! > 0)) broken = true;
    const pivot = broken ? NaN : Math.sqrt(rest[row + j]!);
    l[row + j] = pivot;
    for (let k = j + 1; k < n; k++) l[k * n + j] = rest[row + k]! /= pivot;
    for (let i = j + 1; i < n; i++) {
      const factor = rest[row + i]!;
      for (let k = i; k < n; k++) rest[i * n + k]! -= factor * rest[row + k]!;
    }
  }
}

/** `triangularSolve`: substitution on all right-hand sides at once, in double precision. Cost n²·k per matrix. */
export function triangularSolve(node: Node): Kernel {
  const { lower, transpose, unit } = node.params as { lower?: boolean; transpose?: boolean; unit?: boolean };
  const [n, k] = node.shape.slice(-2) as [number, number];
  const count = sizeOf(node.shape.slice(0, -2));
  const x = new Float64Array(n * k);
  const row = transpose === true ? 1 : n;
  const column = transpose === true ? n : 1;
  const forward = (lower ?? true) !== (transpose === true);
  return (out, a, b) => {
    for (let at = 0; at < count; at++) {
      const start = at * n * n;
      for (let i = 0; i < n * k; i++) x[i] = b[at * n * k + i]!;
      for (let s = 0; s < n; s++) {
        const i = forward ? s : n - 1 - s;
        const pivot = unit === true ? 1 : a[start + i * n + i]!;
        for (let t = 0; t < s; t++) {
          const j = forward ? t : n - 1 - t;
          const factor = a[start + i * row + j * column]!;
          for (let c = 0; c < k; c++) x[i * k + c]! -= factor * x[j * k + c]!;
        }
        for (let c = 0; c < k; c++) x[i * k + c]! /= pivot;
      }
      out.set(x, at * n * k);
    }
  };
}
