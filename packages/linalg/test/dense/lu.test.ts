import { describe, expect, it } from 'vitest';
import { lu, matmul, type Matrix, matrix, matvec, transpose } from '../../src/index.js';
import { growth } from '../hard-cases.js';
import { diagonal, geometric, hilbert, norm, randomMatrix, relativeError, withSpectrum } from '../helpers.js';

/** L U with the rows put back. */
function rebuilt({ factors: { data }, permutation }: ReturnType<typeof lu>): Matrix {
  const n = permutation.length;
  const l = matrix(
    n,
    n,
    data.map((x, k) => (k % n < Math.floor(k / n) ? x : k % (n + 1) === 0 ? 1 : 0)),
  );
  const u = matrix(
    n,
    n,
    data.map((x, k) => (k % n >= Math.floor(k / n) ? x : 0)),
  );
  const product = matmul(l, u);
  const out = matrix(n, n);
  permutation.forEach((row, i) => out.data.set(product.data.subarray(i * n, (i + 1) * n), row * n));
  return out;
}

describe('lu', () => {
  it.each([1, 2, 7, 31, 32, 33, 65, 130])('rebuilds A of order %i, with factors of L at most 1', (n) => {
    const a = randomMatrix(n, n, n);
    const factored = lu(a);
    expect(relativeError(rebuilt(factored), a)).toBeLessThan(1e-14);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(Math.abs(factored.factors.data[i * n + j]!)).toBeLessThanOrEqual(1);
  });

  it.each([1, 1e4, 1e8, 1e12])('solves A x = b and Aᵀ x = b at condition %f', (condition) => {
    const n = 50;
    const a = withSpectrum(geometric(1, condition, n), 1, 2);
    const b = randomMatrix(n, 1, 3).data;
    const factored = lu(a);
    for (const [x, m] of [
      [factored.solve(b), a],
      [factored.solveTransposed(b), transpose(a)],
    ] as const) {
      expect(norm(matvec(m, x).map((y, i) => y - b[i]!)) / (condition * norm(x))).toBeLessThan(1e-14);
    }
  });

  it('solves for the columns of a matrix, and where the first pivot is 0', () => {
    const a = matrix(3, 3, [0, 2, 1, 1, 0, 0, 3, 1, 0]);
    const b = randomMatrix(3, 4, 4);
    expect(relativeError(matmul(a, lu(a).solve(b)), b)).toBeLessThan(1e-15);
  });

  it('gives determinants with their sign', () => {
    expect(lu(matrix(2, 2, [0, 1, 1, 0])).determinant()).toBe(-1);
    expect(lu(matrix(3, 3, [2, 0, 0, 0, 0, 3, 0, 4, 0])).determinant()).toBe(-24);
    expect(lu(matrix(2, 2, [0, 1, 1, 0])).logDeterminant()).toEqual({ value: 0, sign: -1 });
    const big = lu(diagonal(new Float64Array(400).fill(-1e10))).logDeterminant();
    expect(big.sign).toBe(1);
    expect(big.value).toBeCloseTo(400 * Math.log(1e10), 8);
    expect(lu(matrix(0, 0)).determinant()).toBe(1);
  });

  it('finds singular matrices, and says where', () => {
    const zero = lu(matrix(3, 3));
    expect([zero.singular, zero.zeroPivot, zero.determinant()]).toEqual([true, 0, 0]);
    expect(zero.logDeterminant()).toEqual({ value: -Infinity, sign: 0 });
    const repeated = lu(matrix(3, 3, [1, 2, 3, 2, 4, 6, 1, 0, 1]));
    expect([repeated.singular, repeated.zeroPivot, repeated.conditionEstimate()]).toEqual([true, 2, Infinity]);
    expect(() => repeated.solve(new Float64Array(3))).toThrow('lu.solve: a must be regular, but the pivot of column 2 is 0');
    expect(() => repeated.solveTransposed(new Float64Array(3))).toThrow(RangeError);
  });

  it.each([1, 1e3, 1e6, 1e9, 1e12])('estimates condition %f within the factor n', (condition) => {
    const n = 30;
    const estimate = lu(withSpectrum(geometric(1, condition, n), 5, 6)).conditionEstimate();
    expect(estimate).toBeGreaterThan(condition / n);
    expect(estimate).toBeLessThan(condition * n);
  });

  it('estimates the condition of the Hilbert matrix of order 8: 3.387e10 in the 1-norm', () => {
    const ratio = lu(hilbert(8)).conditionEstimate() / 3.387e10;
    expect(ratio).toBeGreaterThan(1 / 3);
    expect(ratio).toBeLessThan(1.001);
  });

  it('refuses matrices that are not square or not finite', () => {
    expect(() => lu(matrix(2, 3))).toThrow('lu: a must be square, got 2×3');
    expect(() => lu(matrix(1, 1, [NaN]))).toThrow(RangeError);
    expect(() => lu(null as never)).toThrow(TypeError);
    expect(() => lu(matrix(1, 1, [1])).solve(matrix(2, 1))).toThrow('lu.solve: b must have 1 rows, got 2');
  });

  it('grows as 2ⁿ⁻¹ on the matrix made for that, and rebuilds it all the same', () => {
    const n = 30;
    const { factors, conditionEstimate } = lu(growth(n));
    expect(factors.data.at(-1)).toBe(2 ** (n - 1));
    expect(conditionEstimate()).toBeLessThan(100);
  });
});
