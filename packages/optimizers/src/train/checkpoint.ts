/** Checkpoints as bytes, in the safetensors format: a JSON header and raw little-endian data, which other languages read too. */
import { flatten, type DType, tensor, type Tensor, treeNames, type TypedArray, unflatten } from '@curv/tensor';
import type { Checkpoint } from '../api.js';

const FORMAT = 'curv-checkpoint-1';
const CODES: Readonly<Record<DType, string>> = { float32: 'F32', float64: 'F64', int32: 'I32', bool: 'BOOL' };
const ARRAYS: Readonly<Record<DType, new (buffer: ArrayBuffer) => TypedArray>> = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array };

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The bytes of a checkpoint, bit for bit. Names are the parameters' own, and `state.…` for the optimizer's. */
export async function saveCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array> {
  const { params, state, step, skipped } = checkpoint;
  const tree = { params, state: state.slots };
  const { leaves, def } = flatten(tree);
  const names = treeNames(tree);
  const data = await Promise.all(leaves.map((leaf) => leaf.data()));
  const header: Record<string, unknown> = {
    __metadata__: { format: FORMAT, structure: JSON.stringify(def), run: JSON.stringify({ optimizer: state.optimizer, seed: state.seed, optimizerStep: state.step, step, skipped }) },
  };
  let offset = 0;
  leaves.forEach((leaf, i) => {
    header[names[i]!] = { dtype: CODES[leaf.dtype], shape: leaf.shape, data_offsets: [offset, (offset += data[i]!.byteLength)] } satisfies Entry;
  });
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + offset).fill(0x20, 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  let at = start;
  for (const part of data) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** The checkpoint that `saveCheckpoint` wrote. @throws RangeError when the bytes are truncated or something else */
export function loadCheckpoint(bytes: Uint8Array): Checkpoint {
  const { header, start } = headerOf(bytes);
  const { __metadata__: meta, ...entries } = header;
  const leaves = Object.entries(entries as Record<string, Entry>).map(([name, entry]) => tensorOf(name, entry, bytes, start));
  const { params, state: slots } = unflatten(JSON.parse(meta!['structure']!) as never, leaves) as { params: Checkpoint['params']; state: Checkpoint['params'] };
  const { optimizer, seed, optimizerStep, step, skipped } = JSON.parse(meta!['run']!) as { optimizer: string; seed: number; optimizerStep: number; step: number; skipped: number };
  return { params, state: { optimizer, seed, step: optimizerStep, slots }, step, skipped };
}

type Header = Record<string, unknown> & { __metadata__?: Record<string, string> };

function headerOf(bytes: Uint8Array): { header: Header; start: number } {
  const wrong = (why: string): RangeError => new RangeError(`checkpoint: expected a file of ${FORMAT}, got ${why}`);
  if (bytes.length < 8) throw wrong(`${bytes.length} bytes`);
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (start > bytes.length) throw wrong(`a header of ${start} bytes in ${bytes.length}`);
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Header;
  } catch {
    throw wrong('a header that is no JSON');
  }
  const format = header.__metadata__?.['format'];
  if (format !== FORMAT) throw wrong(`format ${String(format)}`);
  return { header, start };
}

function tensorOf(name: string, { dtype: code, shape, data_offsets: [from, to] }: Entry, bytes: Uint8Array, start: number): Tensor {
  const dtype = (Object.keys(CODES) as DType[]).find((key) => CODES[key] === code);
  if (dtype === undefined) throw new RangeError(`checkpoint: ${name} has dtype ${code}; expected one of ${Object.values(CODES).join(', ')}`);
  if (start + to > bytes.length) throw new RangeError(`checkpoint: truncated in ${name}: expected ${start + to} bytes, got ${bytes.length}`);
  const copy = bytes.slice(start + from, start + to);
  return tensor(new ARRAYS[dtype](copy.buffer), shape, dtype);
}
