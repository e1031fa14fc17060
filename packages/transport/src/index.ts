export { rosenbrock } from './rosenbrock.js';
