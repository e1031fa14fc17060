import { expect, it } from 'vitest';
import { affineLayers, layerSignals, matmul, random, type Tensor, tensor } from '../src/index.js';

const stream = random(1);
const normal = (...shape: number[]): Tensor => stream.tensor('normal', shape, 'float64');

it('finds kernels, biases and what belongs to no layer', () => {
  const parameters = [normal(3, 4), normal(4), normal(2, 4), normal(4), normal(4, 4)];
  const f = ([w, b, v, scale, shared]: readonly Tensor[], x: unknown): Tensor => matmul((x as Tensor).matmul(w!).add(b!).mul(scale!).matmul(shared!).matmul(shared!), v!, { transposeB: true });
  const { layers, faults } = affineLayers(f, parameters, normal(5, 3));
  expect(layers).toEqual([
    { kernel: 0, bias: 1, kind: 'dense', transposed: false, inputs: 4, outputs: 4, positions: 1 },
    { kernel: 4, bias: null, kind: 'dense', transposed: false, inputs: 4, outputs: 4, positions: 2 },
    { kernel: 2, bias: null, kind: 'dense', transposed: true, inputs: 4, outputs: 2, positions: 1 },
  ]);
  expect([...faults]).toEqual([[3, 'is an operand of mul']]);
});

it('gives inputs with a one for the bias, and derivatives by the products', () => {
  const [w, b, x] = [normal(2, 3), normal(3), tensor([1, 2, 3, 4], [2, 2], 'float64')];
  const f = ([kernel, bias]: readonly Tensor[], data: unknown): Tensor => (data as Tensor).matmul(kernel!).add(bias!).square();
  const { layers } = affineLayers(f, [w, b], x);
  const { inputs, gradients } = layerSignals(f, layers, [w, b], x, (z) => z.mul(0).add(1));
  expect([...inputs[0]!.dataSync()]).toEqual([1, 2, 1, 3, 4, 1]);
  expect([...gradients[0]!.dataSync()]).toEqual([...x.matmul(w).add(b).mul(2).dataSync()]);
});
