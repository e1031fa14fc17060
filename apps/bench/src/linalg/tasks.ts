/** The problems, and our own solution of each. */
import { cholesky, eigen, fft, lu, matmul, type Matrix, matrix, qr, randomStream, svd, symmetricEigen } from '@curv/linalg';

export type TaskName = 'matmul' | 'cholesky' | 'solve' | 'qr' | 'symmetric eigen' | 'general eigen' | 'svd' | 'fft';

/** One task at one size. */
export interface Task {
  readonly name: TaskName;
  readonly n: number;
  /** Elements by rows; of `fft` 2 n numbers. */
  readonly data: Float64Array;
  readonly run: () => unknown;
}

const RUN: Readonly<Record<Exclude<TaskName, 'fft'>, (a: Matrix) => unknown>> = {
  matmul: (a) => matmul(a, a),
  cholesky: (a) => cholesky(a),
  solve: (a) => lu(a).solve(a.data.slice(0, a.rows)),
  qr: (a) => qr(a).thinQ(),
  'symmetric eigen': (a) => symmetricEigen(a),
  'general eigen': (a) => eigen(a),
  svd: (a) => svd(a),
};

function dataOf(name: TaskName, n: number): Float64Array {
  if (name === 'fft') return randomStream(1).vector(2 * n);
  const x = randomStream(1).vector(n * n);
  if (name === 'symmetric eigen') return x.map((value, k) => (value + x[(k % n) * n + Math.floor(k / n)]!) / 2);
  if (name !== 'cholesky') return x;
  // symmetric with a dominant diagonal
  return x.map((value, k) => (value + x[(k % n) * n + Math.floor(k / n)]!) / 2 + (k % (n + 1) === 0 ? 2 * n : 0));
}

export function task(name: TaskName, n: number): Task {
  const data = dataOf(name, n);
  if (name === 'fft') {
    const plan = fft(n);
    const out = new Float64Array(2 * n);
    return { name, n, data, run: () => plan.forward(data, out) };
  }
  const a = matrix(n, n, data);
  return { name, n, data, run: () => RUN[name](a) };
}

/** Sizes of the full table and of a quick one. */
export const SIZES: Readonly<Record<TaskName, { readonly full: readonly number[]; readonly quick: readonly number[] }>> = {
  matmul: { full: [100, 300, 1000], quick: [300] },
  cholesky: { full: [100, 300, 1000], quick: [300] },
  solve: { full: [100, 300, 1000], quick: [] },
  qr: { full: [100, 300, 1000], quick: [] },
  'symmetric eigen': { full: [100, 300, 1000], quick: [100] },
  svd: { full: [100, 300, 1000], quick: [100] },
  'general eigen': { full: [100, 300], quick: [] },
  fft: { full: [1024, 65536, 2 ** 20, 100_003], quick: [65536] },
};
