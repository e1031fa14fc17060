import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Sequential } from '@tensorflow/tfjs';
import { adaHessian, adamw, kfac, mfac, type Optimizer, type Problem, sgd, sophiaG, sophiaH, train, warmUp } from '@curv/optimizers';
import { softmaxCrossEntropy, tensor, type Tensor as CurvTensor, treeLeaves } from '@curv/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repairTape, type TapeRepair } from '../../src/repair/index.js';
import { toTfOptimizer } from '../../src/index.js';
import { start, tf } from '../repair/tf.js';

let repair: TapeRepair;
beforeAll(async () => {
  await start('cpu');
  repair = await repairTape(tf);
});
afterAll(() => repair.undo());

const wave = (n: number, f: number): number[] => Array.from({ length: n }, (_, i) => Math.sin(f * i * i + i));
const inputs = wave(24 * 4, 0.37);
const labels = Array.from({ length: 24 }, (_, i) => (inputs[4 * i]! > 0.3 ? 2 : inputs[4 * i + 1]! > 0 ? 1 : 0));
const initial = { w: wave(4 * 5, 0.71), b: wave(5, 0.2), v: wave(5 * 3, 0.9) };

interface Net { readonly w: CurvTensor; readonly b: CurvTensor; readonly v: CurvTensor }
const problem: Problem = {
  model: ({ w, b, v }: Net, { x }: { x: CurvTensor }) => x.matmul(w).add(b).tanh().matmul(v),
  outputLoss: (z: CurvTensor, { y }: { y: CurvTensor }) => softmaxCrossEntropy(z, y),
  likelihood: 'categorical',
};

/** The trajectory by `train` on the embedded engine, float32. */
async function reference(optimizer: Optimizer, steps: number): Promise<number[]> {
  const batch = { x: tensor(inputs, [24, 4]), y: tensor(Int32Array.from(labels), [24]) };
  const params = { w: tensor(initial.w, [4, 5]), b: tensor(initial.b, [5]), v: tensor(initial.v, [5, 3]) };
  const { params: end } = await train({ problem, optimizer, params, batch: () => batch, steps });
  return treeLeaves(end).flatMap((t) => [...t.dataSync()]);
}

interface Setting { readonly variables: Variable[]; loss(read?: (y: Tensor, z: Tensor) => Tensor): Scalar; values(): number[]; dispose(): void }
function setting(): Setting {
  const [w, b, v] = [tf.variable(tf.tensor(initial.w, [4, 5]), true), tf.variable(tf.tensor(initial.b, [5]), true), tf.variable(tf.tensor(initial.v, [5, 3]), true)];
  const x = tf.tensor(inputs, [24, 4]);
  const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), 3));
  return {
    variables: [w!, b!, v!],
    loss(read = (targets) => targets) {
      const z = tf.matMul(tf.tanh(tf.add(tf.matMul(x, w as never), b!)), v as never);
      return tf.losses.softmaxCrossEntropy(read(y, z), z) as Scalar;
    },
    values: () => [w!, b!, v!].flatMap((t) => [...t.dataSync()]),
    dispose: () => tf.dispose([w!, b!, v!, x, y]),
  };
}
const largest = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((p, i) => Math.abs(p - b[i]!)));

