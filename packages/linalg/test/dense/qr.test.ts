import { describe, expect, it } from 'vitest';
import { cholesky, matmul, type Matrix, matrix, matvec, orthonormalize, qr, transpose } from '../../src/index.js';
import {
  columnOf,
  geometric,
  gramError,
  maxDifference,
  norm,
  orthogonalityError,
  randomMatrix,
  randomOrthogonal,
  relativeError,
  withSpectrum,
} from '../helpers.js';

/** Läuchli's matrix: a row of ones over ε I, whose normal equations lose everything. */
const lauchli = (n: number, epsilon: number): Matrix =>
  matrix(
    n + 1,
    n,
    Float64Array.from({ length: (n + 1) * n }, (_, k) => (k < n ? 1 : k % n === Math.floor(k / n) - 1 ? epsilon : 0)),
  );

describe('qr', () => {
  const shapes: [number, number][] = [
    [1, 1],
    [5, 3],
    [3, 5],
    [32, 32],
    [33, 33],
    [100, 40],
    [40, 100],
    [97, 65],
  ];
  it.each(shapes)('rebuilds A of %i×%i with orthonormal Q and triangular R', (m, n) => {
    const a = randomMatrix(m, n, m + n);
    const { R, thinQ, fullRank } = qr(a);
    const q = thinQ();
    expect([q.rows, q.columns, R.rows, R.columns]).toEqual([m, Math.min(m, n), Math.min(m, n), n]);
    expect(fullRank).toBe(true);
    for (let i = 0; i < R.rows; i++) for (let j = 0; j < i; j++) expect(R.data[i * n + j]).toBe(0);
    expect(relativeError(matmul(q, R), a)).toBeLessThan(1e-14);
    expect(orthogonalityError(q)).toBeLessThan(2e-14);
  });

  it.each([1, 1e4, 1e8, 1e12])('keeps Q orthonormal at condition %f', (condition) => {
    const a = withSpectrum(geometric(1, condition, 50), 1, 2);
    const { R, thinQ } = qr(a);
    expect(orthogonalityError(thinQ())).toBeLessThan(2e-14);
    expect(relativeError(matmul(thinQ(), R), a)).toBeLessThan(1e-14);
  });

  it('solves least squares: the residual is orthogonal to the range', () => {
    const a = randomMatrix(60, 20, 3);
    const b = randomMatrix(60, 1, 4).data;
    const x = qr(a).solve(b);
    const r = matvec(a, x).map((y, i) => b[i]! - y);
    expect(norm(matvec(transpose(a), r)) / norm(a.data)).toBeLessThan(1e-14);
    expect(norm(r)).toBeGreaterThan(1);
    expect(relativeError(qr(a).solve(matrix(60, 1, b)), matrix(20, 1, x))).toBe(0);
  });

  it('solves Läuchli least squares, which normal equations cannot', () => {
    const epsilon = 1e-9;
    const a = lauchli(4, epsilon);
    const x = new Float64Array([1, -2, 3, 0.5]);
    const factored = qr(a);
    expect(maxDifference(factored.solve(matvec(a, x)), x)).toBeLessThan(1e-12);
    expect(orthogonalityError(factored.thinQ())).toBeLessThan(1e-14);
    expect(cholesky(matmul(transpose(a), a)).ok).toBe(false);
  });

  it('applies Qᵀ without changing length', () => {
    const a = randomMatrix(50, 40, 5);
    const b = randomMatrix(50, 1, 6).data;
    const { applyQTranspose, thinQ } = qr(a);
    const turned = applyQTranspose(b);
    expect(Math.abs(norm(turned) / norm(b) - 1)).toBeLessThan(1e-15);
    expect(maxDifference(turned.subarray(0, 40), matvec(transpose(thinQ()), b))).toBeLessThan(1e-13);
  });

  it('marks deficient rank', () => {
    const b = randomMatrix(10, 3, 7);
    const a = matrix(
      10,
      4,
      Float64Array.from({ length: 40 }, (_, k) => b.data[Math.floor(k / 4) * 3 + (k % 4 === 3 ? 0 : k % 4)]!),
    );
    const { fullRank, solve } = qr(a);
    expect(fullRank).toBe(false);
    expect(() => solve(new Float64Array(10))).toThrow('qr.solve: a must have full column rank');
    expect(qr(matrix(3, 2)).fullRank).toBe(false);
  });

  it('scales: entries near overflow and underflow change nothing', () => {
    const a = randomMatrix(20, 10, 8);
    const x = randomMatrix(10, 1, 9).data;
    for (const unit of [2 ** 900, 2 ** -900]) {
      const scaled = matrix(
        20,
        10,
        a.data.map((y) => y * unit),
      );
      expect(qr(scaled).R.data).toEqual(qr(a).R.data.map((y) => y * unit));
      expect(maxDifference(qr(scaled).solve(matvec(a, x).map((y) => y * unit)), x)).toBeLessThan(1e-13);
    }
  });

  it('takes empty matrices and refuses wide ones for least squares', () => {
    expect(qr(matrix(0, 0)).thinQ().data.length).toBe(0);
    expect(qr(matrix(3, 0)).solve(new Float64Array(3)).length).toBe(0);
    expect(() => qr(matrix(2, 3, [1, 2, 3, 4, 5, 7])).solve(new Float64Array(2))).toThrow('at least as many rows as columns, got 2×3');
    expect(() => qr(matrix(1, 1, [NaN]))).toThrow(RangeError);
  });
});

