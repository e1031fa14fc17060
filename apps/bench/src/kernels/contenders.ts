/** Who can run the operations. */
import { pythonPeer } from '@curv-internal/python-peer';
import { compile, type Engine, tensor, type Tensor } from '@curv/tensor';
import { cpuTime } from '../cpu-time.js';
import type { FloatType } from '../hvp/contender.js';
import { values } from '../hvp/models/index.js';
import { startJax } from '../jax-js.js';
import { applied, type Case } from './cases.js';
import program from './kernels_peer.py';

/** Runs one case once; milliseconds. */
export type Timer = () => number | Promise<number>;

export interface Prepared {
  readonly time: Timer;
  /** The result, where it is to be checked. */
  result?(): Float64Array | Promise<Float64Array>;
  dispose?(): void;
}

export interface Contender {
  readonly name: string;
  /** Whether it is a JavaScript library that is not ours. */
  readonly javascript?: boolean;
  /** @throws Error with the reason when it has no such operation */
  prepare(problem: Case, dtype: FloatType): Prepared | Promise<Prepared>;
  dispose?(): void;
}

const host = (problem: Case, dtype: FloatType): (Float64Array | Float32Array)[] =>
  problem.inputs.map((spec) => (dtype === 'float64' ? values(spec) : Float32Array.from(values(spec))));

/** Times a function. `release` is not timed. */
const timed = <T>(run: () => T, release?: (result: T) => void): Timer => () => {
  const start = cpuTime();
  const result = run();
  const ms = cpuTime() - start;
  release?.(result);
  return ms;
};

/** An engine of ours, results read back. */
export function curv(engine: Engine): Contender {
  return {
    name: `curv ${engine.name}`,
    prepare(problem, dtype) {
      if (!engine.dtypes.includes(dtype)) throw new Error(`no ${dtype}`);
      const inputs = host(problem, dtype).map((data, i) => tensor(data, problem.inputs[i]!.shape, dtype));
      const f = compile(applied(problem) as (...args: Tensor[]) => Tensor, { engine });
      const read = async (): Promise<ArrayLike<number>> => {
        const out = f(...inputs);
        const data = engine.synchronous ? out.dataSync() : await out.data();
        out.dispose();
        return data;
      };
      return {
        time: async () => {
          const start = cpuTime();
          await read();
          return cpuTime() - start;
        },
        result: async () => Float64Array.from(await read()),
        dispose() {
          f.dispose();
          for (const t of inputs) t.dispose();
        },
      };
    },
  };
}

/** jax-js, jit, wasm. */
export async function jax(): Promise<Contender> {
  const { numpy: np, lax, jit } = await startJax();
  return {
    name: 'jax-js wasm jit',
    javascript: true,
    prepare(problem, dtype) {
      const { operation, axis } = problem;
      const arrays = host(problem, dtype).map((data, i) => np.array(data, { dtype: dtype === 'float64' ? np.float64 : np.float32 }).reshape(problem.inputs[i]!.shape));
      // Its convolution is NCHW × OIHW.
      const inputs = operation === 'conv2d' ? [np.transpose(arrays[0], [0, 3, 1, 2]), np.transpose(arrays[1], [3, 2, 0, 1])] : arrays;
      const f = jit((...x: any[]) => {
        if (operation === 'matmul') return np.matmul(x[0], x[1]);
        if (operation === 'conv2d') return lax.convGeneralDilated(x[0], x[1], [1, 1], 'SAME');
        return operation === 'sum' ? np.sum(x[0], axis) : np[operation](x[0]);
      });
      return { time: timed(() => f(...inputs.map((x) => x.ref)).dataSync()) };
    },
  };
}

/** numpy-ts: WASM SIMD from Zig. */
export async function numpyTs(): Promise<Contender> {
  const np: any = await import('numpy-ts');
  return {
    name: 'numpy-ts',
    javascript: true,
    prepare(problem, dtype) {
      const { operation, axis } = problem;
      if (operation === 'conv2d') throw new Error('no convolution');
      const [a, b] = host(problem, dtype).map((data, i) => np.array(data, dtype).reshape(...problem.inputs[i]!.shape));
      const run = (): any => (operation === 'matmul' ? a.matmul(b) : operation === 'sum' ? np.sum(a, axis) : np[operation](a));
      return { time: timed(run, (result) => result?.dispose?.()) };
    },
  };
}

/** ml-matrix: float64 in plain JavaScript. */
export async function mlMatrix(): Promise<Contender> {
  const { Matrix } = await import('ml-matrix');
  return {
    name: 'ml-matrix',
    javascript: true,
    prepare(problem, dtype) {
      const { operation, axis, inputs } = problem;
      if (dtype === 'float32') throw new Error('no float32');
      if (operation === 'conv2d' || operation === 'tanh') throw new Error(`no ${operation}`);
      const [a, b] = inputs.map((spec) => {
        const [rows, columns] = spec.shape.length === 2 ? (spec.shape as [number, number]) : [1, spec.shape[0]!];
        return Matrix.from1DArray(rows, columns, values(spec));
      });
      const sum = (): unknown => (axis === undefined ? a!.sum() : a!.sum(axis === 0 ? 'column' : 'row'));
      return { time: timed<unknown>(() => (operation === 'matmul' ? a!.mmul(b!) : operation === 'sum' ? sum() : Matrix.exp(a!))) };
    },
  };
}

/** PyTorch on one thread. */
export async function torch(): Promise<Contender> {
  const peer = pythonPeer('torch', program);
  let count = 0;
  return {
    name: 'PyTorch, 1 thread',
    async prepare({ operation, inputs, axis }, dtype) {
      const id = count++;
      await peer.ask({ do: 'prepare', id, operation, inputs, axis: axis ?? null, dtype });
      return { time: async () => (await peer.ask({ do: 'time', id })).ms as number };
    },
    dispose: () => peer.dispose(),
  };
}
