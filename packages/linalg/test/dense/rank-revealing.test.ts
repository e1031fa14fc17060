import { describe, expect, it } from 'vitest';
import { cholesky, choleskyDowndate, choleskyUpdate, ldlt, lu, matmul, type Matrix, matrix, matvec, pivotedCholesky, pivotedQR, randomStream, svd, symmetricEigen, transpose } from '../../src/index.js';
import { kahan, lauchli, wilkinson } from '../hard-cases.js';
import { diagonal, geometric, hilbert, maxDifference, norm, orthogonalityError, randomMatrix, relativeError, symmetrized, withSpectrum } from '../helpers.js';

const permuteColumns = (a: Matrix, p: Uint32Array): Matrix => matrix(a.rows, a.columns, a.data.map((_, k) => a.data[k - (k % a.columns) + p[k % a.columns]!]!));
const permuteBoth = (a: Matrix, p: Uint32Array): Matrix => transpose(permuteColumns(transpose(permuteColumns(a, p)), p));
const ofRank = (m: number, n: number, r: number, seed: number): Matrix => matmul(randomMatrix(m, r, seed), randomMatrix(r, n, seed + 1));

describe('pivotedQR', () => {
  it.each([[1, 1], [5, 3], [3, 5], [40, 40], [70, 33], [33, 70]])('rebuilds %i×%i', (m, n) => {
    const a = randomMatrix(m, n, m * n);
    const { R, permutation, rank, thinQ } = pivotedQR(a);
    expect(relativeError(matmul(thinQ(), R), permuteColumns(a, permutation))).toBeLessThan(1e-14);
    expect(orthogonalityError(thinQ())).toBeLessThan(1e-13);
    expect(rank).toBe(Math.min(m, n));
    for (let i = 1; i < R.rows; i++) expect(Math.abs(R.data[i * n + i]!)).toBeLessThanOrEqual(Math.abs(R.data[(i - 1) * n + i - 1]!) * (1 + 1e-12));
  });

  it('finds the rank and a basic solution', () => {
    for (const [m, n, r] of [[50, 40, 11], [40, 50, 11], [60, 60, 1]] as const) {
      const a = ofRank(m, n, r, m);
      const factored = pivotedQR(a);
      expect(factored.rank).toBe(r);
      const b = randomStream(1).vector(m);
      const x = factored.solve(b);
      expect(x.filter((v) => v !== 0).length).toBe(r);
      const residual = matvec(a, x).map((y, i) => b[i]! - y);
      expect(norm(matvec(transpose(a), residual))).toBeLessThan(1e-11 * norm(a.data));
    }
    const square = withSpectrum(geometric(1, 1e3, 30), 2, 3);
    const b = randomMatrix(30, 2, 4);
    expect(relativeError(pivotedQR(square).solve(b), lu(square).solve(b))).toBeLessThan(1e-12);
  });

  it.each([1e4, 1e8, 1e12, 1e14])('follows a spectrum of condition %f', (condition) => {
    const values = geometric(1 / condition, 1, 50).reverse();
    const { R } = pivotedQR(withSpectrum(values, 5, 6));
    for (let i = 0; i < 50; i++) expect(Math.abs(Math.log10(Math.abs(R.data[i * 51]!) / values[i]!))).toBeLessThan(1);
  });

  it('treats the hard cases', () => {
    // Kahan's matrix: no pivot shows the least singular value, as the docstring says
    const a = kahan(90, 1.2);
    const { R, thinQ, permutation } = pivotedQR(a);
    expect(relativeError(matmul(thinQ(), R), permuteColumns(a, permutation))).toBeLessThan(1e-14);
    expect(Math.abs(R.data.at(-1)!) / svd(a).values.at(-1)!).toBeGreaterThan(1e3);
    expect(pivotedQR(lauchli(30, 1e-10)).rank).toBe(30);
    expect(pivotedQR(matrix(4, 3)).rank).toBe(0);
    expect(Array.from(pivotedQR(matrix(4, 3)).solve(new Float64Array(4).fill(1)))).toEqual([0, 0, 0]);
    expect(pivotedQR(matrix(0, 3)).rank).toBe(0);
    expect(pivotedQR(matrix(3, 0)).solve(new Float64Array(3)).length).toBe(0);
    expect(() => pivotedQR(a, { tolerance: -1 })).toThrow('pivotedQR: tolerance must be a finite number of at least 0');
    expect(() => pivotedQR(a).solve(new Float64Array(3))).toThrow('pivotedQR.solve: b must have 90 elements, got 3');
  });
});

