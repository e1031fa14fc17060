import { describe, expect, it } from 'vitest';
import { matmul, type Matrix, matrix, symmetricEigen, tridiagonalEigen, transpose } from '../../src/index.js';
import { kahan, wilkinson } from '../hard-cases.js';
import { diagonal, geometric, hilbert, identity, maxDifference, norm, orthogonalityError, randomMatrix, relativeError, symmetrized, withSpectrum } from '../helpers.js';

/** Residual, orthogonality, order, and the values that the QL iteration finds. */
function expectSound(a: Matrix): void {
  const { values, vectors } = symmetricEigen(a);
  const n = a.rows;
  const scale = norm(a.data) || 1;
  const image = matmul(a, vectors);
  expect(norm(image.data.map((x, k) => x - values[k % n]! * vectors.data[k]!)) / scale).toBeLessThan(3e-14);
  expect(orthogonalityError(vectors)).toBeLessThan(1e-15 * n);
  for (let j = 1; j < n; j++) expect(values[j]!).toBeGreaterThanOrEqual(values[j - 1]!);
  expect(maxDifference(values, symmetricEigen(a, { vectors: false }).values)).toBeLessThan(1e-14 * scale);
}

const ofTridiagonal = (d: readonly number[], e: readonly number[]): Matrix => {
  const n = d.length;
  const a = diagonal(d);
  e.forEach((x, i) => (a.data[i * n + i + 1] = a.data[(i + 1) * n + i] = x));
  return a;
};

describe('symmetricEigen by divide and conquer', () => {
  it.each([41, 64, 65, 100, 150])('treats random matrices of order %i', (n) => expectSound(symmetrized(randomMatrix(n, n, n))));

  it.each([1e4, 1e8, 1e12, 1e14])('treats a spectrum of condition %f, both signs', (condition) => {
    const values = geometric(1 / condition, 1, 100).map((x, i) => (i % 2 === 0 ? x : -x)).sort();
    const a = withSpectrum(values, 1);
    expectSound(a);
    expect(maxDifference(symmetricEigen(a).values, values)).toBeLessThan(1e-14);
  });

  it('deflates: zero, identity, repeated, clustered, low rank, one apart', () => {
    expectSound(matrix(80, 80));
    expectSound(identity(80));
    expectSound(withSpectrum(Float64Array.from({ length: 100 }, (_, i) => i % 3), 2));
    expectSound(withSpectrum(Float64Array.from({ length: 100 }, (_, i) => 1 + 1e-14 * i), 3));
    expectSound(withSpectrum(Float64Array.from({ length: 100 }, (_, i) => (i < 90 ? 1e-15 : 1 + i)), 4));
    const half = randomMatrix(100, 3, 5);
    expectSound(symmetrized(matmul(half, transpose(half))));
    expectSound(matrix(90, 90, new Float64Array(8100).fill(1)));
  });

  it('treats Wilkinson, glued Wilkinson, Hilbert, graded and block matrices', () => {
    expectSound(wilkinson(121));
    const [d, e]: [number[], number[]] = [[], []];
    for (let block = 0; block < 6; block++) {
      for (let i = 0; i < 21; i++) d.push(Math.abs(i - 10));
      for (let i = 0; i < 20; i++) e.push(1);
      if (block < 5) e.push(1e-8);
    }
    expectSound(ofTridiagonal(d, e));
    expectSound(hilbert(60));
    const k = kahan(60, 1.1);
    expectSound(symmetrized(matmul(transpose(k), k)));
    const graded = symmetrized(randomMatrix(80, 80, 6));
    graded.data.forEach((x, t) => (graded.data[t] = x * 10 ** (-((t % 80) + Math.floor(t / 80)) / 5)));
    expectSound(graded);
    const blocks = matrix(100, 100);
    const part = symmetrized(randomMatrix(50, 50, 7)).data;
    for (let i = 0; i < 50; i++) for (let j = 0; j < 50; j++) [blocks.data[i * 100 + j], blocks.data[(i + 50) * 100 + j + 50]] = [part[i * 50 + j]!, 1e-200 * part[i * 50 + j]!];
    expectSound(blocks);
  });

  it('knows the second difference: 2 − 2 cos(jπ/(n + 1))', () => {
    const n = 200;
    const exact = Float64Array.from({ length: n }, (_, j) => 2 - 2 * Math.cos(((j + 1) * Math.PI) / (n + 1)));
    const a = ofTridiagonal(new Array<number>(n).fill(2), new Array<number>(n - 1).fill(-1));
    expect(maxDifference(symmetricEigen(a).values, exact)).toBeLessThan(1e-14);
    expect(relativeError(matrix(1, n, symmetricEigen(a).values), matrix(1, n, tridiagonalEigen(new Float64Array(n).fill(2), new Float64Array(n - 1).fill(-1)).values))).toBeLessThan(1e-14);
    expectSound(a);
  });
});
