export { tfjsEngine, type TfjsEngineOptions } from './engine.js';
export type { Handle } from './device.js';
export { repairTape, type RepairOptions, type TapeCheck, type TapeRepair, type TensorFlow } from './repair/index.js';
