/** What the `kernels` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const kernels: Bench = {
  title: 'single operations of the cpu engine beside JavaScript and native libraries, small calls, and what each graph pass gains',
  claims: {
    'matmul-jax': claim('jax-js ÷ cpu, float64 product of 512×512 matrices', '>=', 5, { peer: 'jax-js 0.1.25' }),
    'matmul-best': claim('fastest other JavaScript or WASM library ÷ cpu, the same product', '>=', 1, { peer: 'numpy-ts 1.7.0' }),
    'vectors-matmul': claim('without ÷ with WebAssembly vectors, the same product', '>=', 1.5),
    'matmul-error': claim('largest error of the float64 products, relative to Σ|a||b|', '<=', 1e-15),
    'tiny-gradient': claim('gradient of a 4-32-32-2 net, batch 1', '<=', 30, { unit: 'µs' }),
    fusion: claim('HVP of the conv net without ÷ with elementwise fusion', '>=', 1),
    passes: claim('nodes of the HVP of a flat vector, before ÷ after optimize', '>=', 1),
  },
  load: async () => (await import('./run.js')).run,
};
