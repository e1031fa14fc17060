/** Trainings that run in turn, so that a slow spell of the machine meets all of them. */
import { type Optimizer, train } from '@curv/optimizers';
import { type Engine, tensor } from '@curv/tensor';
import { repairTape } from '@curv/tfjs/repair';
import { toTfOptimizer } from '@curv/tfjs';
import { pythonPeer } from '@curv-internal/python-peer';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { batchOf, type Net } from './nets.js';
import program from './optimizer_peer.py';

/** One training. `run` takes so many steps and gives their milliseconds. */
export interface Lane {
  readonly name: string;
  run(steps: number): Promise<number>;
  close(): Promise<void> | void;
}

const tensors = (net: Net): Record<string, ReturnType<typeof tensor>> => Object.fromEntries(Object.entries(net.params).map(([name, { shape, values }]) => [name, tensor(values, shape)]));

/**
 * `train` as a user calls it, stopped between steps: its asynchronous `batch` waits for the turn.
 * @param share of the batch that curvature is taken on
 */
export function ours(name: string, net: Net, optimizer: Optimizer, engine: Engine, share = 1): Lane {
  const batch = batchOf(net);
  const part = batchOf(net, share);
  let left = 0;
  let begin = 0;
  let ended: (ms: number) => void = () => {};
  let go: () => void = () => {};
  let failed: (cause: unknown) => void = () => {};
  const turn = async (): Promise<typeof batch> => {
    if (left === 0) {
      ended(performance.now() - begin);
      await new Promise<void>((resolve) => (go = resolve));
    }
    left--;
    return batch;
  };
  const over = new AbortController();
  const ready = new Promise<number>((resolve, reject) => {
    ended = resolve;
    failed = reject;
  });
  const training = train({ problem: net.problem, optimizer, params: tensors(net), batch: turn, curvatureBatch: () => (share === 1 ? batch : part), steps: Number.MAX_SAFE_INTEGER, engine, signal: over.signal }).catch((cause) => {
    if (!over.signal.aborted) failed(cause);
  });
  return {
    name,
    async run(steps) {
      await ready;
      return new Promise<number>((resolve, reject) => {
        [left, ended, failed, begin] = [steps, resolve, reject, performance.now()];
        go();
      });
    },
    async close() {
      await ready;
      over.abort();
      left = 1;
      go();
      await training;
    },
  };
}

/** TensorFlow.js's own loop on one of its backends: `minimize`, and the loss read after every step, as `train` does. */
export async function tfjs(name: string, net: Net, backend: 'cpu' | 'wasm', make: () => tf.Optimizer): Promise<Lane> {
  const use = async (): Promise<void> => {
    await tf.setBackend(backend);
    (tf.backend() as { firstUse?: boolean }).firstUse = false;
  };
  await use();
  // wasm lacks kernels that these gradients need.
  await repairTape(tf);
  const params = Object.fromEntries(Object.entries(net.params).map(([key, { shape, values }]) => [key, tf.variable(tf.tensor(values, [...shape]))]));
  const x = tf.tensor(net.inputs.values, [...net.inputs.shape], net.id === 'conv' ? 'float32' : 'int32');
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(net.labels, 'int32'), net.id === 'conv' ? 10 : 27));
  const optimizer = make();
  const variables = Object.values(params);
  return {
    name,
    async run(steps) {
      await use();
      const start = performance.now();
      for (let k = 0; k < steps; k++) {
        const cost = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, net.logits(params, x)) as tf.Scalar, true, variables)!;
        await cost.data();
        cost.dispose();
      }
      return performance.now() - start;
    },
    close() {
      optimizer.dispose();
      tf.dispose([...variables, x, y]);
    },
  };
}

/** Ours in TensorFlow.js's loop. */
export const dropIn = (name: string, net: Net, backend: 'cpu' | 'wasm', optimizer: Optimizer): Promise<Lane> => tfjs(name, net, backend, () => toTfOptimizer(optimizer));

/** PyTorch on one thread. @throws Error with the reason when there is no Python with torch */
export async function torch(net: Net): Promise<Lane> {
  const { ask, dispose } = pythonPeer('torch', program);
  const params = Object.fromEntries(Object.entries(net.params).map(([name, { shape, values }]) => [name, { shape, values: [...values] }]));
  const inputs = { shape: net.inputs.shape, values: [...net.inputs.values] };
  await ask({ do: 'prepare', net: net.id, params, inputs, labels: [...net.labels] });
  return { name: 'PyTorch AdamW, 1 thread', run: async (steps) => (await ask({ do: 'run', steps })).ms as number, close: dispose };
}
