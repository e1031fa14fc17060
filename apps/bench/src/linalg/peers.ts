/** JavaScript libraries as peers, each with the tasks that it can do. */
import { startJax } from '../jax-js.js';
import { emlapack } from './emlapack.js';
import type { Task, TaskName } from './tasks.js';

export interface Peer {
  readonly name: string;
  /** Sizes that it is left out of, and why. */
  readonly limits?: string;
  /** Null where the library does not do the task, or takes too long. */
  prepare(task: Task): (() => unknown) | null;
}

const rowsOf = ({ data, n }: Task): number[][] => Array.from({ length: n }, (_, i) => Array.from(data.subarray(i * n, (i + 1) * n)));

async function mlMatrix(): Promise<Peer> {
  const { CholeskyDecomposition, EigenvalueDecomposition, LuDecomposition, Matrix, QrDecomposition, SingularValueDecomposition } = await import('ml-matrix');
  type M = InstanceType<typeof Matrix>;
  const tasks: Partial<Record<TaskName, (a: M) => unknown>> = {
    matmul: (a) => a.mmul(a),
    cholesky: (a) => new CholeskyDecomposition(a),
    solve: (a) => new LuDecomposition(a).solve(a.subMatrix(0, a.rows - 1, 0, 0)),
    qr: (a) => new QrDecomposition(a).orthogonalMatrix,
    'symmetric eigen': (a) => new EigenvalueDecomposition(a, { assumeSymmetric: true }),
    'general eigen': (a) => new EigenvalueDecomposition(a),
    svd: (a) => new SingularValueDecomposition(a),
  };
  return {
    name: 'ml-matrix 6.15.1',
    prepare: (task) => {
      const run = tasks[task.name];
      if (run === undefined || (task.n > 300 && task.name !== 'matmul' && task.name !== 'cholesky')) return null;
      const a = new Matrix(rowsOf(task));
      return () => run(a);
    },
  };
}

/** Results of numpy-ts stay in its heap until they are disposed of; without room it falls back to slow arrays. */
function release(result: any): void {
  const parts = typeof result.dispose === 'function' ? [result] : Object.values<any>(result);
  for (const part of parts) part.dispose();
}

async function numpyTs(): Promise<Peer> {
  const np: any = await import('numpy-ts');
  const tasks: Partial<Record<TaskName, (a: any) => unknown>> = {
    matmul: (a) => np.matmul(a, a),
    cholesky: (a) => np.linalg.cholesky(a),
    qr: (a) => np.linalg.qr(a),
    'symmetric eigen': (a) => np.linalg.eigh(a),
    svd: (a) => np.linalg.svd(a, false),
  };
  return {
    name: 'numpy-ts 1.7.0',
    limits: 'symmetric eigen at n = 100 only: its cyclic Jacobi takes over ten seconds at 300',
    prepare: (task) => {
      const run = tasks[task.name];
      const most = task.name === 'symmetric eigen' ? 100 : task.name === 'svd' || task.name === 'qr' ? 300 : 1000;
      if (run === undefined || task.n > most) return null;
      const a = np.array(task.data).reshape(task.n, task.n);
      return () => release(run(a));
    },
  };
}

async function numeric(): Promise<Peer> {
  const library: any = (await import('numeric')).default;
  const tasks: Partial<Record<TaskName, (a: number[][]) => unknown>> = {
    matmul: (a) => library.dot(a, a),
    solve: (a) => library.solve(a, a[0]),
    'symmetric eigen': (a) => library.eig(a),
    svd: (a) => library.svd(a),
  };
  return {
    name: 'numeric 1.2.6',
    limits: 'symmetric eigen at n = 100 only: it takes minutes at 300',
    prepare: (task) => {
      const run = tasks[task.name];
      if (run === undefined || task.n > (task.name === 'symmetric eigen' ? 100 : 300)) return null;
      const a = rowsOf(task);
      return () => run(a);
    },
  };
}

async function mathjs(): Promise<Peer> {
  const { eigs } = await import('mathjs');
  return {
    name: 'mathjs 15.2.0',
    limits: 'symmetric eigen at n = 100 only: its Jacobi takes 49 s at 300; it has no SVD',
    prepare: (task) => {
      if (task.name !== 'symmetric eigen' || task.n > 100) return null;
      const a = rowsOf(task);
      return () => eigs(a);
    },
  };
}

async function svdJs(): Promise<Peer> {
  const { SVD } = await import('svd-js');
  return {
    name: 'svd-js 1.1.1',
    prepare: (task) => {
      if (task.name !== 'svd' || task.n > 300) return null;
      const a = rowsOf(task);
      return () => SVD(a);
    },
  };
}

/** In float64, by its wasm; a result counts when its numbers are there. */
async function jax(): Promise<Peer> {
  const { numpy } = await startJax();
  const tasks: Partial<Record<TaskName, (a: any) => any[]>> = {
    'symmetric eigen': (a) => numpy.linalg.eigh(a.ref),
    svd: (a) => numpy.linalg.svd(a.ref, { fullMatrices: false }),
  };
  return {
    name: 'jax-js 0.1.25',
    prepare: (task) => {
      const run = tasks[task.name];
      if (run === undefined || task.n > 300) return null;
      const a = numpy.array(task.data, { dtype: numpy.float64 }).reshape([task.n, task.n]);
      return () => run(a).map((part) => part.dataSync());
    },
  };
}

async function fftJs(): Promise<Peer> {
  const FFT: any = (await import('fft.js')).default;
  return {
    name: 'fft.js 4.0.4',
    prepare: ({ name, n, data }) => {
      if (name !== 'fft' || (n & (n - 1)) !== 0) return null;
      const plan = new FFT(n);
      const out = new Float64Array(2 * n);
      return () => plan.transform(out, data);
    },
  };
}

/** Those that load, and why others do not. */
export async function loadPeers(): Promise<{ peers: Peer[]; absent: string[] }> {
  const peers: Peer[] = [];
  const absent: string[] = [];
  for (const load of [mlMatrix, numpyTs, numeric, emlapack, jax, mathjs, svdJs, fftJs]) {
    try {
      peers.push(await load());
    } catch (error) {
      absent.push((error as Error).message.split('\n')[0]!);
    }
  }
  return { peers, absent };
}
