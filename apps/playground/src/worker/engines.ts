/** The engines that a worker can load: the only place that names them. */
import { cpu, type DType, type Engine } from '@curv/tensor';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import { messageOf } from '../message.js';
import { engineList } from '../engine-list.js';

/** Called when an engine dies while it runs. */
type OnLost = (reason: string) => void;
type Load = (onLost: OnLost) => Promise<Engine>;

async function tfjs(backend: string): Promise<Engine> {
  return (await import('@curv/tfjs')).tfjsEngine({ backend });
}

/** Threads of WebAssembly need a page that is isolated; more than four gain little. */
const threads = (cores: number): number => (crossOriginIsolated ? Math.max(1, Math.min(4, cores)) : 1);

const wasm: Load = async () => {
  const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setThreadsCount(threads(navigator.hardwareConcurrency));
  setWasmPaths({ 'tfjs-backend-wasm.wasm': plain, 'tfjs-backend-wasm-simd.wasm': simd, 'tfjs-backend-wasm-threaded-simd.wasm': threaded });
  return tfjs('wasm');
};

const webgl: Load = async (onLost) => {
  const engine = await tfjs('webgl');
  const { engine: runtime } = await import('@tensorflow/tfjs-core');
  const backend = runtime().registry['webgl'] as { gpgpu?: { gl?: WebGL2RenderingContext } } | undefined;
  backend?.gpgpu?.gl?.canvas.addEventListener('webglcontextlost', () => onLost('the WebGL context was lost: the graphics card was reset or is out of memory. Run again, or take another engine'));
  return engine;
};

const webgpu: Load = async () => {
  if (!('gpu' in navigator)) throw new Error('this browser has no WebGPU');
  await import('@tensorflow/tfjs-backend-webgpu');
  return tfjs('webgpu');
};

const onnx: Load = async () => {
  const [{ onnxEngine }, { env }, { default: module }, { default: binary }] = await Promise.all([
    import('@curv/onnx'),
    import('onnxruntime-web/wasm'),
    import('onnxruntime-web/ort-wasm-simd-threaded.mjs?url'),
    import('onnxruntime-web/ort-wasm-simd-threaded.wasm?url'),
  ]);
  // One core is left to the page.
  const count = threads(navigator.hardwareConcurrency - 1);
  env.wasm.wasmPaths = { mjs: module, wasm: binary };
  env.wasm.numThreads = count;
  return onnxEngine({ runtime: 'web', threads: count });
};

const loaders: Readonly<Record<string, Load>> = { cpu: async () => cpu, 'tfjs-wasm': wasm, 'tfjs-webgl': webgl, 'tfjs-webgpu': webgpu, onnx };

/** @throws Error with the reason why it does not load */
async function loadEngine(name: string, onLost: OnLost): Promise<Engine> {
  const load = loaders[name];
  if (load === undefined) throw new Error(`engine: expected one of ${Object.keys(loaders).join(', ')}, got ${name}`);
  try {
    return await load(onLost);
  } catch (error) {
    throw new Error(`${name} could not be started: ${messageOf(error)}`, { cause: error });
  }
}

/** The engine asked for, or else the next best that has the dtypes; `notes` say what was passed over and why. */
export async function bestEngine(wanted: string, needs: readonly DType[], onLost: OnLost): Promise<{ engine: Engine; notes: string[] }> {
  const notes: string[] = [];
  const names = engineList.map(({ name }) => name);
  const order = names.includes(wanted) ? names.slice(names.indexOf(wanted)) : [wanted];
  for (const name of order) {
    try {
      const engine = await loadEngine(name, onLost);
      const missing = needs.find((dtype) => !engine.dtypes.includes(dtype));
      if (missing !== undefined) throw new Error(`${name} has no ${missing}, which is needed here`);
      return { engine, notes: notes.length > 0 ? [...notes, `${name} runs instead`] : [] };
    } catch (error) {
      notes.push(messageOf(error));
    }
  }
  throw new Error(notes.join('; '));
}

/** Loaders as demos get them. */
export const engineLoaders = (onLost: OnLost): Readonly<Record<string, () => Promise<Engine>>> => Object.fromEntries(Object.keys(loaders).map((name) => [name, () => loadEngine(name, onLost)]));
