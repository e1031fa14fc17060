/** Data for a model that is there: examples as the model takes them, unsplit and unscaled. */
import type { CsvTable } from './csv.js';
import type { NpzArray } from './npz.js';

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
export type Target = { readonly kind: 'classes'; at(i: number): number } | { readonly kind: 'values'; readonly size: number; at(i: number): ArrayLike<number> };

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

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Inputs that lie in memory. */
export function inMemory(name: string, values: Float32Array, shape: readonly number[], target: Target): ModelData {
  const size = sizeOf(shape);
  return { name, count: values.length / size, shape, target, inputs: (from, to) => values.subarray(from * size, to * size) };
}

/** Examples of a NumPy archive. @throws RangeError on arrays of other shapes */
export function npzData(file: string, { x, y }: { readonly x: NpzArray; readonly y: NpzArray }): ModelData {
  if (x.shape.length < 2 || y.shape[0] !== x.shape[0]) throw new RangeError(`${file}: expected inputs [n, ...] and targets [n, ...], got [${x.shape.join(', ')}] and [${y.shape.join(', ')}]`);
  const size = y.values.length / x.shape[0]!;
  // 8-bit images are scaled to 0 … 1, as without a model.
  return inMemory(file, Float32Array.from(x.values, (v) => (x.bytes ? v / 255 : v)), x.shape.slice(1), rowsOfTargets(y.values, size));
}

/** Examples of a table. @throws RangeError on targets that are no numbers where the model gives one */
export function csvData(file: string, { columns, rows, label }: CsvTable, { outputs }: Wanted): ModelData {
  const inputs = columns - 1;
  const values = new Float32Array(rows.length * inputs);
  rows.forEach((row, i) => row.numbers.forEach((value, j) => (values[i * inputs + j] = value)));
  const numbers = rows.map((row) => Number(row.label));
  if (numbers.every(Number.isFinite) || outputs === 1) {
    const wrong = numbers.findIndex((v) => !Number.isFinite(v));
    if (wrong >= 0) throw new RangeError(`${file}: "${rows[wrong]!.label}" in row ${wrong + 1}, column ${label}; expected a finite number`);
    return inMemory(file, values, [inputs], rowsOfTargets(Float64Array.from(numbers), 1));
  }
  const names = [...new Set(rows.map((row) => row.label))].sort();
  return inMemory(file, values, [inputs], { kind: 'classes', at: (i) => names.indexOf(rows[i]!.label) });
}

/** One value for each example may be a class number. */
const rowsOfTargets = (values: Float64Array, size: number): Target => ({ kind: 'values', size, at: (i) => values.subarray(i * size, (i + 1) * size) });

/** Inputs of another shape but the same size are taken for the model's. @throws RangeError on those of another size */
export function fitted(data: ModelData, { shape }: Wanted): ModelData {
  const show = (s: readonly (number | null)[]): string => `[${s.map((n) => n ?? 'any').join(', ')}]`;
  const same = data.shape.length === shape.length && shape.every((n, i) => n === null || n === data.shape[i]);
  if (same) return data;
  const closed = shape.every((n) => n !== null) ? (shape as readonly number[]) : null;
  if (closed === null || sizeOf(closed) !== sizeOf(data.shape)) throw new RangeError(`--data: the model takes inputs ${show(shape)}, ${data.name} has ${show(data.shape)}`);
  return { ...data, shape: closed };
}
