/** Systems with general square matrices, over batches. */
import type { Node } from '../../api.js';
import { type Kernel, sizeOf } from '../../primitive.js';

/** `linearSolve`: elimination with partial pivoting, in double precision. Cost 2/3 n³ + 2 n²k per matrix. */
export function linearSolve(node: Node): Kernel {
  const transposed = node.params['transpose'] === true;
  const [n, k] = node.shape.slice(-2) as [number, number];
  const count = sizeOf(node.shape.slice(0, -2));
  const lu = new Float64Array(n * n);
  const x = new Float64Array(n * k);
  return (out, a, b) => {
    for (let at = 0; at < count; at++) {
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) lu[i * n + j] = a[at * n * n + (transposed ? j * n + i : i * n + j)]!;
      for (let i = 0; i < n * k; i++) x[i] = b[at * n * k + i]!;
      eliminate(lu, x, n, k);
      out.set(x, at * n * k);
    }
  };
}

/** A zero pivot leaves NaN. */
function eliminate(a: Float64Array, x: Float64Array, n: number, k: number): void {
  for (let p = 0; p < n; p++) {
    let best = p;
    for (let i = p + 1; i < n; i++) if (Math.abs(a[i * n + p]!) > Math.abs(a[best * n + p]!)) best = i;
    if (best !== p) {
      swap(a, p * n, best * n, n);
      swap(x, p * k, best * k, k);
    }
    const pivot = a[p * n + p]! || NaN;
    a[p * n + p] = pivot;
    for (let i = p + 1; i < n; i++) {
      const factor = a[i * n + p]! / pivot;
      if (factor === 0) continue;
      for (let j = p + 1; j < n; j++) a[i * n + j]! -= factor * a[p * n + j]!;
      for (let c = 0; c < k; c++) x[i * k + c]! -= factor * x[p * k + c]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) {
      const factor = a[i * n + j]!;
      for (let c = 0; c < k; c++) x[i * k + c]! -= factor * x[j * k + c]!;
    }
    for (let c = 0; c < k; c++) x[i * k + c]! /= a[i * n + i]!;
  }
}

function swap(x: Float64Array, i: number, j: number, count: number): void {
  for (let c = 0; c < count; c++) {
    const t = x[i + c]!;
    x[i + c] = x[j + c]!;
    x[j + c] = t;
  }
}
