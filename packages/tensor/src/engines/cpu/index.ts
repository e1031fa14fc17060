/** The embedded engine: pure TypeScript over typed arrays. */
export { cpu } from './cpu.js';