describe('pivotedCholesky', () => {
  it('finds the rank of semidefinite matrices, and rebuilds them', () => {
    for (const r of [0, 1, 7, 30]) {
      const half = randomMatrix(30, Math.max(1, r), r);
      const a = r === 0 ? matrix(30, 30) : symmetrized(matmul(half, transpose(half)));
      const { L, permutation, rank, ok, residualTrace } = pivotedCholesky(a);
      expect([rank, ok]).toEqual([r, true]);
      expect(relativeError(matmul(L, transpose(L)), permuteBoth(a, permutation))).toBeLessThan(1e-14);
      expect(Math.abs(residualTrace)).toBeLessThan(1e-12 * (1 + norm(a.data)));
    }
  });

  it('cuts where told, and knows what it left', () => {
    const a = withSpectrum(geometric(1e-12, 1, 60), 7);
    const trace = (m: Matrix): number => m.data.reduce((s, x, k) => s + (k % (m.rows + 1) === 0 ? x : 0), 0);
    for (const options of [{ tolerance: 1e-6 }, { maxRank: 12 }]) {
      const { L, ok, residualTrace } = pivotedCholesky(a, options);
      expect(ok).toBe(true);
      expect(Math.abs(trace(a) - norm(L.data) ** 2 - residualTrace)).toBeLessThan(1e-13);
    }
    expect(pivotedCholesky(a, { maxRank: 12 }).rank).toBe(12);
    expect(pivotedCholesky(hilbert(30)).rank).toBeLessThan(16);
  });

  it('says that a matrix is indefinite', () => {
    expect(pivotedCholesky(diagonal([2, 1, -1])).ok).toBe(false);
    expect(pivotedCholesky(matrix(2, 2, [0, 1, 1, 0])).ok).toBe(false);
    expect(pivotedCholesky(diagonal([-1, -2])).rank).toBe(0);
    expect(pivotedCholesky(matrix(0, 0)).ok).toBe(true);
    expect(() => pivotedCholesky(matrix(2, 2, [1, 2, 3, 1]))).toThrow(/must be symmetric/);
  });
});

