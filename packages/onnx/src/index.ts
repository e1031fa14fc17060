export { onnxEngine, type OnnxEngineOptions } from './engine.js';
export { exportOnnx, type ExportOptions } from './export.js';
export type { Handle } from './handle.js';
export { type OnnxOptions, toOnnx } from './to-onnx.js';