describe('minimize', () => {
  it.each([
    ['SGD', sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), 30],
    ['AdamW', adamw({ learningRate: warmUp(5, () => 0.02), weightDecay: 0.1 }), 30],
    ['M-FAC', mfac({ learningRate: 0.02, window: 6, damping: 1e-2, momentum: 0.5 }), 30],
    ['Sophia-H', sophiaH({ learningRate: 0.01, interval: 3, weightDecay: 0, epsilon: 1e-3, gamma: 0.5 }), 12],
    ['AdaHessian', adaHessian({ learningRate: 0.05, updateEvery: 2, delay: 'repeat' }), 12],
  ] as const)('takes the steps of train: %s', async (_, method, steps) => {
    const { variables, loss, values, dispose } = setting();
    const optimizer = toTfOptimizer(method, { tf });
    for (let k = 0; k < steps; k++) optimizer.minimize(() => loss(), false, variables);
    // Two float32 computations: measured up to 2e-6.
    expect(largest(values(), await reference(method, steps))).toBeLessThan(2e-5);
    expect(optimizer.iterations).toBe(steps);
    optimizer.dispose();
    dispose();
  });

  it('takes sampled labels where the loss asks for them', () => {
    const { variables, loss, values, dispose } = setting();
    const optimizer = toTfOptimizer(sophiaG({ learningRate: 0.02, weightDecay: 0, interval: 4 }), { tf, seed: 3 });
    const drawn: number[][] = [];
    const f = (): Scalar =>
      loss((y, z) => {
        const read = optimizer.labels(y, z, { likelihood: 'categorical' });
        if (read !== y) drawn.push([...read.argMax(-1).dataSync()]);
        return read;
      });
    const first = f().dataSync()[0]!;
    for (let k = 0; k < 40; k++) optimizer.minimize(f, false, variables);
    expect(drawn).toHaveLength(10);
    expect(drawn[0]).not.toEqual(labels);
    expect(drawn.flat().every((label) => [0, 1, 2].includes(label))).toBe(true);
    expect(loss().dataSync()[0]).toBeLessThan(0.9 * first);
    expect(optimizer.info['winRate']).toBeGreaterThanOrEqual(0);
    expect(() => toTfOptimizer(sophiaG({ learningRate: 0.02 }), { tf }).minimize(() => loss(), false, variables)).toThrow(/did not call labels/);
    const before = values();
    expect(values()).toEqual(before);
    optimizer.dispose();
    dispose();
  });

  it('draws labels with the frequencies of the outputs', () => {
    const z = tf.tensor2d(Array.from({ length: 4000 }, () => [0, Math.log(2), Math.log(5)]));
    const x = tf.variable(tf.scalar(1));
    const optimizer = toTfOptimizer(sophiaG({ learningRate: 0.1, weightDecay: 0 }), { tf });
    let counts: number[] = [];
    optimizer.minimize(() => {
      const y = optimizer.labels(tf.zeros([4000], 'int32'), z, { likelihood: 'categorical' });
      counts = [0, 1, 2].map((k) => [...y.dataSync()].filter((label) => label === k).length);
      return tf.square(x) as Scalar;
    }, false, [x]);
    // Five standard deviations of 4000 draws.
    [1 / 8, 2 / 8, 5 / 8].forEach((p, k) => expect(Math.abs(counts[k]! / 4000 - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / 4000)));
    optimizer.dispose();
    tf.dispose([z, x]);
  });

  it('leaves no tensor over 10 000 steps', () => {
    const x = tf.variable(tf.tensor1d([1, -2, 3]));
    const a = tf.tensor1d([1, 2, 3]);
    const methods = [adamw({ learningRate: 1e-3 }), sophiaH({ learningRate: 1e-3 }), adaHessian({ learningRate: 1e-3, updateEvery: 5 })];
    for (const method of methods) {
      const optimizer = toTfOptimizer(method, { tf });
      const f = (): Scalar => tf.sum(tf.mul(a, tf.log(tf.cosh(x)))) as Scalar;
      for (let k = 0; k < 20; k++) optimizer.minimize(f, false, [x]);
      const before = tf.memory();
      for (let k = 0; k < 10_000 / methods.length; k++) optimizer.minimize(f, false, [x]);
      const cost = optimizer.minimize(f, true, [x])!;
      expect(cost.rank).toBe(0);
      cost.dispose();
      const { numTensors, numDataBuffers, numBytes } = tf.memory();
      expect([numTensors, numDataBuffers, numBytes]).toEqual([before.numTensors, before.numDataBuffers, before.numBytes]);
      optimizer.dispose();
    }
    tf.dispose([x, a]);
  });

  it('skips gradients that are not finite, counts them, and leaves everything as it was', () => {
    const x = tf.variable(tf.tensor1d([1, -2]));
    const optimizer = toTfOptimizer(adamw({ learningRate: 0.1 }), { tf });
    const step = (scale: number): void => void optimizer.minimize(() => tf.sum(tf.mul(tf.square(x), scale)) as Scalar, false, [x]);
    step(1);
    const before = [...x.dataSync()];
    step(NaN);
    expect([...x.dataSync()]).toEqual(before);
    expect([optimizer.skipped, optimizer.iterations]).toEqual([1, 1]);
    const strict = toTfOptimizer(adamw({ learningRate: 0.1 }), { tf, onNonFinite: 'throw' });
    expect(() => strict.minimize(() => tf.sum(tf.mul(x, Infinity)) as Scalar, false, [x])).toThrow(/step 1: the gradient is not finite/);
    optimizer.dispose();
    strict.dispose();
    x.dispose();
  });
});