describe('orthonormalize', () => {
  it('spans what it was given, in order', () => {
    const vectors = [1, 2, 3, 4].map((seed) => randomMatrix(30, 1, seed).data);
    const basis = orthonormalize(vectors);
    expect(basis.length).toBe(4);
    expect(gramError(basis)).toBeLessThan(1e-15 * 10);
    expect(
      maxDifference(
        basis[0]!,
        vectors[0]!.map((x) => x / norm(vectors[0]!)),
      ),
    ).toBeLessThan(1e-15);
    const left = vectors[3]!.slice();
    for (const q of basis) {
      const c = q.reduce((s, x, i) => s + x * left[i]!, 0);
      for (let i = 0; i < 30; i++) left[i]! -= c * q[i]!;
    }
    expect(norm(left)).toBeLessThan(1e-14);
  });

  it('leaves out zeros and dependent vectors', () => {
    const [a, b] = [randomMatrix(10, 1, 1).data, randomMatrix(10, 1, 2).data];
    expect(orthonormalize([a, a.map((x) => -3 * x), new Float64Array(10), b, a.map((x, i) => x + b[i]!)]).length).toBe(2);
    expect(orthonormalize([])).toEqual([]);
    expect(orthonormalize([1, 2, 3, 4, 5].map((seed) => randomMatrix(3, 1, seed).data)).length).toBe(3);
  });

  it('is orthonormal to rounding for nearly dependent vectors', () => {
    const q = randomOrthogonal(40, 1);
    const vectors = Array.from({ length: 8 }, (_, j) => columnOf(q, 0).map((x, i) => x + 1e-12 * q.data[i * 40 + j]!));
    expect(gramError(orthonormalize(vectors, { tolerance: 1e-14 }))).toBeLessThan(1e-14);
    expect(orthonormalize(vectors, { tolerance: 1e-10 }).length).toBe(1);
  });

  it('refuses vectors of other lengths, and NaN', () => {
    expect(() => orthonormalize([new Float64Array(2), new Float64Array(3)])).toThrow(
      'orthonormalize: vectors[1] must have 2 elements, got 3',
    );
    expect(() => orthonormalize([new Float64Array([NaN])])).toThrow(RangeError);
    expect(() => orthonormalize([[1, 2]] as never)).toThrow(TypeError);
  });
});
