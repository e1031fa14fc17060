/** Definitions of the decompositions of dense matrices: other algorithms than the engine's. */
import type { Node } from '../api.js';

type Whole = (node: Node, inputs: readonly Float64Array[]) => Float64Array;

/** A⁻¹ B by Gauss-Jordan elimination with full pivoting. */
function solveFully(a: number[][], b: number[][]): number[][] {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...b[i]!]);
  const order: number[] = [];
  const free = new Set(rows.keys());
  const left = new Set(rows.keys());
  while (left.size > 0) {
    let [p, q] = [-1, -1];
    for (const i of left) for (const j of free) if (p < 0 || Math.abs(rows[i]![j]!) > Math.abs(rows[p]![q]!)) [p, q] = [i, j];
    left.delete(p);
    free.delete(q);
    order[q] = p;
    const pivot = rows[p]![q]!;
    rows[p] = rows[p]!.map((x) => x / pivot);
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![q]!;
      if (i !== p && factor !== 0) rows[i] = rows[i]!.map((x, j) => x - factor * rows[p]![j]!);
    }
  }
  return order.map((p) => rows[p]!.slice(n));
}

/** Jacobi's own choice: the largest element off the diagonal each time; rotations by atan2. */
function eigenpairs(a: number[][]): { value: number; vector: number[] }[] {
  const n = a.length;
  const v = a.map((_, i) => a.map((_unused, j) => (i === j ? 1 : 0)));
  for (let round = 0; round < 100 * n * n; round++) {
    let [p, q] = [0, 0];
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (p === q || Math.abs(a[i]![j]!) > Math.abs(a[p]![q]!)) [p, q] = [i, j];
    if (p === q || Math.abs(a[p]![q]!) < 1e-30) break;
    const angle = Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!) / 2;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const turn = (x: number, y: number): [number, number] => [c * x - s * y, s * x + c * y];
    for (const row of [...a, ...v]) [row[p], row[q]] = turn(row[p]!, row[q]!);
    for (let k = 0; k < n; k++) [a[p]![k], a[q]![k]] = turn(a[p]![k]!, a[q]![k]!);
  }
  return a
    .map((row, j) => {
      const vector = v.map((r) => r[j]!);
      const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) * (1 + 1e-9) ? x : best));
      return { value: row[j]!, vector: vector.map((x) => (largest < 0 ? -x : x)) };
    })
    .sort((x, y) => x.value - y.value);
}

const matrixAt = (x: Float64Array, at: number, rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(x.subarray(at + i * columns, at + (i + 1) * columns)));

export const DENSE: Readonly<Record<string, Whole>> = {
  symmetricEigen: (node, [a]) => {
    const n = node.shape[node.shape.length - 1]!;
    const out: number[] = [];
    for (let at = 0; at < a!.length; at += n * n) {
      const pairs = eigenpairs(matrixAt(a!, at, n, n));
      out.push(...pairs.map((p) => p.value));
      for (let i = 0; i < n; i++) out.push(...pairs.map((p) => p.vector[i]!));
    }
    return Float64Array.from(out);
  },
  // as one system (I ⊗ A + A ⊗ I) vec X = vec Q
  lyapunovSolve: (node, [a, q]) => {
    const n = node.shape[node.shape.length - 1]!;
    const out: number[] = [];
    for (let at = 0; at < a!.length; at += n * n) {
      const m = matrixAt(a!, at, n, n);
      const system = Array.from({ length: n * n }, (_, r) =>
        Array.from({ length: n * n }, (_unused, c) => {
          const [i, j, k, l] = [Math.floor(r / n), r % n, Math.floor(c / n), c % n];
          return (j === l ? m[i]![k]! : 0) + (i === k ? m[l]![j]! : 0);
        }),
      );
      out.push(...solveFully(system, Array.from(q!.subarray(at, at + n * n), (x) => [x])).flat());
    }
    return Float64Array.from(out);
  },
  linearSolve: (node, [a, b]) => {
    const [n, k] = node.shape.slice(-2) as [number, number];
    const out: number[] = [];
    for (let at = 0; at * n * n < a!.length; at++) {
      const m = matrixAt(a!, at * n * n, n, n);
      const op = node.params['transpose'] === true ? m.map((_, i) => m.map((row) => row[i]!)) : m;
      out.push(...solveFully(op, matrixAt(b!, at * n * k, n, k)).flat());
    }
    return Float64Array.from(out);
  },
};
