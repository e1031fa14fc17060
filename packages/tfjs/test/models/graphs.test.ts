import { random, type Tensor, tensor } from '@curv/tensor';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromLayersModel, type NamedTensors } from '../../src/index.js';
import { batchOf, fillWeights, predict } from './cases.js';
import { startTf, tf } from './tf.js';

beforeAll(startTf);

/** Outputs of the imported model beside those of `model.predict`. */
function compare(model: LayersModel, shapes: readonly (readonly number[])[]): void {
  const inputs = batchOf({ name: model.name, inputs: shapes }, 3);
  const net = fromLayersModel(model);
  const outputs = [net.apply(net.params, inputs.map(({ shape, values }) => tensor(values, shape)))].flat() as Tensor[];
  const expected = predict(model, inputs);
  expect(outputs.length).toBe(expected.length);
  outputs.forEach((out, i) => {
    const data = out.dataSync();
    expect(data.length).toBe(expected[i]!.length);
    for (let j = 0; j < data.length; j++) expect(Math.abs(data[j]! - expected[i]![j]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i]![j]!)));
  });
}

const apply = (layer: { apply(x: SymbolicTensor | SymbolicTensor[]): unknown }, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor => layer.apply(x) as SymbolicTensor;

describe('graphs', () => {
  it('runs shared layers, several inputs and outputs', () => {
    const [a, b] = [tf.input({ shape: [4], name: 'left' }), tf.input({ shape: [4], name: 'right' })];
    const shared = tf.layers.dense({ units: 3, activation: 'tanh', name: 'shared' });
    const both = apply(tf.layers.concatenate(), [apply(shared, a), apply(shared, b)]);
    const model = tf.model({ inputs: [a, b], outputs: [apply(tf.layers.dense({ units: 2, name: 'first' }), both), apply(tf.layers.dense({ units: 1, activation: 'sigmoid', name: 'second' }), both)], name: 'twins' });
    fillWeights(model, 'twins');
    compare(model, [[4], [4]]);
    const net = fromLayersModel(model);
    expect(net.inputs.map(({ name }) => name)).toEqual(['left', 'right']);
    expect(net.outputs).toEqual([{ name: 'first', shape: [null, 2] }, { name: 'second', shape: [null, 1] }]);
    expect(net.names).toEqual(['shared/kernel', 'shared/bias', 'first/kernel', 'first/bias', 'second/kernel', 'second/bias']);
    const [x, y] = [tensor([[1, 2, 3, 4]]), tensor([[4, 3, 2, 1]])];
    const byName = net.apply(net.params, { right: y, left: x }) as Tensor[];
    const byPlace = net.apply(net.params, [x, y]) as Tensor[];
    expect(byName[0]!.dataSync()).toEqual(byPlace[0]!.dataSync());
  });

  it('runs models inside of models, applied twice', () => {
    const inner = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [4], activation: 'tanh', name: 'inner_a' }), tf.layers.layerNormalization({ name: 'inner_b' })], name: 'inner' });
    const x = tf.input({ shape: [4] });
    const once = apply(inner as never, x);
    const twice = apply(inner as never, once);
    const model = tf.model({ inputs: x, outputs: apply(tf.layers.add(), [once, twice]), name: 'nested' });
    fillWeights(model, 'nested');
    compare(model, [[4]]);
    const chain = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3] }), inner], name: 'chain' });
    fillWeights(chain, 'chain');
    compare(chain, [[3]]);
  });

  it('runs recurrent layers with initial states and returned states', () => {
    const [x, h, c] = [tf.input({ shape: [4, 3] }), tf.input({ shape: [2] }), tf.input({ shape: [2] })];
    const lstm = tf.layers.lstm({ units: 2, returnState: true, recurrentInitializer: 'glorotNormal' });
    const [out, h2, c2] = lstm.apply(x, { initialState: [h, c] }) as SymbolicTensor[];
    const model = tf.model({ inputs: [x, h, c], outputs: [out!, h2!, c2!], name: 'states' });
    fillWeights(model, 'states');
    compare(model, [[4, 3], [2], [2]]);
  });

  it('reads what Keras in Python stores: snake_case, cells in weight names, Subtract, the loss', () => {
    const layer = (name: string, class_name: string, config: object, ...from: string[]): object => ({ name, class_name, config: { name, ...config }, inbound_nodes: from.length === 0 ? [] : [from.map((source) => [source, 0, 0, {}])] });
    const rnn = { units: 2, activation: 'tanh', recurrent_activation: 'hard_sigmoid', use_bias: false, return_sequences: true, reset_after: false };
    const topology = {
      model_config: {
        class_name: 'Functional',
        config: {
          name: 'keras_model',
          layers: [
            layer('input_1', 'InputLayer', { batch_input_shape: [null, 3, 2] }),
            layer('my_rnn', 'SimpleRNN', rnn, 'input_1'),
            layer('zero_padding', 'Subtract', {}, 'my_rnn', 'input_1'),
            layer('global_max', 'GlobalMaxPooling1D', { data_format: 'channels_last' }, 'zero_padding'),
          ],
          input_layers: [['input_1', 0, 0]],
          output_layers: [['global_max', 0, 0]],
        },
      },
      training_config: { loss: 'mean_squared_error' },
    };
    const specs = [['my_rnn/simple_rnn_cell/kernel', [2, 2]], ['my_rnn/simple_rnn_cell/recurrent_kernel', [2, 2]]].map(([name, shape]) => ({ name: name as string, shape: shape as number[], dtype: 'float32' }));
    const net = fromLayersModel({ modelTopology: topology, weightSpecs: specs, weightData: Float32Array.of(1, 0, 0, 1, 0.5, 0, 0, 0.5).buffer });
    expect(net.names).toEqual(['my_rnn/kernel', 'my_rnn/recurrent_kernel']);
    expect(net.loss).toBe('mean_squared_error');
    const x = [[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]];
    let h = [0, 0];
    const steps = x.map((row) => (h = row.map((v, i) => Math.tanh(v + 0.5 * h[i]!))).map((v, i) => v - row[i]!));
    const expected = [0, 1].map((i) => Math.max(...steps.map((row) => row[i]!)));
    (net.apply(net.params, tensor([x])) as Tensor).dataSync().forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 6));
  });

  it('takes batch normalization along any axis as the transposed model does', () => {
    // TensorFlow.js's cpu kernel is no reference here: it reads statistics along the last axis whatever their shape is.
    const make = (axis: number, shape: number[]): LayersModel => {
      const model = tf.sequential({ layers: [tf.layers.batchNormalization({ axis, inputShape: shape, name: `bn${axis}` })] });
      fillWeights(model, 'axis');
      return model;
    };
    const [first, last] = [make(1, [3, 4, 5]), make(3, [4, 5, 3])].map((model) => fromLayersModel(model));
    const x = random(2).tensor('normal', [2, 3, 4, 5]);
    for (const training of [false, true]) {
      const a = first!.apply(first!.params, x, { training }) as Tensor;
      const b = (last!.apply(last!.params, x.transpose([0, 2, 3, 1]), { training }) as Tensor).transpose([0, 3, 1, 2]);
      b.dataSync().forEach((v, i) => expect(a.dataSync()[i]).toBeCloseTo(v, 5));
    }
  });
});

