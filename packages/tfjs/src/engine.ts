/** TensorFlow.js backends as engines of `@curv/tensor`. */
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '@curv/tensor';
import { Device, type Handle } from './device.js';
import { compileGraph } from './executable.js';

/** Options of `tfjsEngine`. */
export interface TfjsEngineOptions {
  /** `wasm` (default), `cpu`, `webgl`, or the name of any registered backend. */
  readonly backend?: string;
}

/** Known backends, imported when they are first asked for. */
const PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
};

let starting: Promise<unknown> = Promise.resolve();

/** Starts one backend at a time: TensorFlow.js has one current backend, which starting another changes for a while. */
function start(name: string): Promise<Device> {
  const next = starting.catch(() => {}).then(() => startNow(name));
  starting = next;
  return next;
}

/** Registers and starts a backend, leaving TensorFlow.js's own choice of backend as it was. */
async function startNow(name: string): Promise<Device> {
  if (tf.findBackendFactory(name) == null) {
    const load = PACKAGES[name];
    if (load === undefined) throw new TypeError(`tfjsEngine: backend ${name} is not registered; import its package first`);
    try {
      await load();
    } catch (cause) {
      throw new TypeError(`tfjsEngine: backend ${name} needs its package: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-${name}`, { cause });
    }
  }
  const before = tf.getBackend() as string | undefined;
  if (!(await tf.setBackend(name))) throw new TypeError(`tfjsEngine: backend ${name} could not be started here`);
  const backend = tf.backend();
  // The cpu backend advertises tfjs-node at its first use.
  (backend as { firstUse?: boolean }).firstUse = false;
  if (before && before !== name) await tf.setBackend(before);
  return new Device(backend, name);
}

/**
 * A TensorFlow.js backend as an engine. Matrix products and convolutions run in the backend's kernels; gradients of convolutions, which wasm lacks, are
 * composed from those or, in the filter, the host's where it can see the data (wasm, cpu); everything else runs in fused loops over the backend's data, there in place. float32 only.
 * Nothing is put on TensorFlow.js's tape, and its tensor counts do not change.
 * @throws TypeError when the backend is unknown, not installed, or does not start
 */
export async function tfjsEngine(options: TfjsEngineOptions = {}): Promise<Engine<Handle>> {
  const { backend = 'wasm' } = options;
  const device = await start(backend);
  const shared = backend === 'wasm' || backend === 'cpu';
  let storages = 0;
  return {
    name: `tfjs-${backend}`,
    dtypes: ['float32', 'int32', 'bool'],
    synchronous: shared,
    compile(graph) {
      const inner = compileGraph(graph, device, shared);
      return {
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
      return device.write(data, spec);
    },
    read: (handle) => device.read(handle),
    ...(shared && { readSync: (handle: Handle) => device.readSync(handle) }),
    release(handle) {
      storages--;
      device.release(handle);
    },
    memory: () => ({ storages }),
  };
}
