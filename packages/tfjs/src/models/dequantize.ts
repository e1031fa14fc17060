/** Weights as files hold them: one buffer after another, possibly quantized. */

/** A weight's entry in a manifest. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly group?: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

/** Values of a weight. */
export interface WeightData {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/** Bytes that a weight takes in its file. @throws TypeError on a dtype that cannot be read */
export function bytesOf({ name, shape, dtype, quantization }: WeightEntry): number {
  const stored = quantization?.dtype ?? dtype;
  const each = BYTES[stored];
  if (each === undefined) throw new TypeError(`weight ${name}: dtype ${stored} is not supported; expected one of ${Object.keys(BYTES).join(', ')}`);
  return each * shape.reduce((a, b) => a * b, 1);
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

type Reader = (view: DataView, at: number) => number;

const READERS: Readonly<Record<string, Reader>> = {
  float32: (view, at) => view.getFloat32(4 * at, true),
  int32: (view, at) => view.getInt32(4 * at, true),
  bool: (view, at) => view.getUint8(at),
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at) => view.getUint16(2 * at, true),
  float16: (view, at) => fromHalf(view.getUint16(2 * at, true)),
};

/** Float32 values of a weight; an 8 or 16 bit code q stands for q · scale + min. */
function decode(entry: WeightEntry, bytes: Uint8Array): Float32Array {
  const { quantization, dtype, name } = entry;
  const stored = quantization?.dtype ?? dtype;
  const read = READERS[stored]!;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(entry.shape.reduce((a, b) => a * b, 1));
  const affine = stored === 'uint8' || stored === 'uint16';
  const { scale, min } = quantization ?? {};
  if (affine && (typeof scale !== 'number' || typeof min !== 'number')) throw new TypeError(`weight ${name}: quantization ${stored} needs scale and min`);
  for (let i = 0; i < out.length; i++) out[i] = affine ? read(view, i) * scale! + min! : read(view, i);
  return out;
}

/** Weights of a manifest from their bytes. Entries of an optimizer are left out. @throws RangeError when there are more or fewer bytes than the entries need */
export function decodeWeights(entries: readonly WeightEntry[], data: ArrayBuffer | readonly ArrayBuffer[], what: string): Map<string, WeightData> {
  const bytes = joined(Array.isArray(data) ? (data as readonly ArrayBuffer[]) : [data as ArrayBuffer]);
  const needed = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (bytes.length !== needed) throw new RangeError(`${what}: ${entries.length} weights need ${needed} bytes, found ${bytes.length}`);
  const found = new Map<string, WeightData>();
  let at = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    if (entry.group !== 'optimizer') found.set(entry.name, { shape: entry.shape, data: decode(entry, bytes.subarray(at, at + size)) });
    at += size;
  }
  return found;
}

function joined(parts: readonly ArrayBuffer[]): Uint8Array {
  if (parts.length === 1) return new Uint8Array(parts[0]!);
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    out.set(new Uint8Array(part), at);
    at += part.byteLength;
  }
  return out;
}
