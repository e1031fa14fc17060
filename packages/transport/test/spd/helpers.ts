import { matmul, random, symmetricEigen, type Tensor, tensor } from '@curv/tensor';
import { expect } from 'vitest';

/** A symmetric matrix of normal numbers. */
export function symmetric(n: number, seed: number): Tensor {
  const x = random(seed).tensor('normal', [n, n], 'float64');
  return x.add(x.transpose()).mul(0.5);
}

/** A matrix with the given eigenvalues in a random basis. */
export function spdWith(eigenvalues: readonly number[], seed: number): Tensor {
  const n = eigenvalues.length;
  const { vectors } = symmetricEigen(symmetric(n, seed));
  return matmul(vectors.mul(tensor([...eigenvalues], [1, n], 'float64')), vectors, { transposeB: true });
}

/** The largest difference of entries is below the tolerance times the largest expected one. */
export function close(actual: Tensor | ArrayLike<number>, expected: Tensor | ArrayLike<number>, tolerance: number): void {
  const [x, y] = [actual, expected].map((v) => Array.from('dataSync' in v ? v.dataSync() : v)) as [number[], number[]];
  expect(x.length).toBe(y.length);
  const scale = Math.max(1e-300, ...y.map(Math.abs));
  expect(Math.max(...x.map((v, i) => Math.abs(v - y[i]!))) / scale).toBeLessThanOrEqual(tolerance);
}

/** The derivative of f at a along d by central differences of order 4, with errors of h⁴ and of rounding ÷ h. */
export function difference(f: (x: Tensor) => Tensor, a: Tensor, d: Tensor, h = 3e-4): Tensor {
  const at = (t: number): Tensor => f(a.add(d.mul(t)));
  return at(h).sub(at(-h)).mul(8).sub(at(2 * h).sub(at(-2 * h))).div(12 * h);
}
