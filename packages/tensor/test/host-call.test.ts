import { expect, it } from 'vitest';
import { customDerivative, grad, hessian, hostCall, type Tensor, tensor, vmap } from '../src/index.js';

/** Newton's iteration for the cube root: how often it runs depends on the value. */
function cubeRoots(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (v) => {
    let x = Math.max(1, v);
    while (Math.abs(x * x * x - v) > 1e-15 * v) {
      const next = x - (x * x * x - v) / (3 * x * x);
      if (next === x) break;
      x = next;
    }
    return x;
  });
}

const plain = (x: Tensor): Tensor => hostCall(cubeRoots, x, x);
const cubeRoot = customDerivative(plain, { jvp: ([x], [dx]) => dx.div(cubeRoot(x).square().mul(3)) });

it('runs an algorithm of the host, with the derivative that it is given, to any order', () => {
  const x = tensor([8, 27], [2], 'float64');
  expect([...cubeRoot(x).dataSync()]).toEqual([2, 3]);
  expect([...grad((y: Tensor) => cubeRoot(y).sum())(x).dataSync()]).toEqual([1 / 12, 1 / 27]);
  const second = hessian((y: Tensor) => cubeRoot(y).sum())(x).dataSync();
  // (x^⅓)″ = −2/9 x^(−5/3)
  expect(second[0]).toBeCloseTo(-2 / 9 / 32, 15);
  expect(second[3]).toBeCloseTo(-2 / 9 / 243, 15);
});

it('is vectorized by one call for each element of the batch', () => {
  const rows = tensor([1, 8, 27, 64], [2, 2], 'float64');
  const sums = vmap((row: Tensor) => hostCall((v) => [v[0]! + v[1]!], row, { shape: [], dtype: 'float64' }))(rows) as Tensor;
  expect(sums.shape).toEqual([2]);
  expect([...sums.dataSync()]).toEqual([9, 91]);
});

it('says what is missing or wrong', () => {
  const x = tensor([8], [1], 'float64');
  expect(() => grad((y: Tensor) => plain(y).sum())(x)).toThrow(/customDerivative/);
  expect(() => hostCall(() => [1, 2], x, x)).toThrow(/must give 1 numbers, gave 2/);
});
