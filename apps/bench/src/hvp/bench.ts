/** What the `hvp` bench claims. */
import type { Bench, Claim } from '@curv/plugin';

const claim = (text: string, op: '<=' | '>=', value: number, names: Pick<Claim, 'baseline' | 'peer'> = {}): Claim => ({ text, threshold: { op, value }, ...names });
const jax = { peer: 'jax-js 0.1.25, jit, wasm' };

const claims: Readonly<Record<string, Claim>> = {
  'error-float32': claim('largest error of a float32 HVP against float64', '<=', 1e-5, jax),
  'error-float64': claim('largest error of a float64 HVP against PyTorch', '<=', 1e-12, jax),
  'hvp-per-gradient': claim('HVP ÷ gradient, worst engine and model', '<=', 3, { peer: 'PyTorch double backward' }),
  'wasm-conv-gradient': claim('tfjs-wasm ÷ jax-js, gradient of the conv net', '<=', 0.1, jax),
  'wasm-conv-hvp': claim('tfjs-wasm ÷ jax-js, HVP of the conv net', '<=', 0.1, jax),
  'wasm-mlp-hvp': claim('tfjs-wasm ÷ jax-js, HVP of the MLP', '<=', 1 / 3, jax),
  'cpu-conv-hvp': claim('cpu ÷ PyTorch, HVP of the conv net, worse dtype', '<=', 4, { peer: 'PyTorch double backward, one thread' }),
  'cpu-mlp-hvp': claim('cpu ÷ jax-js, float64 HVP of the MLP', '<=', 1 / 3, jax),
};

export const hvp: Bench = {
  title: 'one gradient and one Hessian-vector product, side by side with TensorFlow.js, jax-js and PyTorch',
  claims,
  load: async () => (await import('./run.js')).run,
};
