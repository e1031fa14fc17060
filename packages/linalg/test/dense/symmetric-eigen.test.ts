import { describe, expect, it } from 'vitest';
import { matmul, type Matrix, matrix, symmetricEigen, transpose } from '../../src/index.js';
import {
  columnOf,
  diagonal,
  geometric,
  hilbert,
  maxDifference,
  orthogonalityError,
  randomMatrix,
  randomOrthogonal,
  relativeError,
  symmetrized,
  withSpectrum,
} from '../helpers.js';

/** ‖A − V diag Vᵀ‖ / ‖A‖ and ‖VᵀV − I‖. */
function errors(a: Matrix): [number, number, Float64Array] {
  const { values, vectors } = symmetricEigen(a);
  for (let i = 1; i < values.length; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]!);
  return [relativeError(matmul(matmul(vectors, diagonal(values)), transpose(vectors)), a), orthogonalityError(vectors), values];
}

describe('symmetricEigen', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 17, 64, 101])('decomposes a random matrix of order %i', (n) => {
    const [rebuilt, orthogonal] = errors(symmetrized(randomMatrix(n, n, n)));
    expect(rebuilt).toBeLessThan(1e-14);
    expect(orthogonal).toBeLessThan(1e-15 * Math.max(10, n));
  });

  it.each([1, 1e4, 1e8, 1e12])('finds a prescribed spectrum of condition %f, of both signs', (condition) => {
    const spectrum = geometric(1, condition, 60)
      .map((x, i) => (i % 2 === 0 ? x : -x))
      .sort();
    const [rebuilt, orthogonal, values] = errors(withSpectrum(spectrum, 1));
    expect(rebuilt).toBeLessThan(1e-14);
    expect(orthogonal).toBeLessThan(1e-13);
    expect(maxDifference(values, spectrum) / condition).toBeLessThan(1e-14);
  });

  it('finds clusters and multiple eigenvalues with orthogonal vectors', () => {
    const spectrum = Float64Array.from({ length: 50 }, (_, i) => (i < 20 ? 1 : i < 40 ? 1 + 1e-14 * i : 2));
    const [rebuilt, orthogonal, values] = errors(withSpectrum(spectrum, 2));
    expect(rebuilt).toBeLessThan(1e-14);
    expect(orthogonal).toBeLessThan(1e-13);
    expect(maxDifference(values, spectrum.sort())).toBeLessThan(1e-13);
  });

  it('decomposes low rank: the null space comes out at rounding', () => {
    const values = new Float64Array(40);
    values.set([5, -3, 2]);
    const found = symmetricEigen(withSpectrum(values, 3)).values;
    expect(Array.from(found).filter((x) => Math.abs(x) < 1e-13).length).toBe(37);
    expect(maxDifference([found[0]!, found[38]!, found[39]!], [-3, 2, 5])).toBeLessThan(1e-13);
  });

  it('decomposes the Hilbert matrix of order 10 (condition 1.6e13)', () => {
    const [rebuilt, orthogonal, values] = errors(hilbert(10));
    expect(rebuilt).toBeLessThan(1e-14);
    expect(orthogonal).toBeLessThan(1e-14);
    // exact: 1.751919670265178
    expect(Math.abs(values[9]! - 1.751919670265178)).toBeLessThan(2e-15);
    // exact: 1.09315e-13; errors are relative to the largest eigenvalue
    expect(Math.abs(values[0]! - 1.0931538193797e-13)).toBeLessThan(1e-15);
  });

  it.each([false, true])('decomposes graded matrices (large end first: %s)', (first) => {
    const n = 30;
    const exponent = (i: number): number => (first ? -i : i - n) / 3;
    const a = matrix(n, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) a.data[i * n + j] = 10 ** (exponent(i) + exponent(j)) * (i === j ? 2 : 1 / (1 + Math.abs(i - j)));
    const [rebuilt, orthogonal] = errors(a);
    expect(rebuilt).toBeLessThan(1e-14);
    expect(orthogonal).toBeLessThan(1e-13);
  });

  it('is exact for diagonal matrices', () => {
    expect(Array.from(symmetricEigen(diagonal([3, -1, 2, 0])).values)).toEqual([-1, 0, 2, 3]);
  });

  it('knows the second difference matrix: 2 − 2 cos(jπ/(n+1)) with sines', () => {
    const n = 40;
    const a = diagonal(new Float64Array(n).fill(2));
    for (let i = 0; i + 1 < n; i++) a.data[i * n + i + 1] = a.data[(i + 1) * n + i] = -1;
    const { values, vectors } = symmetricEigen(a);
    const expected = Array.from({ length: n }, (_, j) => 2 - 2 * Math.cos(((j + 1) * Math.PI) / (n + 1)));
    expect(maxDifference(values, expected)).toBeLessThan(1e-14);
    const v = columnOf(vectors, 0);
    const sine = v.map((_, i) => Math.sign(v[0]!) * Math.sqrt(2 / (n + 1)) * Math.sin(((i + 1) * Math.PI) / (n + 1)));
    expect(maxDifference(v, sine)).toBeLessThan(1e-13);
  });

  it('does not depend on the basis: values of QᵀAQ are those of A', () => {
    const a = symmetrized(randomMatrix(25, 25, 4));
    const q = randomOrthogonal(25, 5);
    const turned = symmetrized(matmul(matmul(transpose(q), a), q));
    expect(maxDifference(symmetricEigen(turned).values, symmetricEigen(a).values)).toBeLessThan(1e-13);
  });

  it.each([2 ** 900, 2 ** -900])('scales exactly by %f', (unit) => {
    const a = symmetrized(randomMatrix(12, 12, 6));
    const plain = symmetricEigen(a);
    const scaled = symmetricEigen(
      matrix(
        12,
        12,
        a.data.map((x) => x * unit),
      ),
    );
    expect(scaled.values).toEqual(plain.values.map((x) => x * unit));
    expect(scaled.vectors.data).toEqual(plain.vectors.data);
  });

  it('gives the same values without vectors', () => {
    const a = symmetrized(randomMatrix(30, 30, 7));
    const { values, vectors } = symmetricEigen(a, { vectors: false });
    expect(values).toEqual(symmetricEigen(a).values);
    expect([vectors.rows, vectors.columns]).toEqual([30, 0]);
  });

  it('takes orders 0 and 1 and zeros, and does not change its argument', () => {
    expect(symmetricEigen(matrix(0, 0)).values.length).toBe(0);
    expect([...symmetricEigen(matrix(1, 1, [-7])).values, ...symmetricEigen(matrix(1, 1, [-7])).vectors.data]).toEqual([-7, 1]);
    expect(orthogonalityError(symmetricEigen(matrix(5, 5)).vectors)).toBe(0);
    const a = symmetrized(randomMatrix(6, 6, 8));
    const before = a.data.slice();
    symmetricEigen(a);
    expect(a.data).toEqual(before);
  });

  it('refuses matrices that are not symmetric, not square, not finite', () => {
    expect(() => symmetricEigen(randomMatrix(3, 3, 1))).toThrow(
      /symmetricEigen: a must be symmetric within 1e-8 of its largest entry, but a\[1, 0\]/,
    );
    expect(() => symmetricEigen(matrix(2, 3))).toThrow('symmetricEigen: a must be square, got 2×3');
    expect(() => symmetricEigen(matrix(2, 2, [1, NaN, NaN, 1]))).toThrow('symmetricEigen: a must be finite, got NaN in row 0, column 1');
    expect(() => symmetricEigen(matrix(1, 1, [1]), { symmetryTolerance: -1 })).toThrow(RangeError);
  });
});
