/** Second derivatives by `tf.grad(tf.grad(f))` beside mpmath (30 digits) and our float64 engine. */
import * as curv from '@curv/tensor';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secondDerivatives } from '../../src/repair/conformance/index.js';
import { repairTape, type TapeRepair } from '../../src/repair/index.js';
import { start, tf } from './tf.js';

const POOLS = { avgPool: tf.avgPool, maxPool: tf.maxPool };

const relative = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const scale = Math.max(...Array.from(b, Math.abs));
  return Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!))) / scale;
};

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  let repair: TapeRepair;
  beforeAll(async () => {
    await start(backend);
    repair = await repairTape(tf);
  });
  afterAll(() => repair.undo());

  it.each(secondDerivatives)('$name', ({ find, expected }) => {
    const before = tf.memory().numTensors;
    // float32: measured up to 4e-6, where terms cancel.
    expect(relative(tf.tidy(() => find(tf).dataSync()), expected)).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('shares the gradient of a maximum among ties', () => {
    const gradient = tf.tidy(() => tf.grad((x) => tf.max(x))(tf.tensor1d([1, 3, 3, 0])).dataSync());
    expect([...gradient]).toEqual([0, 0.5, 0.5, 0]);
  });

  it.each(['round', 'ceil'] as const)('pools with sizes rounded as %s', (mode) => {
    // 6 pixels, windows of 3, strides of 2: the third window reaches one pixel over the edge.
    const x = Float32Array.from({ length: 36 }, (_, i) => Math.sin(i * i));
    const images = (): Tensor4D => tf.tensor4d(x, [1, 6, 6, 1]);
    const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
    const of = (pool: 'avgPool' | 'maxPool', f: (y: Tensor) => Tensor): ArrayLike<number> => tf.tidy(() => tf.grad((t) => tf.sum(f(POOLS[pool](t as Tensor4D, 3, 2, 0, mode))))(images()).dataSync());
    // Each of nine outputs hands on its gradient whole.
    for (const pool of ['avgPool', 'maxPool'] as const) expect(sum(of(pool, (y) => y))).toBeCloseTo(9, 5);
    // The last average is over four pixels.
    const averages = tf.tidy(() => tf.avgPool(images(), 3, 2, 0, mode).dataSync());
    expect(of('avgPool', tf.square)[35]).toBeCloseTo((2 * averages[8]!) / 4, 5);
    const second = tf.tidy(() => tf.grad((t) => tf.sum(tf.grad((s) => tf.sum(tf.square(tf.maxPool(s as Tensor4D, 3, 2, 0, mode))))(t)))(images()).dataSync());
    expect(sum(second)).toBeCloseTo(18, 5);
  });

  it('is exact at zero factors and zero bases', () => {
    const hessianOfProduct = tf.tidy(() => tf.grad((x) => tf.sum(tf.mul(tf.grad((y) => tf.prod(y))(x), tf.tensor1d([1, 0, 0]))))(tf.tensor1d([2, 0, 3])).dataSync());
    expect([...hessianOfProduct]).toEqual([0, 3, 0]);
    const ofCumulative = tf.tidy(() => tf.grad((x) => tf.sum(tf.cumprod(x)))(tf.tensor1d([2, 0, 3])).dataSync());
    expect([...ofCumulative]).toEqual([1, 8, 0]);
    const powers = tf.tidy(() => tf.grad(tf.grad((x) => tf.pow(x, tf.tensor1d([0, 1, 2, 3]))))(tf.tensor1d([0, 0, 0, 0])).dataSync());
    expect([...powers]).toEqual([0, 0, 2, 0]);
  });

  it('gives variableGrads and valueAndGrads of a gradient penalty', () => {
    const w = tf.variable(tf.tensor1d([0.3, -0.5]), true);
    const penalty = (): Scalar => {
      const g = tf.grad((x: Tensor) => tf.sum(tf.tanh(tf.mul(x, w))))(tf.tensor1d([0.4, 0.9]));
      return tf.sum(tf.square(g));
    };
    const found = tf.tidy(() => tf.variableGrads(penalty).grads[w.name]!.dataSync());
    // d/dw (w s²)² with s = sech(x w): 2 w s⁴ (1 − 2 w x tanh(x w)).
    const expected = [[0.3, 0.4], [-0.5, 0.9]].map(([a, x]) => (2 * a! * (1 - 2 * a! * x! * Math.tanh(x! * a!))) / Math.cosh(x! * a!) ** 4);
    expect(relative(found, expected)).toBeLessThan(1e-6);
    w.dispose();
  });

  it('agrees with our float64 engine on a conv net with softmax cross-entropy', () => {
    const stream = curv.random(3);
    const draw = (shape: number[], scale: number): curv.Tensor => stream.tensor('normal', shape, 'float64').mul(scale);
    const [x, k, w] = [draw([3, 6, 6, 2], 1), draw([3, 3, 2, 3], 0.4), draw([27, 4], 0.3)];
    const labels = [0, 2, 3];
    const y = curv.tensor(Int32Array.from(labels), [3]);
    const loss = (p: { k: curv.Tensor; w: curv.Tensor }): curv.Tensor =>
      curv.softmaxCrossEntropy(curv.maxPool2d(curv.conv2d(x, p.k, { padding: 'same' }).tanh(), 2).reshape([3, -1]).matmul(p.w), y);
    const v = { k: draw([3, 3, 2, 3], 1), w: draw([27, 4], 1) };
    const expected = curv.hvp(loss)({ k, w }, v) as typeof v;

    const float = (t: curv.Tensor): Tensor => tf.tensor(Float32Array.from(t.dataSync()), [...t.shape]);
    const found = tf.tidy(() => {
      const images = float(x) as Tensor4D;
      const onehot = tf.oneHot(tf.tensor1d(labels, 'int32') as Tensor1D, 4);
      const net = (a: Tensor, b: Tensor): Scalar =>
        tf.losses.softmaxCrossEntropy(onehot, tf.matMul(tf.reshape(tf.maxPool(tf.tanh(tf.conv2d(images, a as Tensor4D, 1, 'same')), 2, 2, 'valid'), [3, 27]), b as Tensor2D)) as Scalar;
      const gradients = tf.grads(net as (...args: Tensor[]) => Scalar);
      const [vk, vw] = [float(v.k), float(v.w)];
      const product = tf.grads((...p: Tensor[]) => {
        const [gk, gw] = gradients(p) as [Tensor, Tensor];
        return tf.add(tf.sum(tf.mul(gk, vk)), tf.sum(tf.mul(gw, vw))) as Scalar;
      });
      return product([float(k), float(w)]).map((t) => t.dataSync());
    });
    // float32 beside float64: measured 6e-7.
    expect(relative(found[0]!, expected.k.dataSync())).toBeLessThan(1e-5);
    expect(relative(found[1]!, expected.w.dataSync())).toBeLessThan(1e-5);
  });
});