describe('training mode', () => {
  it('gives the moving statistics that model.fit leaves, and outputs by the batch', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] }), tf.layers.batchNormalization({ momentum: 0.7, name: 'bn' })] });
    fillWeights(model, 'training');
    const net = fromLayersModel(model);
    const [x, y] = [random(1).tensor('normal', [5, 4]), random(2).tensor('normal', [5, 3])];
    const { outputs, state } = net.applyWithState(net.params, x, { training: true });
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0) });
    const loss = [await model.trainOnBatch(tf.tensor(Float32Array.from(x.dataSync()), [5, 4]), tf.tensor(Float32Array.from(y.dataSync()), [5, 3]))].flat()[0]!;
    const mine = outputs[0]!.sub(y).square().mean().item();
    expect(Math.abs(mine - loss)).toBeLessThan(1e-5 * loss);
    expect(net.objective({ loss: 'meanSquaredError', training: true }).loss(net.params, { x, y }).item()).toBeCloseTo(loss, 5);
    for (const name of ['bn/moving_mean', 'bn/moving_variance']) {
      const expected = model.weights.find((w) => w.originalName === name)!.read().dataSync();
      state[name]!.dataSync().forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 5));
      // The imported statistics stay what they were.
      expect(net.state[name]!.dataSync()).not.toEqual(state[name]!.dataSync());
    }
  });

  it('takes masks of dropout layers', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3], useBias: false }), tf.layers.dropout({ rate: 0.25, name: 'drop' })] });
    const net = fromLayersModel(model);
    const x = random(1).tensor('normal', [2, 3]);
    expect(net.maskShapes(x)).toEqual({ drop: { shape: [2, 4], rate: 0.25 } });
    const mask = tensor([[1, 0, 1, 1], [0, 1, 1, 0]]);
    const plain = (net.apply(net.params, x) as Tensor).dataSync();
    const dropped = (net.apply(net.params, x, { training: true, masks: { drop: mask } }) as Tensor).dataSync();
    dropped.forEach((v, i) => expect(v).toBeCloseTo((plain[i]! * mask.dataSync()[i]!) / 0.75, 6));
    expect((net.apply(net.params, x, { masks: { drop: mask } }) as Tensor).dataSync()).toEqual(plain);
    expect((net.apply(net.params, x, { training: true }) as Tensor).dataSync()).toEqual(plain);
  });

  it('drops inputs and previous outputs of recurrent layers with one mask for all steps', () => {
    const model = tf.sequential({ layers: [tf.layers.gru({ units: 2, inputShape: [null, 4], dropout: 0.5, recurrentDropout: 0.5, recurrentInitializer: 'glorotNormal', name: 'gru' })] });
    fillWeights(model, 'dropout');
    const net = fromLayersModel(model);
    const x = random(1).tensor('normal', [2, 3, 4]);
    expect(net.maskShapes(x)).toEqual({ 'gru/dropout': { shape: [2, 1, 4], rate: 0.5 }, 'gru/recurrent_dropout': { shape: [2, 2], rate: 0.5 } });
    const mask = tensor([1, 0, 1, 0, 0, 0, 1, 1], [2, 1, 4]);
    const dropped = net.apply(net.params, x, { training: true, masks: { 'gru/dropout': mask } }) as Tensor;
    const byHand = net.apply(net.params, x.mul(mask).mul(2)) as Tensor;
    dropped.dataSync().forEach((v, i) => expect(v).toBeCloseTo(byHand.dataSync()[i]!, 6));
    const none = net.apply(net.params, x, { training: true, masks: { 'gru/recurrent_dropout': tensor([0, 0, 0, 0], [2, 2]) } }) as Tensor;
    const last = net.apply(net.params, x.slice([0, 2], [2, 3])) as Tensor;
    none.dataSync().forEach((v, i) => expect(v).toBeCloseTo(last.dataSync()[i]!, 6));
  });
});

describe('the user’s model', () => {
  it('changes only when it is written to', () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3], name: 'd' }), tf.layers.batchNormalization({ name: 'bn' })] });
    fillWeights(model, 'write');
    const values = (): number[][] => model.weights.map((w) => Array.from(w.read().dataSync()));
    const before = values();
    const count = tf.memory().numTensors;
    const net = fromLayersModel(model);
    const moved: NamedTensors = Object.fromEntries(net.names.map((name) => [name, net.params[name]!.add(1)]));
    net.apply(moved, tensor([[1, 2, 3]]), { training: true });
    expect(values()).toEqual(before);
    expect(net.toModel(moved)).toBe(model);
    const x = tensor([[1, 2, 3]]);
    const out = net.apply(moved, x) as Tensor;
    const after = (model.predict(tf.tensor([1, 2, 3], [1, 3])) as { dataSync(): Float32Array }).dataSync();
    out.dataSync().forEach((v, i) => expect(v).toBeCloseTo(after[i]!, 5));
    expect(values()[0]).toEqual(before[0]!.map((v) => Math.fround(v + 1)));
    // Its own tensors aside, nothing of TensorFlow.js is left over: the input and the output above.
    expect(tf.memory().numTensors - count).toBe(2);
  });
});
