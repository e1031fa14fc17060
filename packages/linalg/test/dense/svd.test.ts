import { describe, expect, it } from 'vitest';
import { matmul, type Matrix, matrix, matvec, svd, symmetricEigen, transpose } from '../../src/index.js';
import { diagonal, geometric, hilbert, identity, maxDifference, norm, orthogonalityError, randomMatrix, randomOrthogonal, relativeError, withSpectrum } from '../helpers.js';
import { kahan, lauchli, wilkinson } from '../hard-cases.js';

const rebuilt = ({ U, values, V }: ReturnType<typeof svd>): Matrix => matmul(matmul(U, diagonal(values)), transpose(V));

function expectSound(a: Matrix, tolerance = 1e-14): void {
  const result = svd(a);
  expect([result.U.rows, result.V.rows, result.values.length]).toEqual([a.rows, a.columns, Math.min(a.rows, a.columns)]);
  expect(relativeError(rebuilt(result), a)).toBeLessThan(tolerance);
  expect(orthogonalityError(result.U)).toBeLessThan(tolerance * Math.max(1, result.values.length));
  expect(orthogonalityError(result.V)).toBeLessThan(tolerance * Math.max(1, result.values.length));
  for (let j = 1; j < result.values.length; j++) expect(result.values[j]!).toBeLessThanOrEqual(result.values[j - 1]!);
  const alone = svd(a, { vectors: false }).values;
  expect(maxDifference(alone, result.values)).toBeLessThanOrEqual(1e-14 * (result.values[0] ?? 0));
}

describe('svd', () => {
  it.each([[1, 1], [2, 3], [3, 2], [28, 28], [29, 29], [30, 29], [57, 57], [58, 58], [100, 100], [130, 90], [200, 20], [20, 200], [1, 50], [50, 1]])(
    'decomposes %i×%i',
    (m, n) => expectSound(randomMatrix(m, n, m + n)),
  );

  it.each([1, 1e4, 1e8, 1e12, 1e14])('finds a prescribed spectrum of condition %f', (condition) => {
    const values = geometric(1 / condition, 1, 90).reverse();
    const a = withSpectrum(values, 1, 2);
    expectSound(a);
    const found = svd(a);
    expect(maxDifference(found.values, values)).toBeLessThan(1e-14);
    if (condition < 1e12) expect(Math.abs(found.conditionNumber() / condition - 1)).toBeLessThan(1e-14 * condition);
    expect(found.rank(1e-15)).toBe(90);
    expect(found.rank(1e-3)).toBe(values.filter((x) => x > 1e-3 * found.values[0]!).length);
  });

  it('finds ranks and the solution of least norm', () => {
    const [m, n, r] = [70, 50, 13];
    const a = matmul(randomMatrix(m, r, 1), randomMatrix(r, n, 2));
    for (const b of [a, transpose(a)]) {
      expectSound(b);
      expect(svd(b).rank()).toBe(r);
      // the pseudo-inverse by the eigenvalues of AᵀA's range
      const right = randomMatrix(b.rows, 1, 3).data;
      const x = svd(b).solve(right);
      const residual = matvec(b, x).map((y, i) => right[i]! - y);
      expect(norm(matvec(transpose(b), residual))).toBeLessThan(1e-12 * norm(b.data) * norm(right));
      // of least norm: in the range of Aᵀ
      const { V } = svd(b);
      const inRange = Float64Array.from({ length: b.columns }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < r; j++) for (let k = 0; k < b.columns; k++) sum += V.data[i * V.columns + j]! * V.data[k * V.columns + j]! * x[k]!;
        return sum;
      });
      expect(maxDifference(inRange, x)).toBeLessThan(1e-13 * norm(x) * 10);
    }
    const b = randomMatrix(m, 3, 4);
    expect(maxDifference(svd(a).solve(b).data.filter((_, i) => i % 3 === 1), svd(a).solve(b.data.filter((_, i) => i % 3 === 1)))).toBeLessThan(1e-13);
  });

  it('deflates: zero, identity, orthogonal, repeated, clustered values', () => {
    expectSound(matrix(64, 64));
    expectSound(identity(80));
    expectSound(randomOrthogonal(80, 5));
    expectSound(withSpectrum(Float64Array.from({ length: 90 }, (_, i) => 1 + (i % 3)).sort().reverse(), 6, 7));
    expectSound(withSpectrum(Float64Array.from({ length: 90 }, (_, i) => 1 + 1e-13 * i).reverse(), 8, 9));
    expectSound(withSpectrum(Float64Array.from({ length: 90 }, (_, i) => (i < 45 ? 1 : 1e-15)), 8, 9));
  });

  it('decomposes the hard cases', () => {
    expectSound(hilbert(60));
    expectSound(kahan(90, 1.2));
    expectSound(lauchli(60, 1e-9));
    expectSound(wilkinson(101));
    const graded = randomMatrix(80, 80, 10);
    graded.data.forEach((x, k) => (graded.data[k] = x * 10 ** (-((k % 80) + Math.floor(k / 80)) / 4)));
    expectSound(graded);
    for (const scale of [1e-300, 1e300]) {
      const a = randomMatrix(60, 60, 11);
      const b = matrix(60, 60, a.data.map((x) => x * scale));
      expect(maxDifference(svd(b).values.map((s) => s / scale), svd(a).values)).toBeLessThan(1e-13);
    }
    // blocks of very different size, whose squares would vanish
    const blocks = matrix(100, 100);
    const part = randomMatrix(50, 50, 12).data;
    for (let i = 0; i < 50; i++) for (let j = 0; j < 50; j++) { blocks.data[i * 100 + j] = part[i * 50 + j]!; blocks.data[(i + 50) * 100 + j + 50] = 1e-200 * part[i * 50 + j]!; }
    expectSound(blocks);
  });

  it('keeps the small values of a bidiagonal matrix to relative accuracy where no vectors are asked for', () => {
    // Läuchli's values are √(n + ε²) and ε
    const values = svd(lauchli(20, 1e-7)).values;
    expect(Math.abs(values[0]! - Math.sqrt(20 + 1e-14))).toBeLessThan(1e-14);
    for (let j = 1; j < 20; j++) expect(Math.abs(values[j]! - 1e-7)).toBeLessThan(1e-15);
  });

  it('agrees with the eigenvalues of AᵀA', () => {
    const a = randomMatrix(90, 70, 13);
    const squares = symmetricEigen(matmul(transpose(a), a)).values.reverse();
    expect(maxDifference(svd(a).values.map((s) => s * s), squares)).toBeLessThan(1e-12);
  });

  it('takes empty matrices, refuses what is none', () => {
    for (const [m, n] of [[0, 0], [0, 5], [5, 0]] as const) {
      const empty = svd(matrix(m, n));
      expect([empty.U.rows, empty.V.rows, empty.values.length, empty.rank(), empty.conditionNumber()]).toEqual([m, n, 0, 0, 1]);
      expect(Array.from(empty.solve(new Float64Array(m)))).toEqual(new Array(n).fill(0));
    }
    expect(svd(matrix(2, 2)).conditionNumber()).toBe(Infinity);
    expect(() => svd(matrix(1, 1, [NaN]))).toThrow('svd: a must be finite, got NaN in row 0, column 0');
    expect(() => svd(matrix(2, 2), { vectors: false }).solve(new Float64Array(2))).toThrow('vectors must have been computed');
    expect(() => svd(matrix(2, 2)).solve(new Float64Array(3))).toThrow('svd.solve: b must have 2 elements, got 3');
  });
});
