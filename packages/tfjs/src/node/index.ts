export { modelFiles, type ModelFiles } from './model-files.js';
