/** NumPy archives: `x` (examples first) and `y` (class numbers). */
import { readFile } from 'node:fs/promises';
import { type NpzArray, type NpzOptions, parseNpz } from '@curv-internal/model-data';
import { messageOf, UsageError } from '../errors.js';
import { checkRows, type Dataset, split } from './dataset.js';

/** The arrays of inputs and targets in an archive. @throws UsageError when the file cannot be read; RangeError naming the array that is missing, or what is wrong with it */
export async function npzArrays(file: string, options: NpzOptions = {}): Promise<{ readonly x: NpzArray; readonly y: NpzArray }> {
  return parseNpz(file, await readArchive(file), options);
}

async function readArchive(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new UsageError(`${file}: not a whole .npz archive (${messageOf(error)})`);
  }
}

/** Loads an archive. Images [n, height, width] or [n, height, width, channels], or rows [n, columns]; 8-bit images are scaled to 0 … 1. */
export async function loadNpz(file: string, options: NpzOptions = {}): Promise<Dataset> {
  const { xKey = 'x', yKey = 'y' } = options;
  const { x, y } = await npzArrays(file, options);
  if (x.shape.length < 2 || x.shape.length > 4) throw new UsageError(`${file}: ${xKey} must be [n, columns], [n, height, width] or [n, height, width, channels], got [${x.shape.join(', ')}]`);
  if (y.shape[0] !== x.shape[0] || y.values.length !== x.shape[0]) throw new UsageError(`${file}: ${yKey} must be [${x.shape[0]}], got [${y.shape.join(', ')}]`);
  const wrong = y.values.findIndex((v) => !Number.isInteger(v));
  if (wrong >= 0) throw new UsageError(`${file}: label ${y.values[wrong]} in row ${wrong + 1}; expected class numbers from 0`);
  const inner = x.shape.slice(1);
  const rows = { inputs: Float32Array.from(x.values, (v) => (x.bytes ? v / 255 : v)), labels: Int32Array.from(y.values), shape: inner.length === 2 ? [...inner, 1] : inner };
  return split(file, rows, checkRows(file, rows));
}
