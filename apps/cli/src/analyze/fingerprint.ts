/** A digest of numbers, to tell whether an analysis is of the same data. */
import { Tensor, type TypedArray } from '@curv/tensor';

/** FNV-1a over the 32-bit words of 4-byte elements, and over the values of others. */
export async function fingerprint(parts: readonly (Tensor | TypedArray)[]): Promise<number> {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const values = part instanceof Tensor ? await part.data() : part;
    const words = values instanceof Float32Array ? new Uint32Array(values.buffer, values.byteOffset, values.length) : values;
    for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  }
  return hash >>> 0;
}
