import { describe, expect, it } from 'vitest';
import {
  bandedCholesky, blockTridiagonalCholesky, cholesky, circulantSolve, kroneckerOperator, kroneckerProduct, kroneckerSolve, lu, type Matrix, matrix,
  matvec, operatorCheck, randomStream, toeplitzOperator, toeplitzSolve, transpose,
} from '../../src/index.js';
import { diagonal, geometric, identity, maxDifference, norm, randomMatrix, withSpectrum } from '../helpers.js';

const fill = (rows: number, columns: number, f: (i: number, j: number) => number): Matrix =>
  matrix(rows, columns, Float64Array.from({ length: rows * columns }, (_, k) => f(Math.floor(k / columns), k % columns)));

describe('bandedCholesky', () => {
  it.each([[1, 0], [6, 0], [10, 2], [40, 5], [4, 9], [0, 3]])('agrees with the dense factorization, order %i, bandwidth %i', (n, w) => {
    const r = randomMatrix(n, n, n + w);
    const a = fill(n, n, (i, j) => (i === j ? 2 * w + 3 : Math.abs(i - j) <= w ? Math.tanh(r.data[Math.min(i, j) * n + Math.max(i, j)]!) : 0));
    const band = fill(n, w + 1, (i, k) => (i - w + k >= 0 ? a.data[i * n + i - w + k]! : 99));
    const factored = bandedCholesky(band);
    const dense = cholesky(a);
    expect(factored.ok).toBe(true);
    for (let i = 0; i < n; i++) for (let k = Math.max(0, w - i); k <= w; k++) expect(Math.abs(factored.L.data[i * (w + 1) + k]! - dense.L.data[i * n + i - w + k]!)).toBeLessThan(1e-14);
    const b = randomMatrix(n, 2, 1);
    expect(maxDifference(factored.solve(b).data, dense.solve(b).data)).toBeLessThan(1e-14);
    expect(Math.abs(factored.logDeterminant() - dense.logDeterminant())).toBeLessThan(1e-12);
    if (n > 0) expect(factored.conditionEstimate() / dense.conditionEstimate()).toBeCloseTo(1, 10);
  });

  it('names the failing pivot, refuses what does not fit', () => {
    const failed = bandedCholesky(matrix(3, 2, [0, 1, 0, 1, 2, 1]));
    expect([failed.ok, failed.failedPivot, failed.conditionEstimate()]).toEqual([false, 2, Infinity]);
    expect(() => failed.solve(new Float64Array(3))).toThrow('bandedCholesky.solve: a must be positive definite, but the pivot of row 2 is not positive');
    expect(() => bandedCholesky(matrix(3, 0))).toThrow('band.columns must be an integer of at least 1');
    expect(() => bandedCholesky(matrix(2, 1, [1, 1])).solve(new Float64Array(3))).toThrow('b must have 2 elements, got 3');
  });
});

describe('blockTridiagonalCholesky', () => {
  const orders = [3, 1, 40, 5];
  const D = orders.map((n, k) => withSpectrum(geometric(4, 9, n), k + 1));
  const E = orders.slice(1).map((n, k) => matrix(n, orders[k]!, randomMatrix(n, orders[k]!, k).data.map((x) => 0.1 * x)));
  const n = orders.reduce((s, k) => s + k, 0);
  const starts = orders.map((_, k) => orders.slice(0, k).reduce((s, x) => s + x, 0));
  const whole = matrix(n, n);
  orders.forEach((size, k) => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) whole.data[(starts[k]! + i) * n + starts[k]! + j] = D[k]!.data[i * size + j]!;
      if (k > 0) {
        for (let j = 0; j < orders[k - 1]!; j++) {
          whole.data[(starts[k]! + i) * n + starts[k - 1]! + j] = whole.data[(starts[k - 1]! + j) * n + starts[k]! + i] = E[k - 1]!.data[i * orders[k - 1]! + j]!;
        }
      }
    }
  });

  it('agrees with the dense factorization', () => {
    const factored = blockTridiagonalCholesky(D, E);
    const b = randomMatrix(n, 2, 5);
    expect(factored.ok).toBe(true);
    expect(maxDifference(factored.solve(b).data, cholesky(whole).solve(b).data)).toBeLessThan(1e-14);
    expect(Math.abs(factored.logDeterminant() - cholesky(whole).logDeterminant())).toBeLessThan(1e-12);
    expect(blockTridiagonalCholesky([], []).solve(new Float64Array(0)).length).toBe(0);
  });

  it('names the failing block and row, refuses blocks that do not fit', () => {
    const bad = D.map((d, k) => (k === 2 ? diagonal(Float64Array.from({ length: 40 }, (_, i) => (i === 7 ? -5 : 5))) : d));
    const failed = blockTridiagonalCholesky(bad, E);
    expect([failed.ok, failed.failedBlock, failed.failedPivot]).toEqual([false, 2, 11]);
    expect(() => failed.solve(new Float64Array(n))).toThrow('the pivot of row 11 is not positive');
    expect(() => blockTridiagonalCholesky(D, E.slice(1))).toThrow('lower must have 3 blocks, got 2');
    expect(() => blockTridiagonalCholesky(D, [...E].reverse())).toThrow('lower[0] must be 1×3, got 5×40');
  });
});

