/** Runs in the page: a gradient and a Hessian-vector product on onnxruntime-web, beside the cpu engine. */
import { compile, conv2d, cpu, grad, hvp, maxPool2d, random, type Tensor } from '@curv/tensor';
import * as ort from 'onnxruntime-web/wasm';
import { onnxEngine } from '../../src/index.js';

declare global {
  interface Window {
    smoke(wasm: ArrayBuffer): Promise<{ name: string; errors: number[]; storages: number }>;
  }
}

window.smoke = async (wasm) => {
  // The page has no server to fetch from.
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.numThreads = 1;
  const engine = await onnxEngine();
  const errors: number[] = [];
  for (const dtype of ['float32', 'float64'] as const) {
    const stream = random(3);
    const [x, k] = [stream.tensor('normal', [2, 8, 8, 3], dtype), stream.tensor('normal', [3, 3, 3, 4], dtype)];
    const loss = (w: Tensor): Tensor => maxPool2d(conv2d(x, w, { padding: 'same' }).mul(0.2).erf(), 2).square().mean();
    for (const f of [grad(loss), (w: Tensor) => hvp(loss)(w, w) as Tensor]) {
      const expected = (compile(f, { engine: cpu })(k) as Tensor).dataSync();
      const compiled = compile(f, { engine });
      const result = compiled(k) as Tensor;
      const found = await result.data();
      result.dispose();
      compiled.dispose();
      const scale = Math.max(...Array.from(expected, Math.abs));
      errors.push(Math.max(...Array.from(found, (value, i) => Math.abs(value - expected[i]!))) / scale);
    }
    x.dispose();
    k.dispose();
  }
  return { name: engine.name, errors, storages: engine.memory().storages };
};
