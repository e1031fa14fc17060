export { MODELS } from './all.js';
export * from './model.js';
