/** NumPy archives: `x` (examples first) and `y` (class numbers). */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { messageOf, UsageError } from '../errors.js';
import { checkRows, type Dataset, split } from './dataset.js';

export interface NpzOptions {
  readonly xKey?: string;
  readonly yKey?: string;
}

/** A NumPy array. */
interface Npy {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** A NumPy array, and whether it holds bytes. */
type NpzArray = Npy & { readonly bytes: boolean };

/** The arrays of inputs and targets in an archive. @throws UsageError naming the array that is missing, or what is wrong with it */
export async function npzArrays(file: string, options: NpzOptions = {}): Promise<{ readonly x: NpzArray; readonly y: NpzArray }> {
  const { xKey = 'x', yKey = 'y' } = options;
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(new Uint8Array(await readFile(file)));
  } catch (error) {
    throw new UsageError(`${file}: not a whole .npz archive (${messageOf(error)})`);
  }
  const member = (key: string, option: string): NpzArray => {
    const bytes = members[`${key}.npy`];
    if (bytes === undefined) throw new UsageError(`${file}: no array "${key}"; there are ${Object.keys(members).map((name) => name.replace(/\.npy$/, '')).join(', ') || 'none'} (${option} chooses)`);
    return parseNpy(`${file}: ${key}`, bytes);
  };
  return { x: member(xKey, '--x-key'), y: member(yKey, '--y-key') };
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

const READERS: Readonly<Record<string, { readonly size: number; read(view: DataView, at: number): number }>> = {
  f8: { size: 8, read: (v, at) => v.getFloat64(at, true) },
  f4: { size: 4, read: (v, at) => v.getFloat32(at, true) },
  i8: { size: 8, read: (v, at) => Number(v.getBigInt64(at, true)) },
  u8: { size: 8, read: (v, at) => Number(v.getBigUint64(at, true)) },
  i4: { size: 4, read: (v, at) => v.getInt32(at, true) },
  u4: { size: 4, read: (v, at) => v.getUint32(at, true) },
  i2: { size: 2, read: (v, at) => v.getInt16(at, true) },
  u2: { size: 2, read: (v, at) => v.getUint16(at, true) },
  i1: { size: 1, read: (v, at) => v.getInt8(at) },
  u1: { size: 1, read: (v, at) => v.getUint8(at) },
  b1: { size: 1, read: (v, at) => v.getUint8(at) },
};

/** Reads the .npy format (version 1 to 3). @throws UsageError naming what is wrong with it */
function parseNpy(what: string, bytes: Uint8Array): NpzArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== 'NUMPY') throw new UsageError(`${what}: not a NumPy array`);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? '?';
  const columnMajor = /'fortran_order':\s*True/.test(header);
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').map((s) => s.trim()).filter(Boolean).map(Number);
  const reader = READERS[descr.slice(1)];
  if (reader === undefined || (descr[0] === '>' && reader.size > 1)) throw new UsageError(`${what}: dtype ${descr} is not supported; expected little-endian float, integer or bool`);
  const count = shape.reduce((a, b) => a * b, 1);
  if (bytes.length - start - length < count * reader.size) throw new UsageError(`${what}: truncated: [${shape.join(', ')}] of ${descr} needs ${count * reader.size} bytes, found ${bytes.length - start - length}`);
  const values = Float64Array.from({ length: count }, (_, i) => reader.read(view, start + length + i * reader.size));
  return { shape, values: columnMajor ? rowMajor(values, shape) : values, bytes: descr.endsWith('u1') };
}

function rowMajor(values: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(values.length);
  const strides = shape.map((_, i) => shape.slice(0, i).reduce((a, b) => a * b, 1));
  const index = shape.map(() => 0);
  for (let i = 0; i < out.length; i++) {
    out[i] = values[index.reduce((at, v, k) => at + v * strides[k]!, 0)]!;
    for (let k = shape.length - 1; k >= 0 && ++index[k]! === shape[k]; k--) index[k] = 0;
  }
  return out;
}
