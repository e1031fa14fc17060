/** What the `hvp` bench claims. */
import { type Bench, claim } from '@curv/plugin';

const jax = { peer: 'jax-js 0.1.25, jit, wasm' };
const torch = { peer: 'PyTorch double backward' };

const claims: Bench['claims'] = {
  'error-float32': claim('largest error of a float32 HVP against float64', '<=', 1e-5, jax),
  'error-float64': claim('largest error of a float64 HVP against PyTorch', '<=', 1e-12, jax),
  'hvp-per-gradient': claim('HVP ÷ gradient, worst engine and model', '<=', 3, torch),
  'onnx-hvp-per-gradient': claim('HVP ÷ gradient, onnx, worst model', '<=', 2.5, torch),
  'onnx-gradient': claim('onnx ÷ PyTorch, gradient, worst of MLP, conv nets, transformer', '<=', 1),
  'onnx-hvp': claim('onnx ÷ PyTorch, HVP, worst of MLP, conv nets, transformer', '<=', 1),
  'onnx-hvp-goal': claim('onnx ÷ PyTorch, HVP, the goal', '<=', 0.6),
  'onnx-jax': claim('onnx ÷ jax-js, gradients and HVPs of both conv nets', '<=', 0.05),
  'onnx-memory': claim('resident memory after 10 000 HVPs of the MLP on onnx less that after 2 000', '<=', 16, { unit: 'MB' }),
  'wasm-conv-gradient': claim('tfjs-wasm ÷ jax-js, gradient of the conv net', '<=', 0.1),
  'wasm-conv-hvp': claim('tfjs-wasm ÷ jax-js, HVP of the conv net', '<=', 0.1),
  'wasm-mlp-hvp': claim('tfjs-wasm ÷ jax-js, HVP of the MLP', '<=', 1 / 3),
  'cpu-mlp-hvp': claim('cpu ÷ jax-js, float64 HVP of the MLP', '<=', 1 / 3),
  'cpu-conv-hvp': claim('cpu ÷ PyTorch, HVP of the conv net', '<=', 4),
  'cpu-tiny-gradient': claim('gradient of the tiny net on cpu', '<=', 30, { unit: 'µs' }),
};

export const hvp: Bench = {
  title: 'gradients, Hessian-vector and Gauss-Newton products, per-example gradients, side by side with TensorFlow.js, jax-js and PyTorch',
  claims,
  load: async () => (await import('./run.js')).run,
};
