export { repairTape } from './repair-tape.js';
export type { RepairOptions, TapeCheck, TapeRepair, TensorFlow } from './api.js';
