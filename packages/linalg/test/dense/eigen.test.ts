import { describe, expect, it } from 'vitest';
import { cholesky, eigen, generalizedSymmetricEigen, matmul, type Matrix, matrix, schur, symmetricEigen, transpose } from '../../src/index.js';
import { companionOfRoots, frank, grcar } from '../hard-cases.js';
import { diagonal, geometric, identity, maxDifference, norm, orthogonalityError, randomMatrix, randomOrthogonal, relativeError, symmetrized, withSpectrum } from '../helpers.js';

/** ‖A V − V Λ‖ of complex pairs. */
function residual(a: Matrix, { real, imaginary, vectors, vectorsImaginary }: ReturnType<typeof eigen>): number {
  const n = a.rows;
  const x = matmul(a, vectors).data;
  const y = matmul(a, vectorsImaginary).data;
  let sum = 0;
  for (let k = 0; k < n * n; k++) {
    const j = k % n;
    const [u, v] = [vectors.data[k]!, vectorsImaginary.data[k]!];
    sum += (x[k]! - real[j]! * u + imaginary[j]! * v) ** 2 + (y[k]! - real[j]! * v - imaginary[j]! * u) ** 2;
  }
  return Math.sqrt(sum);
}

const sorted = (x: Float64Array): number[] => [...x].sort((a, b) => a - b);

describe('schur', () => {
  it.each([0, 1, 2, 3, 4, 10, 50, 100])('rebuilds random matrices of order %i', (n) => {
    const a = randomMatrix(n, n, n + 1);
    const { T, Z, real, imaginary } = schur(a);
    expect(relativeError(matmul(matmul(Z, T), transpose(Z)), a)).toBeLessThan(2e-14);
    expect(orthogonalityError(Z)).toBeLessThan(1e-13 * (n + 1));
    for (let i = 0; i < n; i++) {
      for (let j = 0; j + 1 < i; j++) expect(T.data[i * n + j]).toBe(0);
      if (imaginary[i]! > 0) {
        expect(T.data[i * n + i]).toBe(T.data[(i + 1) * n + i + 1]);
        expect(T.data[i * n + i + 1]! * T.data[(i + 1) * n + i]!).toBeLessThan(0);
        expect([real[i], imaginary[i]]).toEqual([real[i + 1], -imaginary[i + 1]!]);
      }
    }
    const trace = a.data.reduce((s, x, k) => s + (k % (n + 1) === 0 ? x : 0), 0);
    expect(Math.abs(real.reduce((s, x) => s + x, 0) - trace)).toBeLessThan(1e-12 * (1 + n));
  });
});