const model = (): Sequential =>
  tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [4], units: 6, activation: 'tanh', kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }),
      tf.layers.batchNormalization(),
      tf.layers.dropout({ rate: 0.2, seed: 5 }),
      tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
    ],
  });

describe('model.fit', () => {
  it.each([
    ['AdamW', adamw({ learningRate: 0.05 })],
    ['AdaHessian', adaHessian({ learningRate: 0.1 })],
    ['Sophia-H', sophiaH({ learningRate: 0.05, weightDecay: 0 })],
    ['Sophia-G', sophiaG({ learningRate: 0.05, weightDecay: 0 })],
    ['M-FAC', mfac({ learningRate: 0.05, window: 8, damping: 1e-2 })],
  ] as const)('trains with %s, and leaves no tensor', async (_, method) => {
    const before = tf.memory().numTensors;
    const net = model();
    const optimizer = toTfOptimizer(method, { tf });
    expect(optimizer).toBeInstanceOf(tf.Optimizer);
    const loss = (y: Tensor, p: Tensor): Tensor => tf.metrics.categoricalCrossentropy(optimizer.labels(y, p, { likelihood: 'categorical', outputs: 'probabilities' }), p);
    net.compile({ optimizer, loss });
    const x = tf.tensor2d(inputs, [24, 4]);
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), 3));
    const { history } = await net.fit(x, y, { epochs: 25, batchSize: 12, shuffle: false, verbose: 0 });
    const losses = history['loss'] as number[];
    expect(losses).toHaveLength(25);
    expect(losses.at(-1)).toBeLessThan(0.75 * losses[0]!);
    expect(optimizer.iterations).toBe(50);
    net.dispose();
    optimizer.dispose();
    tf.dispose([x, y]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('moves moving statistics once a step, also where curvature takes further passes', async () => {
    const run = async (method: Optimizer): Promise<number[]> => {
      const net = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [4], scale: true, momentum: 0.9 }), tf.layers.dense({ units: 3 })] });
      const optimizer = toTfOptimizer(method, { tf });
      net.compile({ optimizer, loss: 'meanSquaredError' });
      const [x, y] = [tf.tensor2d(inputs, [24, 4]), tf.tensor2d(wave(72, 0.3), [24, 3])];
      await net.trainOnBatch(x, y);
      const moving = net.layers[0]!.nonTrainableWeights.flatMap((w) => [...w.read().dataSync()]);
      net.dispose();
      optimizer.dispose();
      tf.dispose([x, y]);
      return moving;
    };
    // The first refresh takes four probes.
    expect(await run(adaHessian())).toEqual(await run(sgd({ learningRate: 0.1 })));
  });

  it('saves and loads with the model: the rest of the run is bit for bit the same', async () => {
    const method = adaHessian({ learningRate: 0.1, updateEvery: 2 });
    const net = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }) })] });
    const optimizer = toTfOptimizer(method, { tf, seed: 9 });
    net.compile({ optimizer, loss: 'meanSquaredError' });
    const [x, y] = [tf.tensor2d(inputs, [24, 4]), tf.tensor2d(wave(72, 0.3), [24, 3])];
    for (let k = 0; k < 7; k++) await net.trainOnBatch(x, y);
    let saved: Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0] | undefined;
    await net.save(tf.io.withSaveHandler(async (artifacts) => ((saved = artifacts), { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } })), { includeOptimizer: true });
    const loaded = (await tf.loadLayersModel(tf.io.fromMemory(saved!))) as Sequential;
    expect(loaded.optimizer.getConfig()).toEqual({ method: method.name, seed: 9, onNonFinite: 'skip' });
    expect(loaded.optimizer.iterations).toBe(7);
    for (let k = 0; k < 6; k++) for (const one of [net, loaded]) await one.trainOnBatch(x, y);
    const weights = (one: Sequential): number[] => one.getWeights().flatMap((w) => [...w.dataSync()]);
    expect(weights(loaded)).toEqual(weights(net));
    const [a, b] = [await net.optimizer.getWeights(), await loaded.optimizer.getWeights()];
    expect(b.map(({ tensor: t }) => [...t.dataSync()])).toEqual(a.map(({ tensor: t }) => [...t.dataSync()]));
    tf.dispose([x, y]);
    net.dispose();
    loaded.dispose();
  });
});

