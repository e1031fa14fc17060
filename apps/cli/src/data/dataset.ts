/** Data sets as the analysis takes them. */
import type { Examples } from '../analyze/train.js';
import { UsageError } from '../errors.js';

/** A data set split into training and test part. */
export interface Dataset {
  readonly name: string;
  readonly train: Examples;
  readonly test: Examples;
}

/** Raw rows: inputs of one shape, and labels as they were found. */
export interface Rows {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly shape: readonly number[];
}

/** @throws UsageError on NaN or infinite values, naming row and column, and on labels that are not 0 … classes − 1 */
export function checkRows(source: string, { inputs, labels, shape }: Rows): number {
  const size = shape.reduce((a, b) => a * b, 1);
  if (labels.length === 0) throw new UsageError(`${source}: there are no examples`);
  if (inputs.length !== labels.length * size) throw new UsageError(`${source}: ${labels.length} labels, but inputs for ${inputs.length / size} examples of shape [${shape.join(', ')}]`);
  const bad = inputs.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new UsageError(`${source}: value ${inputs[bad]} in row ${Math.floor(bad / size) + 1}, column ${(bad % size) + 1}; expected a finite number`);
  let classes = 0;
  labels.forEach((label, i) => {
    if (label < 0 || label >= 10_000) throw new UsageError(`${source}: label ${label} in row ${i + 1}; expected class numbers from 0`);
    classes = Math.max(classes, label + 1);
  });
  const seen = new Set(labels);
  if (seen.size < 2) throw new UsageError(`${source}: all labels are ${labels[0]}; expected two classes or more`);
  for (let c = 0; c < classes; c++) if (!seen.has(c)) throw new UsageError(`${source}: no example of class ${c}; labels must be 0 … ${classes - 1} without gaps`);
  return classes;
}

/** The rows at the given positions. */
function pick({ inputs, labels, shape }: Rows, order: ArrayLike<number>, classes: number): Examples {
  const size = shape.reduce((a, b) => a * b, 1);
  const out = new Float32Array(order.length * size);
  for (let i = 0; i < order.length; i++) out.set(inputs.subarray(order[i]! * size, (order[i]! + 1) * size), i * size);
  return { inputs: out, labels: Int32Array.from(order, (i) => labels[i]!), shape, classes };
}

/**
 * Splits by class in a fixed order: of each class every fifth example is for testing, so the parts do not depend on a seed and every class is in both.
 */
export function split(name: string, rows: Rows, classes: number): Dataset {
  const counts = new Int32Array(classes);
  const [train, test]: [number[], number[]] = [[], []];
  rows.labels.forEach((label, i) => (counts[label]!++ % 5 === 4 ? test : train).push(i));
  if (test.length === 0) throw new UsageError(`${name}: too few examples for a test part; expected at least five of some class`);
  return { name, train: pick(rows, train, classes), test: pick(rows, test, classes) };
}

/** Inputs scaled to mean 0 and variance 1 by column, with the training part's moments. */
export function standardize({ name, train, test }: Dataset): Dataset {
  const size = train.shape.reduce((a, b) => a * b, 1);
  const n = train.labels.length;
  const mean = new Float64Array(size);
  const spread = new Float64Array(size);
  train.inputs.forEach((x, i) => (mean[i % size]! += x / n));
  train.inputs.forEach((x, i) => (spread[i % size]! += (x - mean[i % size]!) ** 2 / n));
  const scaled = (part: Examples): Examples => ({ ...part, inputs: part.inputs.map((x, i) => (x - mean[i % size]!) / (Math.sqrt(spread[i % size]!) || 1)) });
  return { name, train: scaled(train), test: scaled(test) };
}
