import { mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tensor, tensor } from '@curv/tensor';
import type { io, LayersModel } from '@tensorflow/tfjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromLayersModel } from '../../src/index.js';
import { modelFiles } from '../../src/node/index.js';
import { batchOf, fillWeights, predict } from './cases.js';
import { startTf, tf } from './tf.js';

let folder: string;
let file: string;
beforeAll(startTf);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curv model '));
  file = join(folder, 'model.json');
  return () => rmSync(folder, { recursive: true, force: true });
});
afterAll(() => tf.disposeVariables());

const small = (): LayersModel => {
  const model = tf.sequential({ layers: [tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2], name: 'conv' }), tf.layers.batchNormalization({ name: 'bn' }), tf.layers.flatten(), tf.layers.dense({ units: 4, activation: 'softmax', name: 'out' })] });
  fillWeights(model, 'files');
  return model;
};
const CASE = { name: 'files', inputs: [[6, 6, 2]] };
const run = (net: { params: Record<string, Tensor>; apply: (p: never, x: never) => unknown }): Float32Array => {
  const [{ shape, values }] = batchOf(CASE, 2) as [{ shape: number[]; values: Float32Array }];
  return (net.apply(net.params as never, tensor(values, shape) as never) as Tensor).dataSync() as Float32Array;
};
const near = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThan(tolerance);
};
const edit = (change: (json: any) => void): void => {
  const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
  change(json);
  writeFileSync(file, JSON.stringify(json));
};

describe('files', () => {
  it('saves what TensorFlow.js and the importer load', async () => {
    const model = small();
    model.compile({ loss: 'categoricalCrossentropy', optimizer: 'adam' });
    await model.save(modelFiles(file), { includeOptimizer: true });
    const expected = predict(model, batchOf(CASE, 2))[0]!;
    const loaded = await tf.loadLayersModel(modelFiles(folder));
    near(predict(loaded, batchOf(CASE, 2))[0]!, expected, 1e-7);
    const net = fromLayersModel(await modelFiles(file).load());
    near(run(net as never), expected, 1e-6);
    expect(net.loss).toBe('categorical_crossentropy');
    expect(net.names).toEqual(['conv/kernel', 'conv/bias', 'bn/gamma', 'bn/beta', 'out/kernel', 'out/bias']);
  });

  it('splits weights into shards of 4 MiB and joins them', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1200, inputShape: [1000], name: 'wide', kernelInitializer: tf.initializers.randomUniform({ seed: 1 }) })] });
    await model.save(modelFiles(file));
    const json = JSON.parse(readFileSync(file, 'utf8')) as { weightsManifest: { paths: string[] }[] };
    expect(json.weightsManifest[0]!.paths).toEqual(['group1-shard1of2.bin', 'group1-shard2of2.bin']);
    const net = fromLayersModel(await modelFiles(file).load());
    expect(Buffer.compare(Buffer.from(net.params['wide/kernel']!.dataSync().buffer), Buffer.from((model.weights[0]!.read().dataSync() as Float32Array).buffer))).toBe(0);
    truncateSync(join(folder, 'group1-shard1of2.bin'), 100);
    await expect(modelFiles(file).load()).rejects.toThrow(/weight shard group1-shard1of2.bin is truncated: 2 weights need 4804800 bytes, found 610596/);
  });

  it('writes parameters into new artifacts', async () => {
    await small().save(modelFiles(file));
    const artifacts = await modelFiles(file).load();
    const net = fromLayersModel(artifacts);
    const moved = Object.fromEntries(net.names.map((name) => [name, net.params[name]!.mul(1.5)]));
    const written = net.toModel(moved);
    expect(written).not.toBe(artifacts);
    await modelFiles(join(folder, 'moved', 'model.json')).save(written);
    const again = fromLayersModel(await modelFiles(join(folder, 'moved')).load());
    expect(again.params['out/kernel']!.dataSync()).toEqual(moved['out/kernel']!.dataSync());
    expect(again.state['bn/moving_mean']!.dataSync()).toEqual(net.state['bn/moving_mean']!.dataSync());
    near(predict(await tf.loadLayersModel(modelFiles(join(folder, 'moved'))), batchOf(CASE, 2))[0]!, run(again as never), 1e-6);
  });

  it.each([
    ['uint8', 255],
    ['uint16', 65535],
    ['float16', 0],
  ])('reads weights quantized to %s as TensorFlow.js does', async (dtype, levels) => {
    await small().save(modelFiles(file));
    const artifacts = await modelFiles(file).load();
    const values = tf.io.decodeWeights(artifacts.weightData as ArrayBuffer, artifacts.weightSpecs!);
    const chunks: Uint8Array[] = [];
    const specs = artifacts.weightSpecs!.map((spec) => {
      const data = values[spec.name]!.dataSync() as Float32Array;
      const [min, max] = [Math.min(...data), Math.max(...data)];
      const scale = (max - min) / (levels || 1) || 1;
      const codes = Uint16Array.from(data, (v) => (levels === 0 ? half(v) : Math.round((v - min) / scale)));
      chunks.push(dtype === 'uint8' ? Uint8Array.from(codes) : new Uint8Array(codes.buffer));
      return { ...spec, quantization: { dtype, ...(levels > 0 && { min, scale }) } };
    });
    const data = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
    await modelFiles(file).save({ ...artifacts, weightSpecs: specs as io.WeightsManifestEntry[], weightData: data.buffer });
    const stored = await modelFiles(file).load();
    const expected = tf.io.decodeWeights(stored.weightData as ArrayBuffer, stored.weightSpecs!);
    const net = fromLayersModel(stored);
    for (const name of net.names) expect(net.params[name]!.dataSync()).toEqual(expected[name]!.dataSync());
    near(run(net as never), predict(await tf.loadLayersModel(modelFiles(file)), batchOf(CASE, 2))[0]!, 1e-5);
  });

  /** Binary16 bits of a number, fractions cut off. */
  function half(v: number): number {
    const bits = new Uint32Array(Float32Array.of(v).buffer)[0]!;
    const exponent = ((bits >> 23) & 255) - 127 + 15;
    if (exponent <= 0) return (bits >> 16) & 0x8000;
    return ((bits >> 16) & 0x8000) | (exponent << 10) | ((bits >> 13) & 1023);
  }
});