describe('on another backend', () => {
  it('goes on with its state: cpu, then wasm', async () => {
    const method = adaHessian({ learningRate: 0.05 });
    const { variables, loss, values, dispose } = setting();
    const optimizer = toTfOptimizer(method, { tf });
    for (let k = 0; k < 4; k++) optimizer.minimize(() => loss(), false, variables);
    await start('wasm');
    await repairTape(tf);
    for (let k = 0; k < 4; k++) optimizer.minimize(() => loss(), false, variables);
    // Two float32 computations: measured up to 2e-6.
    expect(largest(values(), await reference(method, 8))).toBeLessThan(2e-5);
    optimizer.dispose();
    dispose();
    await start('cpu');
  });
});

describe('refuses', () => {
  it('second derivatives of a tape that is not repaired', async () => {
    repair.undo();
    const x = tf.variable(tf.scalar(1));
    expect(() => toTfOptimizer(adaHessian(), { tf }).minimize(() => tf.square(x) as Scalar, false, [x])).toThrow(/repair them first: await repairTape\(tf\)/);
    expect(x.dataSync()[0]).toBe(1);
    x.dispose();
    repair = await repairTape(tf);
  });

  it('methods whose needs the tape cannot meet, and what is no optimizer', () => {
    expect(() => toTfOptimizer(kfac({ learningRate: 1 }), { tf })).toThrow(/needs layerMoments, which TensorFlow\.js's tape cannot give/);
    expect(() => toTfOptimizer({} as never)).toThrow(/expected an optimizer of @curv\/optimizers/);
    expect(() => toTfOptimizer(adamw(), { tf: {} as never })).toThrow(/tf must be the namespace/);
  });

  it('gradients without variables, other variables, curvature without a closure, and foreign states', async () => {
    const [a, b] = [tf.variable(tf.scalar(1), true, 'refused-a'), tf.variable(tf.scalar(2), true, 'refused-b')];
    const one = tf.scalar(1);
    const optimizer = toTfOptimizer(adamw(), { tf });
    optimizer.applyGradients({ 'refused-a': one });
    expect(a.dataSync()[0]).toBeLessThan(1);
    expect(() => optimizer.applyGradients({ 'refused-b': one })).toThrow(/expected those of the first step \(refused-a\)/);
    expect(() => optimizer.applyGradients({ nothing: one })).toThrow(/no variable or no gradient of the name nothing/);
    expect(() => toTfOptimizer(adaHessian(), { tf }).applyGradients([{ name: 'refused-a', tensor: one }])).toThrow(/needs hvp at this step; call minimize/);
    await expect(optimizer.setWeights([{ name: 'iter', tensor: one }, { name: 'm', tensor: one }])).rejects.toThrow(/expected the state of .*: \[\] \[\], got \[\]/);
    await expect(optimizer.setWeights([])).rejects.toThrow(/number of iterations/);
    const late = toTfOptimizer(adamw(), { tf });
    await late.setWeights([{ name: 'iter', tensor: one }, { name: 'm', tensor: one }]);
    expect(() => late.applyGradients({ 'refused-a': one })).toThrow(/expected the state of/);
    [optimizer, late].forEach((o) => o.dispose());
    tf.dispose([a, b, one]);
  });
});