describe('ldlt', () => {
  it.each([1, 2, 3, 10, 33, 80])('rebuilds indefinite matrices of order %i, with their inertia', (n) => {
    const a = symmetrized(randomMatrix(n, n, n));
    const { L, D, permutation, inertia, solve, singular } = ldlt(a);
    const rebuilt = matmul(matmul(L, D), transpose(L));
    expect(relativeError(rebuilt, permuteBoth(a, permutation))).toBeLessThan(1e-13);
    const values = symmetricEigen(a).values;
    expect(inertia).toEqual({ positive: values.filter((x) => x > 0).length, negative: values.filter((x) => x < 0).length, zero: 0 });
    expect(singular).toBe(false);
    const b = randomStream(n).vector(n);
    expect(maxDifference(solve(b), lu(a).solve(b))).toBeLessThan(1e-9);
    for (const l of L.data) expect(Math.abs(l)).toBeLessThan(1 / (1 - 0.6404) + 1e-9);
  });

  it('gives log det and a condition estimate', () => {
    const values = Float64Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? -1 : 1) * 10 ** (i / 8));
    const a = withSpectrum(values, 8);
    const { value, sign } = ldlt(a).logDeterminant();
    expect(Math.abs(value - values.reduce((s, x) => s + Math.log(Math.abs(x)), 0))).toBeLessThan(1e-10);
    expect(sign).toBe(values.filter((x) => x < 0).length % 2 === 0 ? 1 : -1);
    const estimate = ldlt(a).conditionEstimate() / 10 ** (39 / 8);
    expect(estimate > 1 / 40 && estimate < 40).toBe(true);
  });

  it.each([1, 1e6, 1e12])('solves with a backward error at rounding for condition %f', (condition) => {
    const n = 60;
    const a = withSpectrum(geometric(1, condition, n).map((x, i) => (i % 2 === 0 ? x : -x)), 9);
    const b = randomMatrix(n, 2, 10);
    const x = ldlt(a).solve(b);
    expect(norm(matmul(a, x).data.map((y, i) => y - b.data[i]!)) / (norm(a.data) * norm(x.data))).toBeLessThan(1e-14);
  });

  it('says that a matrix is singular, takes zeros on the diagonal and order 0', () => {
    expect(ldlt(matrix(2, 2, [0, 1, 1, 0])).inertia).toEqual({ positive: 1, negative: 1, zero: 0 });
    const singular = ldlt(diagonal([3, 0, -2]));
    expect([singular.singular, singular.inertia, singular.conditionEstimate(), singular.logDeterminant().sign]).toEqual([true, { positive: 1, negative: 1, zero: 1 }, Infinity, 0]);
    expect(() => singular.solve(new Float64Array(3))).toThrow('ldlt.solve: a must be regular, but the pivot of row 1 is 0');
    expect(ldlt(matrix(0, 0)).logDeterminant()).toEqual({ value: 0, sign: 1 });
    const w = wilkinson(21);
    expect(ldlt(w).inertia.negative).toBe(symmetricEigen(w).values.filter((x) => x < 0).length);
    expect(() => ldlt(matrix(2, 2, [1, 2, 3, 4]))).toThrow('ldlt: a must be symmetric');
  });
});

describe('choleskyUpdate, choleskyDowndate', () => {
  const n = 50;
  const a = withSpectrum(geometric(1, 1e4, n), 11);
  const v = randomMatrix(n, 4, 12);
  const sum = symmetrized(matrix(n, n, matmul(v, transpose(v)).data.map((x, k) => x + a.data[k]!)));

  it('gives the factor of the changed matrix, and back', () => {
    const up = choleskyUpdate(cholesky(a), v);
    expect(relativeError(up.L, cholesky(sum).L)).toBeLessThan(1e-12);
    const b = randomStream(13).vector(n);
    expect(maxDifference(up.solve(b), cholesky(sum).solve(b))).toBeLessThan(1e-11);
    expect(Math.abs(up.logDeterminant() - cholesky(sum).logDeterminant())).toBeLessThan(1e-11);
    const ratio = up.conditionEstimate() / cholesky(sum).conditionEstimate();
    expect(ratio > 0.3 && ratio < 3).toBe(true);
    expect(relativeError(choleskyDowndate(up, v).L, cholesky(a).L)).toBeLessThan(1e-11);
    expect(relativeError(choleskyUpdate(cholesky(a), v.data.filter((_, k) => k % 4 === 0)).L, choleskyUpdate(cholesky(a), matrix(n, 1, v.data.filter((_, k) => k % 4 === 0))).L)).toBe(0);
  });

  it('says that the downdated matrix is not positive definite', () => {
    const big = new Float64Array(n);
    big[7] = 1e4;
    const down = choleskyDowndate(cholesky(a), big);
    expect([down.ok, down.conditionEstimate()]).toEqual([false, Infinity]);
    expect(down.failedPivot).toBeGreaterThanOrEqual(7);
    expect(() => down.solve(big)).toThrow('is not positive');
    expect(() => choleskyUpdate(down, big)).toThrow('choleskyUpdate: factored must be of a positive definite matrix');
    expect(() => choleskyUpdate(cholesky(a), new Float64Array(3))).toThrow('choleskyUpdate: v must have 50 elements, got 3');
    expect(choleskyUpdate(cholesky(matrix(0, 0)), new Float64Array(0)).ok).toBe(true);
  });
});