describe('eigen', () => {
  it.each([1, 2, 3, 20, 80])('finds eigenpairs of random matrices of order %i', (n) => {
    const a = randomMatrix(n, n, 3 * n);
    const found = eigen(a);
    expect(residual(a, found)).toBeLessThan(1e-14 * n * norm(a.data));
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += found.vectors.data[i * n + j]! ** 2 + found.vectorsImaginary.data[i * n + j]! ** 2;
      expect(Math.abs(sum - 1)).toBeLessThan(1e-13);
    }
    const alone = eigen(a, { vectors: false });
    expect(alone.vectors.columns).toBe(0);
    expect([alone.real, alone.imaginary]).toEqual([found.real, found.imaginary]);
  });

  it('agrees with the symmetric solver, and finds rotations', () => {
    const a = symmetrized(randomMatrix(60, 60, 4));
    const found = eigen(a);
    expect(maxDifference(sorted(found.real), symmetricEigen(a).values)).toBeLessThan(1e-12);
    expect(found.imaginary.every((x) => x === 0)).toBe(true);
    const q = randomOrthogonal(40, 5);
    const turned = eigen(q);
    turned.real.forEach((re, j) => expect(Math.abs(Math.hypot(re, turned.imaginary[j]!) - 1)).toBeLessThan(1e-13));
  });

  it('finds prescribed eigenvalues under an ill-conditioned similarity', () => {
    const n = 24;
    const x = withSpectrum(geometric(1, 100, n), 6, 7);
    const values = Float64Array.from({ length: n }, (_, i) => i - 5);
    const b = matmul(x, diagonal(values));
    // X Λ X⁻¹ = ((XXᵀ)⁻¹ X)(X Λ)ᵀ, transposed
    const inverse = cholesky(symmetrized(matmul(x, transpose(x)))).solve(x);
    const found = eigen(matmul(inverse, transpose(b)));
    expect(maxDifference(sorted(found.real), sorted(values))).toBeLessThan(1e-11);
  });

  it('treats the hard cases: companion, Grcar, Frank, defective, graded, zero, order 0', () => {
    const roots = eigen(companionOfRoots([1, 2, 3, 4, 5, 6, 7, 8]));
    // condition of the roots of this polynomial: measured 3e-10
    expect(maxDifference(sorted(roots.real), [1, 2, 3, 4, 5, 6, 7, 8])).toBeLessThan(1e-8);
    for (const a of [grcar(60), frank(12), companionOfRoots([1, 1, 1]), matrix(3, 3, [1, 1, 0, 0, 1, 1, 0, 0, 1])]) {
      expect(residual(a, eigen(a))).toBeLessThan(1e-13 * a.rows * norm(a.data));
    }
    // eigenvalues of Frank's matrix come in reciprocal pairs
    const values = sorted(eigen(frank(9)).real);
    // measured 3e-9: the least, 0.0008, has condition 1e6
    values.forEach((x, i) => expect(Math.abs(x * values[values.length - 1 - i]! - 1)).toBeLessThan(1e-7));
    const graded = matrix(3, 3, [1, 1e-8, 1e-16, 1e8, 3, 1e-8, 1e16, 1e8, 5]);
    const similar = eigen(matrix(3, 3, [1, 1, 1, 1, 3, 1, 1, 1, 5]));
    expect(maxDifference(sorted(eigen(graded).real), sorted(similar.real))).toBeLessThan(1e-13);
    expect(Array.from(eigen(matrix(4, 4)).real)).toEqual([0, 0, 0, 0]);
    expect(eigen(matrix(0, 0)).real.length).toBe(0);
    for (const scale of [1e-300, 1e300]) {
      const a = randomMatrix(6, 6, 8);
      expect(maxDifference(sorted(eigen(matrix(6, 6, a.data.map((x) => x * scale))).real.map((x) => x / scale)), sorted(eigen(a).real))).toBeLessThan(1e-13);
    }
    expect(() => eigen(matrix(2, 3))).toThrow('eigen: a must be square, got 2×3');
  });
});

describe('generalizedSymmetricEigen', () => {
  it.each([1, 2, 31, 33, 80])('finds B-orthonormal eigenpairs of order %i', (n) => {
    const a = symmetrized(randomMatrix(n, n, n));
    const b = withSpectrum(geometric(1, 100, n), n + 1);
    const { values, vectors } = generalizedSymmetricEigen(a, b);
    const bv = matmul(b, vectors);
    const residual = matmul(a, vectors).data.map((x, k) => x - values[k % n]! * bv.data[k]!);
    expect(norm(residual)).toBeLessThan(1e-12 * n);
    expect(relativeError(matmul(transpose(vectors), bv), identity(n))).toBeLessThan(1e-12);
    expect(maxDifference(generalizedSymmetricEigen(a, b, { vectors: false }).values, values)).toBeLessThan(1e-12);
  });

  it('is the plain problem with B = I, and names what is wrong', () => {
    const a = symmetrized(randomMatrix(12, 12, 9));
    expect(maxDifference(generalizedSymmetricEigen(a, identity(12)).values, symmetricEigen(a).values)).toBeLessThan(1e-14);
    expect(() => generalizedSymmetricEigen(a, diagonal([1, 1, 1, 1, 1, -1, 1, 1, 1, 1, 1, 1]))).toThrow('b must be positive definite, but the pivot of row 5 is not positive');
    expect(() => generalizedSymmetricEigen(a, identity(3))).toThrow('generalizedSymmetricEigen: b must be 12×12 as a, got 3×3');
    expect(generalizedSymmetricEigen(matrix(0, 0), matrix(0, 0)).values.length).toBe(0);
  });
});
