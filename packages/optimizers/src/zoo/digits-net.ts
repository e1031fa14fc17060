/** A small conv net on 8 × 8 digits: 3 × 3 × 8, average pooling, dense. */
import { digits } from '@curv-internal/datasets';
import { avgPool2d, compile, conv2d, type Engine, type Random, softmaxCrossEntropy, tensor, type Tensor } from '@curv/tensor';
import type { Params, Problem } from '../api.js';

export interface DigitBatch {
  readonly x: Tensor;
  readonly y: Tensor;
}

export interface DigitData {
  readonly count: number;
  batch(rows: ArrayLike<number>): DigitBatch;
}

/** The first `count` of the digits in a fixed order, pixels 0 … 1. */
export async function digitData(count: number): Promise<DigitData> {
  const { inputs, targets, columns } = await digits();
  return {
    count,
    batch(rows) {
      const x = new Float32Array(rows.length * columns);
      for (let i = 0; i < rows.length; i++) for (let j = 0; j < columns; j++) x[i * columns + j] = inputs[rows[i]! * columns + j]! / 16;
      return { x: tensor(x, [rows.length, 8, 8, 1]), y: tensor(Int32Array.from(rows, (row) => targets[row]!), [rows.length]) };
    },
  };
}

interface Net {
  readonly kernel: Tensor;
  readonly bias: Tensor;
  readonly w: Tensor;
  readonly b: Tensor;
}

/** Its parameters, and its loss. */
export function digitNet(stream: Random): { params: Params; problem: Problem<DigitBatch> } {
  const normal = (shape: readonly number[], scale: number): Tensor => tensor(Float32Array.from(stream.tensor('normal', shape).dataSync(), (z) => scale * z), shape);
  const params = { kernel: normal([3, 3, 1, 8], 1 / 3), bias: tensor(new Float32Array(8), [8]), w: normal([128, 10], 1 / Math.sqrt(128)), b: tensor(new Float32Array(10), [10]) };
  const model = (p: Net, { x }: DigitBatch): Tensor => {
    const h = conv2d(x, p.kernel, { padding: 'same' }).add(p.bias).tanh();
    return avgPool2d(h, [2, 2]).reshape([x.shape[0]!, 128]).matmul(p.w).add(p.b);
  };
  return { params, problem: { model, outputLoss: (z: Tensor, { y }) => softmaxCrossEntropy(z, y) } };
}

/** Mean loss over all data. */
export async function digitLoss({ model, outputLoss }: Problem<DigitBatch>, params: Params, data: DigitData, engine: Engine): Promise<number> {
  const loss = compile((p: Params, batch: DigitBatch) => outputLoss!(model!(p, batch), batch), { engine });
  const value = (await (loss(params, data.batch(Array.from({ length: data.count }, (_, i) => i))) as Tensor).data())[0]!;
  loss.dispose();
  return value;
}
