/** The digits that come with the page, and small nets for them. */
import { digits } from '@curv-internal/datasets';
import { inMemory, type ModelData } from '@curv-internal/model-data';
import { type Engine, random, type Random, type Tensor, tensor, zeros } from '@curv/tensor';

/** A dense net with one hidden layer. */
export interface Net {
  readonly hidden: { readonly kernel: Tensor; readonly bias: Tensor };
  readonly output: { readonly kernel: Tensor; readonly bias: Tensor };
}

export type FloatType = 'float32' | 'float64';

/** The more exact type that an engine has. */
export const bestType = (engine: Engine): FloatType => (engine.dtypes.includes('float64') ? 'float64' : 'float32');

/** 1797 digits of 8 × 8 values 0 … 1, in one order that is the same in every run. */
export async function loadDigits(): Promise<ModelData> {
  const { inputs, targets, rows, columns } = await digits();
  const order = random(0).fork('digits').permutation(rows);
  const values = new Float32Array(rows * columns);
  order.forEach((from, i) => values.set(inputs.subarray(from * columns, (from + 1) * columns).map((x) => x / 16), i * columns));
  return inMemory('the built-in digits', values, [columns], { kind: 'classes', at: (i) => targets[order[i]!]! });
}

/** Normal kernels of variance 1 / fan-in, zero biases. */
export function denseNet(stream: Random, [inputs, hidden, outputs]: readonly [number, number, number], dtype: FloatType): Net {
  const layer = (rows: number, columns: number): Net['hidden'] => ({ kernel: stream.tensor('normal', [rows, columns], dtype).mul(1 / Math.sqrt(rows)), bias: zeros([columns], dtype) });
  return { hidden: layer(inputs, hidden), output: layer(hidden, outputs) };
}

/** [batch, inputs] → logits. */
export const logitsOf = ({ hidden, output }: Net, x: Tensor): Tensor => x.matmul(hidden.kernel).add(hidden.bias).tanh().matmul(output.kernel).add(output.bias);

/** Examples as tensors. */
export interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
}

/** The examples of the given numbers. */
export function rowsOf(data: ModelData, label: (i: number) => number, chosen: readonly number[], dtype: FloatType): Batch {
  const size = data.shape.reduce((a, b) => a * b, 1);
  const values = dtype === 'float32' ? new Float32Array(chosen.length * size) : new Float64Array(chosen.length * size);
  chosen.forEach((i, row) => values.set(data.inputs(i, i + 1), row * size));
  return { x: tensor(values, [chosen.length, size], dtype), y: tensor(Int32Array.from(chosen, label), [chosen.length]) };
}