describe('bad files', () => {
  const refused = (pattern: RegExp): Promise<void> => expect((async () => fromLayersModel(await modelFiles(file).load()))()).rejects.toThrow(pattern);

  it.each<[string, (json: any) => void, RegExp]>([
    ['a graph model', (j) => (j.format = 'graph-model'), /model\.json: expected a layers model, found a graph model; .*tensorflowjs_converter/],
    ['a graph model without a format', (j) => (j.modelTopology = { node: [], versions: {} }), /expected a layers model, found a graph model/],
    ['an unknown format', (j) => (j.format = 'onnx'), /expected format layers-model, found "onnx"/],
    ['no topology', (j) => delete j.modelTopology, /expected modelTopology and weightsManifest, found an object with/],
    ['no manifest', (j) => delete j.weightsManifest, /expected weightsManifest to be a list/],
    ['a shape that the topology does not have', (j) => (j.weightsManifest[0].weights[0].shape = [3, 3, 3, 2]), /layer "conv" \(Conv2D\): expected conv\/kernel of shape \[3, 3, \?, 3\], found \[3, 3, 3, 2\]/],
    ['a size that only the input can tell', (j) => (j.modelTopology.config.layers[0].config.batch_input_shape = [null, 6, 6, 5]), /layer "conv" \(Conv2D\): .*conv2d/],
    ['a missing weight', (j) => j.modelTopology.config.layers.push({ class_name: 'Dense', config: { name: 'extra', units: 2 } }), /layer "extra" \(Dense\): expected a weight extra\/kernel, found none/],
    ['a weight too many', (j) => j.modelTopology.config.layers.pop(), /weight out\/kernel belongs to no layer of the topology/],
    ['an unknown layer', (j) => (j.modelTopology.config.layers[2].class_name = 'Capsule'), /layer "flatten\w*" is of class Capsule, which cannot be imported; supported are Activation, Add/],
    ['an unknown activation', (j) => (j.modelTopology.config.layers[3].config.activation = 'sparkle'), /layer "out" \(Dense\): unknown activation sparkle; supported are linear/],
    ['an activity regularizer', (j) => (j.modelTopology.config.layers[3].config.activity_regularizer = { class_name: 'L1L2', config: { l1: 1, l2: 0 } }), /layer "out" \(Dense\): activityRegularizer is not supported/],
    ['an unknown dtype', (j) => (j.weightsManifest[0].weights[0].dtype = 'complex64'), /weight conv\/kernel: dtype complex64 is not supported/],
  ])('refuses %s', async (_, change, pattern) => {
    await small().save(modelFiles(file));
    edit(change);
    await refused(pattern);
  });

  it('names a shard that is missing or truncated, and a file that is no model', async () => {
    await small().save(modelFiles(file));
    truncateSync(join(folder, 'group1-shard1of1.bin'), 50);
    await refused(/model\.json: weight shard group1-shard1of1.bin is truncated: 8 weights need \d+ bytes, found 50/);
    unlinkSync(join(folder, 'group1-shard1of1.bin'));
    await refused(/weight shard group1-shard1of1.bin is missing/);
    writeFileSync(file, '{"format":');
    await refused(/model\.json: expected JSON/);
    unlinkSync(file);
    await refused(/no model\.json can be read there/);
  });
});

