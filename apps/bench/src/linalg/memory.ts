/** Sparse products and conjugate gradients beside what memory gives. */
import { conjugateGradient, randomStream, sparseFromTriplets, sparseMatvec, type SparseMatrix, sparseOperator } from '@curv/linalg';

export interface MemoryRates {
  /** GB/s */
  readonly triad: number;
  readonly product: number;
  readonly conjugateGradient: number;
  readonly rows: number;
  readonly entries: number;
}

const least = (rounds: number, f: () => void): number => {
  let best = Infinity;
  for (let k = 0; k < rounds; k++) {
    const start = performance.now();
    f();
    best = Math.min(best, performance.now() - start);
  }
  return best;
};

/** The five-point Laplacian of a k×k grid. */
function grid(k: number): SparseMatrix {
  const n = k * k;
  const size = 5 * n - 4 * k;
  const [i, j, values] = [new Int32Array(size), new Int32Array(size), new Float64Array(size)];
  let t = 0;
  const add = (row: number, column: number): void => {
    i[t] = row;
    j[t] = column;
    values[t++] = row === column ? 4 : -1;
  };
  for (let at = 0; at < n; at++) {
    if (at >= k) add(at, at - k);
    if (at % k > 0) add(at, at - 1);
    add(at, at);
    if (at % k < k - 1) add(at, at + 1);
    if (at + k < n) add(at, at + k);
  }
  return sparseFromTriplets(n, n, i, j, values);
}

/** Rates of the bytes that each has to move: of a product entries, indices, pointers and both vectors; of a step of CG 96 bytes a row besides. */
export async function memoryRates(quick: boolean, signal: AbortSignal): Promise<MemoryRates> {
  const a = grid(quick ? 400 : 1000);
  const n = a.rows;
  const entries = a.values.length;
  const bytes = 12 * entries + 20 * n;
  const length = Math.ceil(bytes / 24);
  const [x, y, z] = [new Float64Array(length), randomStream(1).vector(length), randomStream(2).vector(length)];
  const rounds = quick ? 10 : 20;
  const triadTime = least(rounds, () => {
    for (let k = 0; k < length; k++) x[k] = y[k]! + 3 * z[k]!;
  });
  const v = randomStream(3).vector(n);
  const out = new Float64Array(n);
  const productTime = least(rounds, () => void sparseMatvec(a, v, out));
  const operator = sparseOperator(a, { positiveDefinite: true });
  // from one report to the next
  let stepTime = Infinity;
  let before = Infinity;
  const onProgress = (): void => {
    const now = performance.now();
    if (now > before) stepTime = Math.min(stepTime, now - before);
    before = now;
  };
  await conjugateGradient(operator, v, { maxIterations: 3 * rounds, tolerance: 0, signal, onProgress });
  return { triad: (24 * length) / triadTime / 1e6, product: bytes / productTime / 1e6, conjugateGradient: (bytes + 96 * n) / stepTime / 1e6, rows: n, entries };
}
