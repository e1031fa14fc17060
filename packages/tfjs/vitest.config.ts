import config from '@curv-internal/config/vitest';

// TensorFlow.js keeps its backend, kernels and repairs in globals.
export default config({ isolate: true });
