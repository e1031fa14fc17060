import { compile, cpu, grad, hvp, random, type Tensor, tensor } from '@curv/tensor';
import type { LayersModel, Scalar } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromLayersModel, type NamedTensors, type ObjectiveData, supportedLosses } from '../../src/index.js';
import { fillWeights } from './cases.js';
import { relative, toFloat64 } from './measure.js';
import { startTf, tf } from './tf.js';

beforeAll(startTf);

const N = 6;
const K = 4;
type Kind = 'numbers' | 'positive' | 'signs' | 'one-hot' | 'classes' | 'bits';

/** Each built-in loss with an output that it is meant for, and targets. */
const losses: readonly (readonly [name: string, activation: string, targets: Kind])[] = [
  ['meanSquaredError', 'linear', 'numbers'],
  ['meanAbsoluteError', 'linear', 'numbers'],
  ['meanAbsolutePercentageError', 'linear', 'numbers'],
  ['meanSquaredLogarithmicError', 'softplus', 'positive'],
  ['squaredHinge', 'linear', 'signs'],
  ['hinge', 'linear', 'signs'],
  ['categoricalHinge', 'linear', 'one-hot'],
  ['logcosh', 'linear', 'numbers'],
  ['categoricalCrossentropy', 'softmax', 'one-hot'],
  ['categoricalCrossentropy', 'sigmoid', 'one-hot'],
  ['sparseCategoricalCrossentropy', 'softmax', 'classes'],
  ['binaryCrossentropy', 'sigmoid', 'bits'],
  ['kullbackLeiblerDivergence', 'softmax', 'positive'],
  ['poisson', 'softplus', 'positive'],
  ['cosineProximity', 'linear', 'numbers'],
];

function targetsOf(kind: Kind): { shape: number[]; values: Float32Array } {
  const stream = random(21).fork(kind);
  const fill = (draw: (i: number) => number, shape: number[]): { shape: number[]; values: Float32Array } => ({ shape, values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => draw(i)) });
  const classes = Array.from({ length: N }, () => stream.integer(K));
  switch (kind) {
    case 'numbers':
      return fill(() => stream.normal(), [N, K]);
    case 'positive':
      return fill(() => 0.1 + stream.uniform(), [N, K]);
    case 'signs':
      return fill(() => stream.rademacher(), [N, K]);
    case 'bits':
      return fill(() => stream.integer(2), [N, K]);
    case 'one-hot':
      return fill((i) => (classes[Math.floor(i / K)] === i % K ? 1 : 0), [N, K]);
    case 'classes':
      return fill((i) => classes[i]!, [N, 1]);
  }
}

const inputs = { shape: [N, 5], values: Float32Array.from(random(4).tensor('normal', [N, 5]).dataSync()) };
const onTf = ({ shape, values }: { shape: number[]; values: Float32Array }) => tf.tensor(values, shape);
const onCurv = ({ shape, values }: { shape: number[]; values: Float32Array }): Tensor => tensor(values, shape);

function compiled(loss: string, activation: string): LayersModel {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [5], activation: 'tanh' }), tf.layers.dense({ units: K, activation: activation as 'tanh' })] });
  fillWeights(model, loss);
  model.compile({ loss, optimizer: 'sgd' });
  return model;
}

