/** ONNX Runtime as an engine of `@curv/tensor`. */
import type { DType, Engine, TypedArray } from '@curv/tensor';
import type { InferenceSession, Tensor as RuntimeTensor, TensorConstructor } from 'onnxruntime-common';
import { compileGraph, type Runtime } from './executable.js';
import { Handle } from './handle.js';

/** Options of `onnxEngine`. */
export interface OnnxEngineOptions {
  /** Which package runs the graphs; by default `node` where there is Node, otherwise `web`. */
  readonly runtime?: 'node' | 'web';
  /** Threads of one operator; default 1. */
  readonly threads?: number;
  /** Further options of ONNX Runtime's sessions. */
  readonly session?: InferenceSession.SessionOptions;
}

interface Library extends Omit<Runtime, 'options'> {
  readonly Tensor: TensorConstructor;
}

const PACKAGES: Readonly<Record<'node' | 'web', () => Promise<unknown>>> = {
  node: () => import('onnxruntime-node'),
  web: () => import('onnxruntime-web'),
};

async function load(runtime: 'node' | 'web'): Promise<Library> {
  try {
    const module = (await PACKAGES[runtime]()) as Library & { default?: Library };
    return module.InferenceSession === undefined ? module.default! : module;
  } catch (cause) {
    throw new TypeError(`onnxEngine: runtime ${runtime} needs its package: npm install onnxruntime-${runtime}`, { cause });
  }
}

const inNode = (): boolean => (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined;

/**
 * ONNX Runtime as an engine: a graph becomes one session, which runs at native speed (Node) or on WebAssembly (browser). float32, float64, int32, bool.
 * Asynchronous: `await tensor.data()`. Host arrays are passed without a copy; a session is freed with its executable.
 * @throws TypeError when the runtime's package is not installed
 */
export async function onnxEngine(options: OnnxEngineOptions = {}): Promise<Engine<Handle>> {
  const { runtime = inNode() ? 'node' : 'web', threads = 1 } = options;
  if (runtime !== 'node' && runtime !== 'web') throw new TypeError(`onnxEngine: runtime must be 'node' or 'web', got ${String(runtime)}`);
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`onnxEngine: threads must be a positive integer, got ${threads}`);
  const library = await load(runtime);
  const shared: Runtime = {
    InferenceSession: library.InferenceSession,
    // Without its memory patterns, which take a second allocation at the second run: a residual net's HVP then took 4.2 s instead of 0.26 and 0.80 GB instead of 0.47.
    options: { enableMemPattern: false, intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3, ...options.session },
  };
  let storages = 0;
  return {
    name: `onnx-${runtime}`,
    dtypes: ['float32', 'float64', 'int32', 'bool'],
    synchronous: false,
    compile(graph) {
      const inner = compileGraph(graph, shared);
      return {
        ready: inner.ready,
        run(inputs) {
          const results = inner.run(inputs);
          storages += results.length;
          return results;
        },
        dispose: () => inner.dispose(),
      };
    },
    upload(data, spec) {
      storages++;
      return new Handle(spec, tensorOf(library.Tensor, data, spec.dtype, spec.shape));
    },
    read: (handle) => handle.read(),
    release(handle) {
      storages--;
      handle.release();
    },
    memory: () => ({ storages }),
  };
}

function tensorOf(Tensor: TensorConstructor, data: TypedArray, dtype: DType, shape: readonly number[]): RuntimeTensor {
  return new (Tensor as unknown as new (type: DType, data: TypedArray, dims: readonly number[]) => RuntimeTensor)(dtype, data, shape);
}