describe('bad arguments', () => {
  it('says what is wrong with a model, a loss, inputs and targets', () => {
    expect(() => fromLayersModel(null)).toThrow('expected a tf.LayersModel or model artifacts, got null');
    expect(() => fromLayersModel({ executeAsync: () => 0 })).toThrow(/got a graph model; .*tensorflowjs_converter/);
    const net = fromLayersModel(small());
    const [x, y] = [tensor(new Float32Array(144), [2, 6, 6, 2]), tensor(new Float32Array(8), [2, 4])];
    expect(() => net.objective()).toThrow('the model names none');
    expect(() => net.objective({ loss: 'squish' })).toThrow(/unknown loss squish; expected one of meanSquaredError/);
    const { loss } = net.objective({ loss: 'categoricalCrossentropy' });
    expect(() => loss(net.params, { x: y, y })).toThrow(/inputs: expected conv_input of shape \[any, 6, 6, 2\], got \[2, 4\]/);
    expect(() => loss(net.params, { x, y: x })).toThrow(/y: expected targets \[2, 4\] for output "out", got \[2, 6, 6, 2\]/);
    expect(() => net.objective({ loss: 'sparseCategoricalCrossentropy' }).loss(net.params, { x, y })).toThrow(/expected class numbers \[2\] for output "out"/);
    expect(() => net.apply({}, x)).toThrow('layer "conv" (Conv2D): params: expected a weight conv/bias, there are none');
    expect(() => loss(net.params, { x, y, sampleWeight: tensor([1, 2, 3]) })).toThrow('sampleWeight: expected [2], got [3]');
  });

  it('refuses settings that would be another model', () => {
    const recurrent = tf.sequential({ layers: [tf.layers.lstm({ units: 2, batchInputShape: [1, 3, 2], stateful: true, recurrentInitializer: 'glorotNormal', name: 'l' })] });
    expect(() => fromLayersModel(recurrent)).toThrow('layer "l" (LSTM): stateful is not supported');
    const masked = tf.sequential({ layers: [tf.layers.embedding({ inputDim: 3, outputDim: 2, inputLength: 4, maskZero: true, name: 'e' })] });
    expect(() => fromLayersModel(masked)).toThrow('layer "e" (Embedding): maskZero is not supported');
  });
});
