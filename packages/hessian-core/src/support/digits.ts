/** Handwritten digits, 8 × 8 pixels (UCI, Alpaydin & Kaynak 1998). */
import { digits } from '@curv-internal/datasets';
import { random } from '@curv/tensor';

/** Examples on the host. */
export interface Examples {
  /** [count × width], row after row. */
  readonly inputs: Float64Array;
  readonly labels: Int32Array;
  readonly width: number;
  readonly count: number;
}

/** All 1797 images with values 0 … 1, in one random order that is the same in every run. */
export async function loadDigits(): Promise<Examples> {
  const { inputs: pixels, targets, rows: count, columns: width } = await digits();
  const order = random(0).fork('digits').permutation(count);
  const inputs = new Float64Array(count * width);
  order.forEach((from, i) => {
    for (let j = 0; j < width; j++) inputs[i * width + j] = pixels[from * width + j]! / 16;
  });
  return { inputs, labels: Int32Array.from(order, (from) => targets[from]!), width, count };
}

/** Examples from, …, to − 1. */
export function part({ inputs, labels, width }: Examples, from: number, to: number): Examples {
  return { inputs: inputs.subarray(from * width, to * width), labels: labels.subarray(from, to), width, count: to - from };
}
