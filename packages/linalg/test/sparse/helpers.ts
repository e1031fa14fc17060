import { randomStream, sparseFromTriplets, type SparseMatrix } from '../../src/index.js';

/** The five-point Laplacian of a k×k grid. */
export function grid(k: number, convection = 0): SparseMatrix {
  const [i, j, v]: [number[], number[], number[]] = [[], [], []];
  const add = (a: number, b: number, x: number): void => {
    i.push(a);
    j.push(b);
    v.push(x);
  };
  for (let r = 0; r < k; r++) {
    for (let c = 0; c < k; c++) {
      const at = r * k + c;
      add(at, at, 4);
      if (r > 0) add(at, at - k, -1);
      if (r + 1 < k) add(at, at + k, -1);
      if (c > 0) add(at, at - 1, -1 - convection);
      if (c + 1 < k) add(at, at + 1, -1 + convection);
    }
  }
  return sparseFromTriplets(k * k, k * k, i, j, v);
}

/** Random entries at about `density` of the places. */
export function randomSparse(rows: number, columns: number, density: number, seed: number): SparseMatrix {
  const stream = randomStream(seed);
  const [i, j, v]: [number[], number[], number[]] = [[], [], []];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (stream.uniform() >= density) continue;
      i.push(r);
      j.push(c);
      v.push(stream.normal());
    }
  }
  return sparseFromTriplets(rows, columns, i, j, v);
}

/** A random symmetric positive definite matrix: B + Bᵀ and a dominant diagonal. */
export function randomSpd(n: number, density: number, seed: number): SparseMatrix {
  const b = randomSparse(n, n, density, seed);
  const sums = new Float64Array(n).fill(1);
  const [i, j, v]: [number[], number[], number[]] = [[], [], []];
  for (let r = 0; r < n; r++) {
    for (let t = b.pointers[r]!; t < b.pointers[r + 1]!; t++) {
      const c = b.indices[t]!;
      i.push(r, c);
      j.push(c, r);
      v.push(b.values[t]!, b.values[t]!);
      sums[r]! += Math.abs(b.values[t]!) * 2;
      sums[c]! += Math.abs(b.values[t]!) * 2;
    }
  }
  for (let r = 0; r < n; r++) {
    i.push(r);
    j.push(r);
    v.push(sums[r]!);
  }
  return sparseFromTriplets(n, n, i, j, v);
}
