import { describe, expect, it } from 'vitest';
import { cholesky, matmul, matrix, matvec, transpose } from '../../src/index.js';
import { diagonal, geometric, hilbert, maxDifference, norm, randomMatrix, relativeError, withSpectrum } from '../helpers.js';

describe('cholesky', () => {
  it.each([1, 2, 5, 31, 32, 33, 100])('rebuilds A of order %i', (n) => {
    const a = withSpectrum(geometric(1, 100, n), n);
    const { L, ok, failedPivot } = cholesky(a);
    expect([ok, failedPivot]).toEqual([true, -1]);
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(L.data[i * n + j]).toBe(0);
    expect(relativeError(matmul(L, transpose(L)), a)).toBeLessThan(1e-14);
  });

  it.each([1, 1e4, 1e8, 1e12])('solves with a backward error at rounding for condition %f', (condition) => {
    const n = 60;
    const a = withSpectrum(geometric(1, condition, n), 3);
    const x = randomMatrix(n, 1, 4).data;
    const b = matvec(a, x);
    const found = cholesky(a).solve(b);
    expect(norm(matvec(a, found).map((y, i) => y - b[i]!)) / (condition * norm(found))).toBeLessThan(1e-14);
    expect(norm(found.map((y, i) => y - x[i]!)) / norm(x)).toBeLessThan(1e-14 * condition);
  });

  it('solves for the columns of a matrix', () => {
    const a = withSpectrum([1, 2, 3, 4, 5], 5);
    const b = randomMatrix(5, 3, 6);
    expect(relativeError(matmul(a, cholesky(a).solve(b)), b)).toBeLessThan(1e-14);
  });

  it('gives log det and a condition estimate', () => {
    const values = geometric(1e-3, 1e5, 40);
    const a = withSpectrum(values, 8);
    const factored = cholesky(a);
    // measured 6e-10: condition 1e8 times rounding
    expect(Math.abs(factored.logDeterminant() - values.reduce((s, x) => s + Math.log(x), 0))).toBeLessThan(1e-8);
    // ‖·‖₁ and ‖·‖₂ differ by at most √n each
    expect(factored.conditionEstimate() / 1e8).toBeGreaterThan(1 / 40);
    expect(factored.conditionEstimate() / 1e8).toBeLessThan(40);
    // would overflow as a determinant
    expect(cholesky(diagonal(new Float64Array(400).fill(1e10))).logDeterminant()).toBeCloseTo(400 * Math.log(1e10), 8);
  });

  it('factors the Hilbert matrix of order 12 (condition 1.7e16) and stops at order 20', () => {
    const h = hilbert(12);
    const { L, ok } = cholesky(h);
    expect(ok).toBe(true);
    expect(relativeError(matmul(L, transpose(L)), h)).toBeLessThan(1e-15);
    expect(cholesky(hilbert(20)).ok).toBe(false);
  });

  it.each([0, 1, 20, 40, 63])('names pivot %i of an indefinite matrix as the first that fails', (at) => {
    const n = 64;
    // the leading block of order `at` is positive definite; row `at` is not
    const a = withSpectrum(geometric(1, 10, n), 9);
    a.data[at * n + at] = -1;
    const { ok, failedPivot, L, solve, conditionEstimate, logDeterminant } = cholesky(a);
    expect([ok, failedPivot]).toEqual([false, at]);
    expect(L.data.subarray(at * n).every((x) => x === 0)).toBe(true);
    expect(conditionEstimate()).toBe(Infinity);
    expect(() => solve(new Float64Array(n))).toThrow(`the pivot of row ${at} is not positive`);
    expect(() => logDeterminant()).toThrow(RangeError);
  });

  it('takes the semidefinite and zero matrix for indefinite', () => {
    expect(cholesky(matrix(3, 3)).failedPivot).toBe(0);
    expect(cholesky(matrix(2, 2, [1, 1, 1, 1])).failedPivot).toBe(1);
  });

  it('takes orders 0 and 1', () => {
    expect(cholesky(matrix(0, 0)).logDeterminant()).toBe(0);
    expect(cholesky(matrix(0, 0)).solve(new Float64Array(0)).length).toBe(0);
    expect(Array.from(cholesky(matrix(1, 1, [4])).solve(new Float64Array([8])))).toEqual([2]);
  });

  it('refuses matrices that are not square, symmetric, finite', () => {
    expect(() => cholesky(matrix(2, 3))).toThrow('cholesky: a must be square, got 2×3');
    expect(() => cholesky(matrix(2, 2, [1, 2, 3, 4]))).toThrow(/must be symmetric within 1e-8/);
    expect(() => cholesky(matrix(1, 1, [Infinity]))).toThrow('cholesky: a must be finite, got Infinity in row 0, column 0');
    expect(() => cholesky(matrix(1, 1, [1])).solve(new Float64Array(2))).toThrow('cholesky.solve: b must have 1 elements, got 2');
    expect(
      maxDifference(cholesky(matrix(2, 2, [4, 1.5, 0.5, 4]), { symmetryTolerance: 1 }).solve(new Float64Array([5, 5])), [1, 1]),
    ).toBeLessThan(1e-15);
  });
});