describe('every built-in loss', () => {
  it('is listed here', () => {
    const own = ['softmaxCrossEntropy', 'sigmoidCrossEntropy'];
    expect([...new Set(losses.map(([name]) => name))].sort()).toEqual(supportedLosses.filter((name) => !own.includes(name)).sort());
  });

  for (const [name, activation, kind] of losses) {
    describe(`${name} after ${activation}`, () => {
      it('is what model.evaluate gives', () => {
        const model = compiled(name, activation);
        const net = fromLayersModel(model);
        const y = targetsOf(kind);
        const expected = (model.evaluate(onTf(inputs), onTf(y), { batchSize: N }) as Scalar).dataSync()[0]!;
        for (const logits of ['stable', 'never'] as const) {
          const value = net.objective({ logits }).loss(net.params, { x: onCurv(inputs), y: onCurv(y) }).item();
          expect(Math.abs(value - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-5);
        }
      });

      it('has exact second derivatives', () => {
        const net = fromLayersModel(compiled(name, activation));
        const data = { x: onCurv(inputs), y: onCurv(targetsOf(kind)) };
        const { loss } = net.objective();
        const direction = Object.fromEntries(net.names.map((n) => [n, random(8).fork(n).tensor('normal', net.params[n]!.shape)]));
        const exact = compile((p: NamedTensors, v: NamedTensors, d: ObjectiveData) => hvp(loss)(p, v, d) as unknown, { engine: cpu });
        const [p, v, d] = [toFloat64(net.params), toFloat64(direction), { x: data.x.cast('float64'), y: data.y.cast('float64') }];
        const reference = exact(p, v, d);
        const gradient = compile((at: NamedTensors) => grad(loss)(at, d) as unknown, { engine: cpu });
        const h = 1e-6;
        const moved = (s: number): NamedTensors => Object.fromEntries(net.names.map((n) => [n, p[n]!.add(v[n]!.mul(s))]));
        const [up, down] = [gradient(moved(h)), gradient(moved(-h))] as NamedTensors[];
        const quotient = Object.fromEntries(net.names.map((n) => [n, up![n]!.sub(down![n]!).div(2 * h)]));
        expect(relative(reference, quotient)).toBeLessThan(1e-6);
        expect(relative(exact(net.params, direction, data), reference)).toBeLessThan(1e-4);
      });
    });
  }

  it('gives stable and clipped cross-entropies the same derivatives where nothing is clipped', () => {
    for (const [name, activation, kind] of losses.filter(([n, a]) => (n.includes('rossentropy') && a !== 'sigmoid') || n === 'binaryCrossentropy')) {
      const net = fromLayersModel(compiled(name, activation));
      const d = { x: onCurv(inputs).cast('float64'), y: onCurv(targetsOf(kind)).cast('float64') };
      const [a, b] = (['stable', 'never'] as const).map((logits) => grad(net.objective({ logits }).loss)(toFloat64(net.params), d) as unknown);
      expect(relative(a, b)).toBeLessThan(1e-12);
    }
  });

  it('keeps its gradient where TensorFlow.js clips it away', () => {
    const model = compiled('categoricalCrossentropy', 'softmax');
    const net = fromLayersModel(model);
    // Logits 40 apart: the probability of the target underflows the limit.
    const params = { ...net.params, [net.names[3]!]: tensor([0, 40, 0, 0]) };
    const data = { x: onCurv(inputs), y: tensor(Float32Array.from({ length: N * K }, (_, i) => (i % K === 0 ? 1 : 0)), [N, K]) };
    const size = (logits: 'stable' | 'never'): number => Math.abs((grad(net.objective({ logits }).loss)(params, data) as NamedTensors)[net.names[3]!]!.dataSync()[0]!);
    expect(size('never')).toBe(0);
    expect(size('stable')).toBeGreaterThan(0.9);
  });
});

describe('the training loss', () => {
  const trained = async (model: LayersModel, y: { shape: number[]; values: Float32Array }, x = inputs): Promise<number> => {
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0) });
    return [await model.trainOnBatch(onTf(x), onTf(y))].flat()[0]!;
  };
  const close = (value: number, expected: number): void => expect(Math.abs(value - expected) / Math.abs(expected)).toBeLessThan(1e-5);
  const regularizer = () => tf.regularizers.l1l2({ l1: 0.03, l2: 0.05 });
  const SEQUENCE = { shape: [N, 3, 5], values: Float32Array.from(random(4).tensor('normal', [N, 3, 5]).dataSync()) };

  it('counts kernel and bias penalties', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: K, inputShape: [5], kernelRegularizer: regularizer(), biasRegularizer: tf.regularizers.l2({ l2: 0.1 }) })] });
    fillWeights(model, 'penalty');
    const y = targetsOf('numbers');
    const expected = await trained(model, y);
    const net = fromLayersModel(model);
    const data = { x: onCurv(inputs), y: onCurv(y) };
    close(net.objective().loss(net.params, data).item(), expected);
    expect(net.objective({ regularization: false }).loss(net.params, data).item()).toBeLessThan(expected - 0.1);
  });

  it('counts a shared layer once for each application, as TensorFlow.js does', async () => {
    const shared = tf.layers.dense({ units: 5, kernelRegularizer: regularizer() });
    const x = tf.input({ shape: [5] });
    const out = tf.layers.dense({ units: K }).apply(shared.apply(shared.apply(x)));
    const model = tf.model({ inputs: x, outputs: out as never });
    fillWeights(model, 'shared');
    const y = targetsOf('numbers');
    const expected = await trained(model, y);
    const net = fromLayersModel(model);
    close(net.objective().loss(net.params, { x: onCurv(inputs), y: onCurv(y) }).item(), expected);
  });

  it.each([
    ['LSTM', () => tf.layers.lstm({ units: K, inputShape: [3, 5], kernelRegularizer: regularizer(), recurrentInitializer: 'glorotNormal' })],
    ['Bidirectional', () => tf.layers.bidirectional({ layer: tf.layers.gru({ units: K, kernelRegularizer: regularizer(), recurrentInitializer: 'glorotNormal' }) as never, mergeMode: 'sum', inputShape: [3, 5] } as never)],
    ['TimeDistributed', () => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: K, kernelRegularizer: regularizer() }), inputShape: [3, 5] })],
  ])('treats penalties inside of %s as TensorFlow.js does', async (name, layer) => {
    const model = tf.sequential({ layers: [layer(), ...(name === 'TimeDistributed' ? [tf.layers.globalAveragePooling1d({})] : [])] });
    fillWeights(model, name);
    const y = targetsOf('numbers');
    const expected = await trained(model, y, SEQUENCE);
    const net = fromLayersModel(model);
    close(net.objective().loss(net.params, { x: onCurv(SEQUENCE), y: onCurv(y) }).item(), expected);
  });

  it('multiplies by the weights of examples before the mean', () => {
    const net = fromLayersModel(compiled('meanSquaredError', 'linear'));
    const [x, y] = [onCurv(inputs), onCurv(targetsOf('numbers'))];
    const weight = tensor([1, 0, 2, 0.5, 0, 3]);
    const single = (i: number): number => net.objective().loss(net.params, { x: x.slice([i], [i + 1]), y: y.slice([i], [i + 1]) }).item();
    const expected = Array.from(weight.dataSync()).reduce((sum, w, i) => sum + w * single(i), 0) / N;
    expect(net.objective().loss(net.params, { x, y, sampleWeight: weight }).item()).toBeCloseTo(expected, 5);
  });
});
