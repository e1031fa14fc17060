import { describe, expect, it } from 'vitest';
import {
  circulantSolve, dct, dst, eigen, fft, generalizedSymmetricEigen, ldlt, lyapunov, matmul, type Matrix, matrix, matrixExp, matrixLog, matrixSqrt, svd, sylvester,
  toeplitzSolve, transpose,
} from '../src/index.js';
import golden from './golden/values.json';
import { identity, maxDifference, norm } from './helpers.js';

const array = (length: number, phase: number, scale = 1): Float64Array => Float64Array.from({ length }, (_, k) => scale * Math.sin(0.7 * k + 0.11 * k * k + phase));
const plus = (a: Matrix, b: Matrix, c = 1): Matrix => matrix(a.rows, a.columns, a.data.map((x, k) => x + c * b.data[k]!));
const spd = (n: number, phase: number): Matrix => {
  const a = matrix(n, n, array(n * n, phase));
  return plus(matmul(a, transpose(a)), identity(n), 2);
};
const a = matrix(7, 7, array(49, 0.3));
const b = matrix(7, 7, array(49, 1.1));
const symmetric = plus(a, transpose(a));
const stable = plus(matrix(7, 7, a.data.map((x) => 0.3 * x)), identity(7), 1.5);
const tall = matrix(9, 6, array(54, 0.4));

/** Relative to the largest element; both sides err by rounding. */
const close = (found: ArrayLike<number>, expected: number[], tolerance = 1e-13): void => expect(maxDifference(found, expected) / norm(expected)).toBeLessThan(tolerance);

describe('values against NumPy and SciPy', () => {
  it('eigenvalues, singular values, inertia, least squares', () => {
    const { real, imaginary } = eigen(a);
    const pairs = Array.from(real, (re, j) => [re, imaginary[j]!] as const).sort((x, y) => Math.round(1e9 * x[0]) - Math.round(1e9 * y[0]) || x[1] - y[1]);
    close(pairs.flat(), golden.eigenvalues.flat());
    close(svd(tall).values, golden.singularValues);
    close(generalizedSymmetricEigen(symmetric, spd(7, 0.2)).values, golden.generalized);
    close(svd(tall).solve(array(9, 0.9)), golden.pinvSolve);
  });

  it('functions of matrices and their equations', () => {
    close(matrixExp(matrix(7, 7, a.data.map((x) => 2 * x))).data, golden.exp);
    close(matrixLog(stable).data, golden.log);
    close(matrixSqrt(stable).data, golden.sqrt);
    close(sylvester(stable, spd(7, 0.5), b).data, golden.sylvester);
    close(lyapunov(stable, spd(7, 0.5)).data, golden.lyapunov);
    const { positive, negative } = ldlt(symmetric).inertia;
    expect([positive, negative]).toEqual(golden.inertia);
  });

  it('structured solves', () => {
    const c = array(12, 0.1, 0.05).map((x, k) => x + 0.5 ** k);
    close(toeplitzSolve(c, array(12, 0.9), array(12, 0.2, 0.05)).x, golden.toeplitz);
    close(circulantSolve(array(10, 0.1).map((x, k) => x + (k === 0 ? 3 : 0)), array(10, 0.8)).x, golden.circulant);
  });

  it('transforms', () => {
    [15, 16, 67].forEach((n, i) => {
      const [re, im] = [array(n, 0.2), array(n, 1.2)];
      close(fft(n).forward(Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? re[k / 2]! : im[(k - 1) / 2]!))), golden.fft[i]!);
    });
    for (const type of [1, 2, 3, 4] as const) {
      for (const orthonormal of [false, true]) {
        const key = `${type}${orthonormal ? 'o' : ''}`;
        close(dct(array(11, 0.6), { type, orthonormal }), golden.dct[key as keyof typeof golden.dct]);
        // SciPy 1.10's orthonormal types 2 and 3 are not orthogonal
        if (key !== '2o' && key !== '3o') close(dst(array(11, 0.6), { type, orthonormal }), golden.dst[key as keyof typeof golden.dst]);
      }
    }
  });
});
