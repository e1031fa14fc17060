import { compile, conv2d, cpu, grad, hvp, random, relu, softmaxCrossEntropy, tensor, type Tensor, treeMap } from '@curv/tensor';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exportOnnx } from '../src/index.js';

const draw = (shape: number[], seed: number): Tensor => random(seed).tensor('normal', shape, 'float64').mul(0.3);
const params = { layers: [{ w: draw([4, 5], 1), b: draw([5], 2) }, { w: draw([5, 3], 3), b: draw([3], 4) }] };
const x = draw([6, 4], 5);
const y = tensor(Int32Array.from({ length: 6 }, (_, i) => i % 3), [6]);
type P = typeof params;
const loss = (p: P, xs: Tensor, ys: Tensor): Tensor => {
  const [first, second] = p.layers as [P['layers'][0], P['layers'][0]];
  return softmaxCrossEntropy(xs.matmul(first.w).add(first.b).tanh().matmul(second.w).add(second.b), ys);
};

/** Runs a file with ONNX Runtime alone. */
async function run(bytes: Uint8Array, feeds: Record<string, Tensor>): Promise<{ names: readonly string[]; values: Record<string, number[]> }> {
  const session = await InferenceSession.create(bytes);
  const given: Record<string, RuntimeTensor> = {};
  for (const [name, t] of Object.entries(feeds)) given[name] = new RuntimeTensor(t.dtype as 'float64', (await t.data()) as Float64Array, t.shape as number[]);
  const results = await session.run(given);
  const values = Object.fromEntries(Object.entries(results).map(([name, t]) => [name, [...(t.data as Float64Array)]]));
  const names = session.inputNames;
  await session.release();
  return { names, values };
}

const named = (prefix: string, p: P): Record<string, Tensor> =>
  Object.fromEntries(p.layers.flatMap((layer, i) => Object.entries(layer).map(([key, t]) => [`${prefix}.layers.${i}.${key}`, t])));

describe('exportOnnx', () => {
  it('saves a gradient whose inputs and outputs bear the paths of their tensors', async () => {
    const bytes = await exportOnnx(grad(loss), [params, x, y], { names: ['params', 'x', 'y'], result: 'gradient' });
    const { names, values } = await run(bytes, { ...named('params', params), x, y });
    expect(names).toEqual([...Object.keys(named('params', params)), 'x', 'y']);
    const expected = compile(grad(loss), { engine: cpu })(params, x, y) as P;
    for (const [name, t] of Object.entries(named('gradient', expected))) {
      values[name]!.forEach((value, i) => expect(Math.abs(value - t.dataSync()[i]!)).toBeLessThan(1e-15));
    }
  });

  it('saves a Hessian-vector product and a training step, with what they close over', async () => {
    const product = (p: P, v: P): P => hvp(loss)(p, v, x, y) as P;
    const found = await run(await exportOnnx(product, [params, params]), { ...named('argument0', params), ...named('argument1', params) });
    const hv = product(params, params);
    expect(found.values['output.layers.0.w']!.map((value, i) => Math.abs(value - hv.layers[0]!.w.dataSync()[i]!) < 1e-15)).not.toContain(false);

    const step = (p: P): P => treeMap((a, g) => a.sub(g.mul(0.1)), p, grad(loss)(p, x, y) as P) as P;
    const after = await run(await exportOnnx(step, [params]), named('argument0', params));
    expect(after.values['output.layers.1.b']!.map((value, i) => Math.abs(value - step(params).layers[1]!.b.dataSync()[i]!) < 1e-15)).not.toContain(false);
  });

  it('saves a conv net in standard operators only', async () => {
    const image = draw([2, 6, 6, 3], 6);
    const kernel = draw([3, 3, 3, 4], 7);
    const f = (k: Tensor): Tensor => relu(conv2d(image, k, { padding: 'same', strides: 2 })).sum();
    const bytes = await exportOnnx(grad(f), [kernel], { names: ['kernel'] });
    expect(Buffer.from(bytes).includes('com.microsoft')).toBe(false);
    const { values } = await run(bytes, { kernel });
    const expected = grad(f)(kernel).dataSync();
    values['output']!.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-13));
  });

  it('says what is wrong with its arguments', async () => {
    await expect(exportOnnx(loss as never, params as never)).rejects.toThrow(/example must be the array/);
    await expect(exportOnnx(loss, [params, x, y], { names: ['params'] })).rejects.toThrow(/expected 3 names, one for each argument, got 1/);
    await expect(exportOnnx(loss, [params, x, y], { names: ['a', 'b', 'b'] })).rejects.toThrow(/names of inputs and outputs must differ, got b twice/);
  });
});
