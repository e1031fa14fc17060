import { describe, expect, it } from 'vitest';
import { matmul, type Matrix, matrix, randomStream, transpose, tridiagonalEigen } from '../../src/index.js';
import { diagonal, maxDifference, orthogonalityError, relativeError } from '../helpers.js';

function tridiagonal(d: ArrayLike<number>, e: ArrayLike<number>): Matrix {
  const n = d.length;
  const a = diagonal(d);
  for (let i = 0; i + 1 < n; i++) a.data[i * n + i + 1] = a.data[(i + 1) * n + i] = e[i]!;
  return a;
}

describe('tridiagonalEigen', () => {
  const problems: [string, Float64Array, Float64Array][] = [
    ['random', randomStream(1).vector(80), randomStream(2).vector(79)],
    ['Wilkinson W21+', Float64Array.from({ length: 21 }, (_, i) => Math.abs(i - 10)), new Float64Array(20).fill(1)],
    ['graded up', Float64Array.from({ length: 25 }, (_, i) => 10 ** i), Float64Array.from({ length: 24 }, (_, i) => 10 ** i)],
    ['graded down', Float64Array.from({ length: 25 }, (_, i) => 10 ** -i), Float64Array.from({ length: 24 }, (_, i) => 10 ** -i)],
    ['split', new Float64Array([1, 2, 3, 4, 5, 6]), new Float64Array([1, 0, 1, 0, 1])],
    ['glued', new Float64Array(30).fill(1), Float64Array.from({ length: 29 }, (_, i) => (i % 10 === 9 ? 1e-9 : 0.5))],
    ['zero diagonal', new Float64Array(20), new Float64Array(19).fill(1)],
    ['zero', new Float64Array(7), new Float64Array(6)],
  ];
  it.each(problems)('decomposes: %s', (_, d, e) => {
    const { values, vectors } = tridiagonalEigen(d, e, { vectors: 'all' });
    const rebuilt = matmul(matmul(vectors!, diagonal(values)), transpose(vectors!));
    expect(relativeError(rebuilt, tridiagonal(d, e))).toBeLessThan(1e-14);
    expect(orthogonalityError(vectors!)).toBeLessThan(1e-13);
    expect(tridiagonalEigen(d, e).values).toEqual(values);
    const first = tridiagonalEigen(d, e, { vectors: 'first' });
    expect(first.values).toEqual(values);
    expect(maxDifference(first.firstComponents!, vectors!.data.subarray(0, d.length))).toBeLessThan(1e-15);
  });

  it('finds the close pair of Wilkinson W21+', () => {
    const { values } = tridiagonalEigen(
      Float64Array.from({ length: 21 }, (_, i) => Math.abs(i - 10)),
      new Float64Array(20).fill(1),
    );
    // J. H. Wilkinson, The Algebraic Eigenvalue Problem, p. 309: 10.746194182903393, twice to 1e-13
    expect(Math.abs(values[20]! - 10.746194182903393)).toBeLessThan(1e-14);
    expect(Math.abs(values[19]! - 10.746194182903322)).toBeLessThan(1e-14);
  });

  it('keeps small eigenvalues of a graded matrix to their own precision', () => {
    // L Lᵀ of a graded bidiagonal L: both gradings give the same relative accuracy, since the iteration begins at the small end
    const d = Float64Array.from({ length: 8 }, (_, i) => 100 ** -i * (i === 0 ? 1 : 1.0001));
    const e = Float64Array.from({ length: 7 }, (_, i) => 100 ** -i * 0.01);
    const down = tridiagonalEigen(d, e).values;
    const up = tridiagonalEigen(d.toReversed(), e.toReversed()).values;
    for (let i = 0; i < 8; i++) expect(Math.abs(up[i]! / down[i]! - 1)).toBeLessThan(1e-12);
  });

  it('gives the Gauss quadrature of Legendre: exact to degree 2n − 1', () => {
    const n = 12;
    const e = Float64Array.from({ length: n - 1 }, (_, i) => (i + 1) / Math.sqrt(4 * (i + 1) ** 2 - 1));
    const { values, firstComponents } = tridiagonalEigen(new Float64Array(n), e, { vectors: 'first' });
    for (let degree = 0; degree < 2 * n; degree++) {
      const sum = values.reduce((s, x, j) => s + 2 * firstComponents![j]! ** 2 * x ** degree, 0);
      expect(Math.abs(sum - (degree % 2 === 0 ? 2 / (degree + 1) : 0))).toBeLessThan(1e-14);
    }
  });

  it.each([1e300, 1e-300])('scales near overflow and underflow: %f', (unit) => {
    const d = randomStream(3).vector(20);
    const e = randomStream(4).vector(19);
    const plain = tridiagonalEigen(d, e).values;
    const scaled = tridiagonalEigen(
      d.map((x) => x * unit),
      e.map((x) => x * unit),
    ).values;
    expect(
      maxDifference(
        scaled.map((x) => x / unit),
        plain,
      ),
    ).toBeLessThan(1e-14);
  });

  it('takes orders 0 and 1 and keeps its arguments', () => {
    expect(tridiagonalEigen(new Float64Array(0), new Float64Array(0), { vectors: 'first' }).firstComponents!.length).toBe(0);
    expect(tridiagonalEigen(new Float64Array([3]), new Float64Array(0), { vectors: 'all' })).toEqual({
      values: new Float64Array([3]),
      vectors: matrix(1, 1, [1]),
    });
    const d = new Float64Array([1, 2]);
    const e = new Float64Array([1]);
    tridiagonalEigen(d, e);
    expect([...d, ...e]).toEqual([1, 2, 1]);
  });

  it('refuses other lengths, NaN, unknown options', () => {
    expect(() => tridiagonalEigen(new Float64Array(3), new Float64Array(3))).toThrow('tridiagonalEigen: e must have 2 elements, got 3');
    expect(() => tridiagonalEigen(new Float64Array([NaN]), new Float64Array(0))).toThrow(RangeError);
    expect(() => tridiagonalEigen([1] as never, new Float64Array(0))).toThrow(TypeError);
    expect(() => tridiagonalEigen(new Float64Array(1), new Float64Array(0), { vectors: 'last' as never })).toThrow(TypeError);
  });
});
