export { tfjsEngine, type TfjsEngineOptions } from './engine.js';
export type { Handle } from './device.js';
