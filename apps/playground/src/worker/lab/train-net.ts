/** A small net, trained here. */
import { type ModelData, npzData, csvData, parseCsv, parseNpz } from '@curv-internal/model-data';
import type { Problem } from '@curv/hessian-core';
import { adam, train } from '@curv/optimizers';
import { compile, type Engine, random, softmaxCrossEntropy, type Tensor } from '@curv/tensor';
import type { Frame } from '@curv/plugin';
import { type Batch, bestType, denseNet, loadDigits, logitsOf, type Net, rowsOf } from '../digits.js';

const OPEN = { shape: [], outputs: null, classes: null } as const;

/** @throws RangeError naming what in the file is wrong */
async function openData(file: File | null): Promise<ModelData> {
  if (file === null) return loadDigits();
  if (/\.npz$/i.test(file.name)) return npzData(file.name, parseNpz(file.name, new Uint8Array(await file.arrayBuffer())));
  if (/\.csv$/i.test(file.name)) return standardized(csvData(file.name, parseCsv(file.name, await file.text()), OPEN));
  throw new RangeError(`data: expected a .npz (arrays x, y) or a .csv (label in the last column), got ${file.name}`);
}

/** Columns of mean 0 and variance 1. */
function standardized(data: ModelData): ModelData {
  const values = data.inputs(0, data.count);
  const size = values.length / data.count;
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  values.forEach((x, i) => (mean[i % size]! += x / data.count));
  values.forEach((x, i) => (square[i % size]! += (x - mean[i % size]!) ** 2 / data.count));
  const scaled = values.map((x, i) => (x - mean[i % size]!) / (Math.sqrt(square[i % size]!) || 1));
  return { ...data, inputs: (from, to) => scaled.subarray(from * size, to * size) };
}

/** @throws RangeError naming the example that holds NaN or an infinite value */
function requireFinite({ name, count, inputs }: ModelData): void {
  const values = inputs(0, count);
  const bad = values.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new RangeError(`${name}: value ${values[bad]} in example ${Math.floor((bad * count) / values.length) + 1}; expected a finite number`);
}

/** Class of each example. @throws RangeError where targets are no class numbers */
function labelsOf({ target, count, name }: ModelData): { label: (i: number) => number; classes: number } {
  const label = (i: number): number => (target.kind === 'classes' ? target.at(i) : target.at(i)[0]!);
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const value = label(i);
    const fits = (target.kind === 'classes' || target.size === 1) && Number.isInteger(value) && value >= 0 && value < 1000;
    if (!fits) throw new RangeError(`${name}: target ${value} of example ${i + 1}; a net is trained here on class numbers 0, 1, … Drop a trained model to analyse other targets`);
    classes = Math.max(classes, value + 1);
  }
  if (classes < 2) throw new RangeError(`${name}: all labels are 0; expected two classes or more`);
  return { label, classes };
}

export interface TrainNetOptions {
  readonly data: File | null;
  readonly hidden: number;
  readonly steps: number;
  readonly examples: number;
  readonly seed: number;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** Waits while the visitor pauses. */
  pass(): Promise<void>;
  put(frame: Frame): void;
  onProgress(part: number, text: string): void;
}

/** Trains on all examples but keeps the first `examples` for the curvature. */
export async function trainNet(options: TrainNetOptions): Promise<{ problem: Problem; summary: string }> {
  const { engine, seed, steps, signal, put } = options;
  const data = await openData(options.data);
  requireFinite(data);
  const { label, classes } = labelsOf(data);
  const dtype = bestType(engine);
  const size = data.shape.reduce((a, b) => a * b, 1);
  const stream = random(seed).fork('lab');
  const loss = { model: (p: Net, { x }: Batch) => logitsOf(p, x), outputLoss: (z: Tensor, { y }: Batch) => softmaxCrossEntropy(z, y) };
  const losses: number[] = [];
  const trained = await train<Batch>({
    problem: loss,
    optimizer: adam({ learningRate: 0.01 }),
    params: denseNet(stream, [size, options.hidden, classes], dtype) as never,
    async batch(_, draws) {
      await options.pass();
      return rowsOf(data, label, Array.from({ length: Math.min(64, data.count) }, () => draws.integer(data.count)), dtype);
    },
    steps,
    seed,
    engine,
    signal,
    onProgress({ done, loss: value }) {
      losses.push(value);
      if (done % 5 === 0 || done === steps) put({ kind: 'metric', step: done, figure: 'Loss while it learns', axes: { y: { label: 'cross-entropy of a batch' } }, values: { loss: value } });
      options.onProgress(done / steps, `training, step ${done} of ${steps}`);
    },
  });
  const params = trained.params as unknown as Net;
  const sample = rowsOf(data, label, Array.from({ length: Math.min(options.examples, data.count) }, (_, i) => i), dtype);
  put({ kind: 'metric', step: steps, values: { accuracy: await accuracy(params, sample, engine) } });
  const problem = { ...loss, params: params as never, batches: [{ data: sample as never, size: sample.y.size }], reduction: 'mean', engine } as unknown as Problem;
  return { problem, summary: `A net of ${size} inputs, ${options.hidden} tanh units and ${classes} classes, trained on ${data.count} examples of ${data.name}. Curvature on ${sample.y.size} of them, ${dtype}.` };
}

async function accuracy(params: Net, { x, y }: Batch, engine: Engine): Promise<number> {
  const right = compile((p: Net, inputs: Tensor, labels: Tensor) => logitsOf(p, inputs).argMax(-1).equal(labels).cast('float32').mean(), { engine });
  const share = (await right(params, x, y).data())[0]!;
  right.dispose();
  return share;
}
