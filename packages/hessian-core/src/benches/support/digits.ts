/** Handwritten digits, 8 × 8 pixels (UCI, Alpaydin & Kaynak 1998). */
import { random } from '@curv/tensor';

/** Examples on the host. */
export interface Examples {
  /** [count × width], row after row. */
  readonly inputs: Float64Array;
  readonly labels: Int32Array;
  readonly width: number;
  readonly count: number;
}

const COUNT = 1797;
const PIXELS = 64;

/** All 1797 images with values 0 … 1, in one random order that is the same in every run. */
export async function loadDigits(): Promise<Examples> {
  const { DIGITS } = await import('./digits-data.js');
  const packed = Uint8Array.from(atob(DIGITS), (c) => c.charCodeAt(0));
  const bytes = new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))).arrayBuffer());
  const order = random(0).fork('digits').permutation(COUNT);
  const inputs = new Float64Array(COUNT * PIXELS);
  const labels = new Int32Array(COUNT);
  order.forEach((from, i) => {
    for (let j = 0; j < PIXELS; j++) inputs[i * PIXELS + j] = bytes[from * PIXELS + j]! / 16;
    labels[i] = bytes[COUNT * PIXELS + from]!;
  });
  return { inputs, labels, width: PIXELS, count: COUNT };
}

/** Examples from, …, to − 1. */
export function part({ inputs, labels, width }: Examples, from: number, to: number): Examples {
  return { inputs: inputs.subarray(from * width, to * width), labels: labels.subarray(from, to), width, count: to - from };
}