describe('Toeplitz and circulant matrices', () => {
  const toeplitz = (c: Float64Array, r: Float64Array = c): Matrix => fill(c.length, r.length, (i, j) => (i >= j ? c[i - j]! : r[j - i]!));

  it.each([1, 2, 3, 10, 100])('toeplitzSolve agrees with LU, order %i', (n) => {
    const c = Float64Array.from({ length: n }, (_, k) => 0.7 ** k * Math.cos(k));
    const r = Float64Array.from({ length: n }, (_, k) => 0.6 ** k * Math.cos(2 * k));
    const b = randomStream(n).vector(n);
    expect(maxDifference(toeplitzSolve(c, b).x, lu(toeplitz(c)).solve(b))).toBeLessThan(1e-13);
    expect(maxDifference(toeplitzSolve(c, b, r).x, lu(toeplitz(c, r)).solve(b))).toBeLessThan(1e-13);
  });

  it('toeplitzSolve names a singular leading block', () => {
    const result = toeplitzSolve(Float64Array.of(1, 1, 0), Float64Array.of(1, 2, 3));
    expect([result.ok, result.failedMinor]).toEqual([false, 2]);
    expect(toeplitzSolve(Float64Array.of(0), Float64Array.of(1)).failedMinor).toBe(1);
    expect(toeplitzSolve(new Float64Array(0), new Float64Array(0)).ok).toBe(true);
    expect(() => toeplitzSolve(new Float64Array(2), new Float64Array(3))).toThrow('toeplitzSolve: b must have 2 elements, got 3');
  });

  it.each([1, 2, 5, 8, 30, 101])('circulantSolve agrees with LU, order %i', (n) => {
    const c = randomStream(n).vector(n);
    c[0]! += 2 * Math.sqrt(n) + 3;
    const b = randomStream(n + 1).vector(n);
    const a = fill(n, n, (i, j) => c[(i - j + n) % n]!);
    const result = circulantSolve(c, b);
    expect(result.singular).toBe(false);
    expect(maxDifference(result.x, lu(a).solve(b))).toBeLessThan(1e-13);
  });

  it('circulantSolve says that a matrix is singular, and takes the least solution', () => {
    const result = circulantSolve(Float64Array.of(1, -1, 0, 0), Float64Array.of(1, -1, 1, -1));
    expect([result.singular, result.zeroEigenvalue, result.conditionNumber]).toEqual([true, 0, Infinity]);
    expect(maxDifference(result.x, [0.5, -0.5, 0.5, -0.5])).toBeLessThan(1e-15);
    expect(circulantSolve(new Float64Array(0), new Float64Array(0)).conditionNumber).toBe(1);
  });

  it.each([[1, 1], [5, 5], [7, 12], [12, 7]])('toeplitzOperator multiplies, %i×%i', async (m, n) => {
    const c = randomStream(m).vector(m);
    const r = randomStream(n + 50).vector(n);
    r[0] = c[0]!;
    const operator = toeplitzOperator(c, r);
    const v = randomStream(1).vector(n);
    expect(maxDifference(await operator.apply(v), matvec(toeplitz(c, r), v))).toBeLessThan(1e-13);
    expect((await operatorCheck(operator)).failures).toEqual([]);
    expect((await operatorCheck(toeplitzOperator(c))).failures).toEqual([]);
  });
});

describe('Kronecker products', () => {
  const factors = [randomMatrix(3, 2, 1), randomMatrix(4, 5, 2), randomMatrix(2, 2, 3)];
  const whole = kroneckerProduct(kroneckerProduct(factors[0]!, factors[1]!), factors[2]!);

  it('have entries aᵢⱼ bₖₗ, and products without forming them', async () => {
    expect(kroneckerProduct(matrix(1, 2, [2, 3]), matrix(2, 1, [5, 7]))).toEqual(matrix(2, 2, [10, 15, 14, 21]));
    const operator = kroneckerOperator(factors);
    const v = randomStream(4).vector(20);
    expect(maxDifference(await operator.apply(v), matvec(whole, v))).toBeLessThan(1e-13);
    const u = randomStream(5).vector(24);
    expect(maxDifference(await operator.applyTranspose!(u), matvec(transpose(whole), u))).toBeLessThan(1e-13);
  });

  it('solve factor by factor', () => {
    const square = [3, 4, 2].map((n, k) => withSpectrum(geometric(1, 5, n), k + 6, k + 9));
    const b = randomStream(6).vector(24);
    const a = kroneckerProduct(kroneckerProduct(square[0]!, square[1]!), square[2]!);
    expect(maxDifference(kroneckerSolve(square, b), lu(a).solve(b))).toBeLessThan(1e-13);
    expect(norm(kroneckerSolve([identity(3)], b.slice(0, 3)))).toBeCloseTo(norm(b.slice(0, 3)), 14);
    expect(() => kroneckerSolve([identity(2), diagonal([1, 0])], new Float64Array(4))).toThrow('factors[1] must be regular, but its pivot 1 is 0');
    expect(() => kroneckerSolve([], b)).toThrow('factors must not be empty');
    expect(() => kroneckerSolve([matrix(2, 3)], b)).toThrow('factors[0] must be square');
  });
});
