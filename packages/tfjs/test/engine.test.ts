import { compile, conv2d, cpu, grad, hvp, maxPool2d, random, setEngine, softmaxCrossEntropy, type Tensor, tensor, toEngine } from '@curv/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { tfjsEngine } from '../src/index.js';

afterEach(() => setEngine(cpu));

/** A conv net large enough that products and convolutions run in the backend's kernels. */
function convNet(stride: number, dilation = 1) {
  const stream = random(5);
  const draw = (shape: number[], scale: number): Tensor => stream.tensor('normal', shape).mul(scale);
  const x = draw([6, 14, 14, 3], 1);
  const y = tensor(Int32Array.from({ length: 6 }, (_, i) => i % 4), [6]);
  const features = (p: Params): Tensor => maxPool2d(conv2d(conv2d(x, p.k1, { padding: 'same', dilation }).tanh(), p.k2, { strides: stride, padding: [[1, 0], [0, 2]] }).tanh(), 2).reshape([6, -1]);
  const params = { k1: draw([3, 3, 3, 8], 0.3), k2: draw([3, 3, 8, 10], 0.2), w: null as unknown as Tensor };
  type Params = typeof params;
  params.w = draw([features(params).shape[1]!, 4], 0.2);
  const loss = (p: Params): Tensor => softmaxCrossEntropy(features(p).matmul(p.w), y);
  return { params, loss };
}

const flat = (tree: Record<string, Tensor>): number[] => Object.values(tree).flatMap((t) => [...t.dataSync()]);

function relative(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((x, i) => Math.abs(x - b[i]!))) / scale;
}

describe.each(['cpu', 'wasm'])('tfjs-%s', (backend) => {
  it.each([[1, 1], [2, 1], [1, 2]])('differentiates a conv net twice as the float32 cpu engine does (stride %d, dilation %d)', async (stride, dilation) => {
    const engine = await tfjsEngine({ backend });
    const { params, loss } = convNet(stride, dilation);
    for (const make of [(f: typeof loss) => grad(f), (f: typeof loss) => (p: typeof params) => hvp(f)(p, p) as typeof params]) {
      const expected = flat(compile(make(loss), { engine: cpu })(params));
      const found = flat(compile(make(loss), { engine })(params));
      // Two float32 computations in different orders: measured up to 2e-6.
      expect(relative(found, expected)).toBeLessThan(1e-5);
    }
  });

  it('holds no storage after 200 steps, and none after a run that throws', async () => {
    const engine = await tfjsEngine({ backend });
    const step = compile((w: Tensor, x: Tensor, i: Tensor) => w.sub(grad((v: Tensor) => x.matmul(v).tanh().gather(i).square().sum())(w).mul(1e-3)), { engine });
    const x = await toEngine(random(1).tensor('normal', [20, 30]), engine);
    const rows = await toEngine(tensor(Int32Array.of(1, 2), [2]), engine);
    const far = await toEngine(tensor(Int32Array.of(1, 99), [2]), engine);
    let w = await toEngine(random(2).tensor('normal', [30, 10]), engine);
    w = advance(w, step(w, x, rows));
    const { storages } = engine.memory();
    const tensors = tf.memory().numTensors;
    const ids = tf.findBackend(backend).numDataIds();
    for (let k = 0; k < 200; k++) w = advance(w, step(w, x, rows));
    expect(() => step(w, x, far)).toThrow(/99/);
    expect(engine.memory().storages).toBe(storages);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(tf.findBackend(backend).numDataIds()).toBe(ids);
  });

  it('trains a conv net', async () => {
    const engine = await tfjsEngine({ backend });
    const { params, loss } = convNet(1);
    const step = compile((p: typeof params) => {
      const g = grad(loss)(p) as typeof params;
      return { k1: p.k1.sub(g.k1.mul(0.1)), k2: p.k2.sub(g.k2.mul(0.1)), w: p.w.sub(g.w.mul(0.1)) };
    }, { engine });
    const value = compile(loss, { engine });
    let p = params;
    const before = value(p).item();
    for (let k = 0; k < 25; k++) p = step(p);
    expect(value(p).item()).toBeLessThan(0.2 * before);
  });

  it('refuses float64, and tensors of another engine', async () => {
    const engine = await tfjsEngine({ backend });
    const x = tensor([1, 2], [2], 'float64');
    expect(() => compile((a: Tensor) => a.exp(), { engine })(x)).toThrow(/has no float64/);
    expect(() => compile((a: Tensor) => a.cast('float64').exp(), { engine })(tensor([1]))).toThrow(/has no float64: node cast/);
    const there = compile((a: Tensor) => a.exp(), { engine })(tensor([1, 2]));
    expect(() => compile((a: Tensor) => a.add(1), { engine: cpu })(there)).toThrow(/lives on engine tfjs-.*toEngine/);
    expect([...(await toEngine(there, cpu)).dataSync()]).toHaveLength(2);
  });

  it('can be the default engine', async () => {
    setEngine(await tfjsEngine({ backend }));
    expect(tensor([1, 2, 3]).mul(2).sum().item()).toBe(12);
  });
});

it('says what is wrong with a backend', async () => {
  await expect(tfjsEngine({ backend: 'abacus' })).rejects.toThrow(/backend abacus is not registered/);
});

function advance(old: Tensor, next: Tensor): Tensor {
  old.dispose();
  return next;
}
