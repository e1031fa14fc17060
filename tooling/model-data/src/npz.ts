/** NumPy archives: `x` (examples first) and `y` (class numbers or values). */
import { unzipSync } from 'fflate';

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
export type NpzArray = Npy & { readonly bytes: boolean };

/** The arrays of inputs and targets in an archive. @throws RangeError naming the array that is missing, or what is wrong with it */
export function parseNpz(file: string, archive: Uint8Array, options: NpzOptions = {}): { readonly x: NpzArray; readonly y: NpzArray } {
  const { xKey = 'x', yKey = 'y' } = options;
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(archive);
  } catch (error) {
    throw new RangeError(`${file}: not a whole .npz archive (${(error as Error).message})`);
  }
  const member = (key: string, option: string): NpzArray => {
    const bytes = members[`${key}.npy`];
    if (bytes === undefined) throw new RangeError(`${file}: no array "${key}"; there are ${Object.keys(members).map((name) => name.replace(/\.npy$/, '')).join(', ') || 'none'} (${option} chooses)`);
    return parseNpy(`${file}: ${key}`, bytes);
  };
  return { x: member(xKey, '--x-key'), y: member(yKey, '--y-key') };
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

/** Reads the .npy format (version 1 to 3). @throws RangeError naming what is wrong with it */
function parseNpy(what: string, bytes: Uint8Array): NpzArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== 'NUMPY') throw new RangeError(`${what}: not a NumPy array`);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? '?';
  const columnMajor = /'fortran_order':\s*True/.test(header);
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').map((s) => s.trim()).filter(Boolean).map(Number);
  const reader = READERS[descr.slice(1)];
  if (reader === undefined || (descr[0] === '>' && reader.size > 1)) throw new RangeError(`${what}: dtype ${descr} is not supported; expected little-endian float, integer or bool`);
  const count = shape.reduce((a, b) => a * b, 1);
  if (bytes.length - start - length < count * reader.size) throw new RangeError(`${what}: truncated: [${shape.join(', ')}] of ${descr} needs ${count * reader.size} bytes, found ${bytes.length - start - length}`);
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
