/** Dense factorizations and triangular systems, over batches. */
import type { Node } from '../../api.js';
import { type Kernel, sizeOf } from '../../primitive.js';

/** `cholesky`: in double precision, of the lower triangle. Cost n³/3 per matrix. */
export function cholesky(node: Node): Kernel {
  const n = node.shape[node.shape.length - 1]!;
  const count = sizeOf(node.shape.slice(0, -2));
  // with three rows more, so that there are always four to take
  const l = new Float64Array((n + 3) * n);
  return (out, a) => {
    for (let at = 0; at < count * n * n; at += n * n) {
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) l[i * n + j] = a[at + i * n + j]!;
      factorize(l, n);
      out.set(l.subarray(0, n * n), at);
    }
  };
}

/**
 * Column by column, four elements at once, whose sums do not wait for each other. A pivot that is not positive has a NaN root (0 likewise), and so have all after it; NaN then
 * reaches all that depends on them.
 */
function factorize(l: Float64Array, n: number): void {
  let broken = false;
  for (let j = 0; j < n; j++) {
    const row = j * n;
    let square = l[row + j]!;
    for (let k = 0; k < j; k++) square -= l[row + k]! * l[row + k]!;
    if (!(square > 0)) broken = true;
    const pivot = broken ? NaN : Math.sqrt(square);
    l[row + j] = pivot;
    for (let i = j + 1; i < n; i += 4) {
      const p = i * n, q = p + n, r = q + n, s = r + n;
      let a = l[p + j]!, b = l[q + j]!, c = l[r + j]!, d = l[s + j]!;
      for (let k = 0; k < j; k++) {
        const factor = l[row + k]!;
        a -= factor * l[p + k]!;
        b -= factor * l[q + k]!;
        c -= factor * l[r + k]!;
        d -= factor * l[s + k]!;
      }
      l[p + j] = a / pivot;
      l[q + j] = b / pivot;
      l[r + j] = c / pivot;
      l[s + j] = d / pivot;
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
