/** The engines as a visitor sees them, best first, and what this browser lacks. */
import type { DType } from '@curv/tensor';

/** An engine on the page. */
export interface EngineCard {
  readonly name: string;
  readonly title: string;
  readonly dtypes: readonly DType[];
  /** Why it cannot run here, or null; what takes a while to find out is not known before `probe` is done. */
  missing(): string | null;
}

const narrow = ['float32', 'int32', 'bool'] as const;
const wide = ['float32', 'float64', 'int32', 'bool'] as const;

/** WebAssembly with 128-bit vectors: a function that makes one. */
const SIMD = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
const vectors = (): boolean => typeof WebAssembly === 'object' && WebAssembly.validate(SIMD);

/** What the probe found to be missing. */
const found = { webgl: false, adapter: false };

interface Gpu {
  requestAdapter(): Promise<object | null>;
}

async function lacksAdapter(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: Gpu };
  try {
    return gpu !== undefined && (await gpu.requestAdapter()) === null;
  } catch {
    return true;
  }
}

let probing: Promise<void> | undefined;

/** Asks the browser for a WebGL context and a WebGPU adapter, once: both take a while, so that the page is shown before. */
export function probe(): Promise<void> {
  const idle = new Promise<void>((resolve) => ('requestIdleCallback' in globalThis ? requestIdleCallback(() => resolve(), { timeout: 3000 }) : setTimeout(resolve, 300)));
  return (probing ??= idle.then(async () => {
    found.webgl = typeof OffscreenCanvas !== 'function' || new OffscreenCanvas(1, 1).getContext('webgl2') === null;
    found.adapter = await lacksAdapter();
  }));
}

/** In the order in which the page falls back: from what is asked for to the end. */
export const engineList: readonly EngineCard[] = [
  { name: 'tfjs-webgpu', title: 'tfjs-webgpu · TensorFlow.js on WebGPU', dtypes: narrow, missing: () => (!('gpu' in navigator) ? 'WebGPU' : found.adapter ? 'a graphics card that WebGPU can use' : null) },
  { name: 'tfjs-webgl', title: 'tfjs-webgl · TensorFlow.js on the graphics card', dtypes: narrow, missing: () => (found.webgl ? 'WebGL 2 in workers' : null) },
  { name: 'onnx', title: 'onnx · ONNX Runtime on WebAssembly', dtypes: wide, missing: () => (vectors() ? null : 'vectors of WebAssembly (SIMD)') },
  { name: 'tfjs-wasm', title: 'tfjs-wasm · TensorFlow.js on WebAssembly', dtypes: narrow, missing: () => (typeof WebAssembly === 'object' ? null : 'WebAssembly') },
  { name: 'cpu', title: 'cpu · plain JavaScript, exact', dtypes: wide, missing: () => null },
];

/** What this browser lacks, in words; empty when nothing. */
export async function lacks(): Promise<string[]> {
  await probe();
  const engines = engineList.map((engine) => engine.missing()).filter((what) => what !== null);
  return [...engines, ...(globalThis.crossOriginIsolated ? [] : ['threads of WebAssembly (the page was served without cross-origin isolation)'])];
}
