import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Sequential } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repairTape, type TapeRepair } from '../../src/repair/index.js';
import { start, tf } from './tf.js';

let repair: TapeRepair;
beforeAll(async () => {
  await start('cpu');
  repair = await repairTape(tf);
});
afterAll(() => repair.undo());

/** Convolutions plain, dilated and depthwise, pooling of both kinds, batch normalization, dropout, dense layers. */
function convNet(): Sequential {
  const { layers } = tf;
  const init = (seed: number) => tf.initializers.glorotUniform({ seed });
  return tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [12, 12, 2], filters: 6, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: init(1) }),
      layers.batchNormalization(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', activation: 'elu', depthwiseInitializer: init(2) }),
      layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', dilationRate: 2, kernelInitializer: init(3) }),
      layers.flatten(),
      layers.dropout({ rate: 0.25, seed: 4 }),
      layers.dense({ units: 8, activation: 'tanh', kernelInitializer: init(5) }),
      layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(6) }),
    ],
  });
}

function images(): { x: Tensor; y: Tensor } {
  const size = 12 * 12 * 2;
  const x = tf.tensor(Float32Array.from({ length: 24 * size }, (_, i) => Math.sin(i * i * 0.37 + (Math.floor(i / size) % 3) * 2)), [24, 12, 12, 2]);
  return { x, y: tf.tidy(() => tf.oneHot(tf.tensor1d(Array.from({ length: 24 }, (_, i) => i % 3), 'int32'), 3)) };
}

/** Losses of the epochs, and how many tensors training left. */
async function train(backend: 'cpu' | 'wasm'): Promise<{ losses: number[]; left: number }> {
  await start(backend);
  const before = tf.memory().numTensors;
  const model = convNet();
  const optimizer = tf.train.adam(0.02);
  model.compile({ optimizer, loss: 'categoricalCrossentropy' });
  const { x, y } = images();
  const { history } = await model.fit(x, y, { epochs: 5, batchSize: 8, shuffle: false, verbose: 0 });
  model.dispose();
  optimizer.dispose();
  tf.dispose([x, y]);
  const left = tf.memory().numTensors - before;
  return { losses: history['loss'] as number[], left };
}

describe('model.fit of a conv net', () => {
  it('works on wasm, with the losses of the cpu backend, and leaves no tensor', async () => {
    const cpu = await train('cpu');
    const wasm = await train('wasm');
    expect(wasm.losses).toHaveLength(5);
    expect(wasm.losses.at(-1)).toBeLessThan(0.8 * wasm.losses[0]!);
    // Two float32 computations: measured up to 3e-6.
    wasm.losses.forEach((loss, i) => expect(Math.abs(loss / cpu.losses[i]! - 1)).toBeLessThan(1e-4));
    expect([cpu.left, wasm.left]).toEqual([0, 0]);
  });

  it.each(['cpu', 'wasm'] as const)('has Hessian-vector products that central differences of its gradient confirm, on %s', async (backend) => {
    await start(backend);
    const { layers } = tf;
    const model = tf.sequential({
      layers: [
        layers.conv2d({ inputShape: [8, 8, 2], filters: 3, kernelSize: 3, activation: 'softplus', kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }),
        layers.batchNormalization(),
        layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
        layers.separableConv2d({ filters: 3, kernelSize: 2, activation: 'tanh', depthwiseInitializer: tf.initializers.glorotUniform({ seed: 2 }), pointwiseInitializer: tf.initializers.glorotUniform({ seed: 3 }) }),
        layers.flatten(),
        layers.layerNormalization(),
        layers.dense({ units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }) }),
      ],
    });
    const weights = model.trainableWeights.map((weight) => (weight as unknown as { val: Tensor }).val);
    const x = tf.tensor(Float32Array.from({ length: 4 * 128 }, (_, i) => Math.sin(i * i * 0.37)), [4, 8, 8, 2]);
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d([0, 2, 1, 2], 'int32'), 3));
    const loss = (): Scalar => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true }) as Tensor) as Scalar;
    const engine = tf.engine() as unknown as { gradients(f: () => Tensor, xs: Tensor[]): { grads: Tensor[] } };
    const variables = weights as ReturnType<typeof tf.variable>[];
    const v = variables.map((w, i) => tf.tensor(Float32Array.from({ length: w.size }, (_, j) => Math.cos(3 * i + 1.7 * j)), w.shape));
    const dot = (a: Tensor[], b: Tensor[]): Scalar => tf.addN(a.map((t, i) => tf.sum(tf.mul(t, b[i]!)))) as Scalar;
    const gradient = (): Tensor[] => engine.gradients(loss, variables).grads;
    const flat = (ts: Tensor[]): Float32Array => tf.tidy(() => tf.concat(ts.map((t) => tf.reshape(t, [-1]))).dataSync() as Float32Array);
    const before = tf.memory().numTensors;
    const product = tf.tidy(() => flat(engine.gradients(() => dot(gradient(), v), variables).grads));
    const at = variables.map((w) => w.dataSync().slice());
    const moved = (h: number): Float32Array =>
      tf.tidy(() => {
        variables.forEach((w, i) => w.assign(tf.add(tf.tensor(at[i]!, w.shape), tf.mul(v[i]!, h)) as never));
        return flat(gradient());
      });
    const h = 3e-3;
    const [up, down] = [moved(h), moved(-h)];
    const scale = Math.max(...product.map(Math.abs));
    // The floor of central differences in float32: measured 4e-4.
    expect(Math.max(...product.map((p, i) => Math.abs(p - (up[i]! - down[i]!) / (2 * h)))) / scale).toBeLessThan(5e-3);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
    tf.dispose([x, y, ...v]);
  });
});
