/** The engines as a visitor sees them, best first, and what this browser lacks. */
import type { DType } from '@curv/tensor';

/** An engine on the page. */
export interface EngineCard {
  readonly name: string;
  readonly title: string;
  readonly dtypes: readonly DType[];
  /** Why it cannot run here, or null. */
  missing(): string | null;
}

const narrow = ['float32', 'int32', 'bool'] as const;
const wide = ['float32', 'float64', 'int32', 'bool'] as const;

/** WebAssembly with 128-bit vectors: a function that makes one. */
const SIMD = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
const vectors = (): boolean => typeof WebAssembly === 'object' && WebAssembly.validate(SIMD);

let gl: boolean | undefined;
const hasWebGl = (): boolean => (gl ??= typeof OffscreenCanvas === 'function' && new OffscreenCanvas(1, 1).getContext('webgl2') !== null);

/** In the order in which the page falls back: from what is asked for to the end. */
export const engineList: readonly EngineCard[] = [
  { name: 'tfjs-webgpu', title: 'tfjs-webgpu · TensorFlow.js on WebGPU', dtypes: narrow, missing: () => ('gpu' in navigator ? null : 'WebGPU') },
  { name: 'tfjs-webgl', title: 'tfjs-webgl · TensorFlow.js on the graphics card', dtypes: narrow, missing: () => (hasWebGl() ? null : 'WebGL 2 in workers') },
  { name: 'onnx', title: 'onnx · ONNX Runtime on WebAssembly', dtypes: wide, missing: () => (vectors() ? null : 'vectors of WebAssembly (SIMD)') },
  { name: 'tfjs-wasm', title: 'tfjs-wasm · TensorFlow.js on WebAssembly', dtypes: narrow, missing: () => (typeof WebAssembly === 'object' ? null : 'WebAssembly') },
  { name: 'cpu', title: 'cpu · plain JavaScript, exact', dtypes: wide, missing: () => null },
];

/** What this browser lacks, in words; empty when nothing. */
export function lacks(): string[] {
  const engines = engineList.map((engine) => engine.missing()).filter((what) => what !== null);
  return [...engines, ...(globalThis.crossOriginIsolated ? [] : ['threads of WebAssembly (the page was served without cross-origin isolation)'])];
}
