import { describe, expect, it } from 'vitest';
import {
  bures, eigen, lyapunov, matmul, type Matrix, matrix, matrixExp, matrixLog, matrixSqrt, newtonSchulz, sylvester, symmetricEigen, symmetricExp,
  symmetricFunction, symmetricInverseSqrt, symmetricLog, symmetricSqrt, transpose,
} from '../../src/index.js';
import { diagonal, geometric, identity, maxDifference, norm, randomMatrix, relativeError, symmetrized, withSpectrum } from '../helpers.js';

const plus = (a: Matrix, b: Matrix, c = 1): Matrix => matrix(a.rows, a.columns, a.data.map((x, k) => x + c * b.data[k]!));
const times = (a: Matrix, c: number): Matrix => matrix(a.rows, a.columns, a.data.map((x) => x * c));
/** Eigenvalues with positive real parts, not normal. */
const stable = (n: number, seed: number): Matrix => plus(times(randomMatrix(n, n, seed), 0.5 / Math.sqrt(n)), identity(n), 1.2);

describe('functions of symmetric matrices', () => {
  it.each([1, 1e4, 1e8, 1e12])('have the prescribed spectrum, condition %f', (condition) => {
    const values = geometric(1, condition, 40);
    const a = withSpectrum(values, 1);
    const root = symmetricSqrt(a);
    expect(relativeError(matmul(root, root), a)).toBeLessThan(2e-14);
    const inverse = symmetricInverseSqrt(a);
    expect(relativeError(matmul(matmul(inverse, a), inverse), identity(40))).toBeLessThan(1e-14 * condition);
    expect(relativeError(symmetricExp(symmetricLog(a)), a)).toBeLessThan(1e-12);
    expect(relativeError(symmetricFunction(a, (x) => x * x), matmul(a, a))).toBeLessThan(1e-13);
  });

  it('take semidefinite roots, refuse what has none', () => {
    const half = randomMatrix(20, 5, 2);
    const low = symmetrized(matmul(half, transpose(half)));
    expect(relativeError(matmul(symmetricSqrt(low), symmetricSqrt(low)), low)).toBeLessThan(1e-13);
    expect(() => symmetricInverseSqrt(low)).toThrow('symmetricInverseSqrt: a must be positive definite to rounding, but has eigenvalue');
    expect(() => symmetricLog(matrix(2, 2))).toThrow('positive definite');
    expect(() => symmetricSqrt(diagonal([1, -1]))).toThrow('symmetricSqrt: a must be positive semidefinite, but has eigenvalue -1');
    expect(() => symmetricFunction(diagonal([1, 0]), (x) => 1 / x)).toThrow('must be finite at eigenvalues, got Infinity at 0');
    expect(symmetricSqrt(matrix(0, 0)).rows).toBe(0);
  });
});

describe('matrixExp', () => {
  it('knows closed forms', () => {
    for (const t of [1e-3, 0.1, 1, 3, 20, 300]) {
      const rotation = matrixExp(matrix(2, 2, [0, -t, t, 0]));
      expect(maxDifference(rotation.data, [Math.cos(t), -Math.sin(t), Math.sin(t), Math.cos(t)])).toBeLessThan(1e-13 * Math.max(1, t));
    }
    const nilpotent = matrixExp(matrix(3, 3, [0, 2, 3, 0, 0, 4, 0, 0, 0]));
    expect(maxDifference(nilpotent.data, [1, 2, 7, 0, 1, 4, 0, 0, 1])).toBeLessThan(1e-14);
    for (const scale of [1e-6, 0.01, 0.2, 0.8, 2, 5, 30]) {
      const a = times(symmetrized(randomMatrix(15, 15, 3)), scale / 8);
      expect(relativeError(matrixExp(a), symmetricExp(a))).toBeLessThan(1e-13);
    }
    expect(matrixExp(matrix(0, 0)).rows).toBe(0);
    expect(matrixExp(matrix(2, 2)).data).toEqual(Float64Array.of(1, 0, 0, 1));
    expect(() => matrixExp(diagonal([1e30]))).toThrow('matrixExp: a is too large');
  });

  it('turns sums of commuting matrices into products', () => {
    const a = randomMatrix(20, 20, 4);
    const b = matmul(a, a);
    expect(relativeError(matmul(matrixExp(a), matrixExp(times(b, 0.1))), matrixExp(plus(a, b, 0.1)))).toBeLessThan(1e-12);
  });
});

describe('matrixSqrt, matrixLog', () => {
  it.each([1, 2, 3, 10, 40])('are the inverses of square and exponential, order %i', (n) => {
    const a = stable(n, n);
    const root = matrixSqrt(a);
    expect(relativeError(matmul(root, root), a)).toBeLessThan(1e-13);
    expect(eigen(root).real.every((x) => x > 0)).toBe(true);
    expect(relativeError(matrixExp(matrixLog(a)), a)).toBeLessThan(1e-13);
    const spd = withSpectrum(geometric(0.1, 50, n), n);
    expect(relativeError(matrixLog(spd), symmetricLog(spd))).toBeLessThan(1e-13);
    expect(relativeError(matrixSqrt(spd), symmetricSqrt(spd))).toBeLessThan(1e-13);
  });

  it('are principal: a rotation by less than π', () => {
    for (const t of [0.1, 1, 3]) {
      const rotation = matrix(2, 2, [Math.cos(t), -Math.sin(t), Math.sin(t), Math.cos(t)]);
      expect(maxDifference(matrixLog(rotation).data, [0, -t, t, 0])).toBeLessThan(1e-13);
      expect(maxDifference(matrixSqrt(rotation).data, [Math.cos(t / 2), -Math.sin(t / 2), Math.sin(t / 2), Math.cos(t / 2)])).toBeLessThan(1e-14);
    }
    expect(() => matrixSqrt(diagonal([1, -2]))).toThrow('matrixSqrt: a must have no real eigenvalue that is not positive, got -2');
    expect(() => matrixLog(diagonal([1, 0]))).toThrow('matrixLog: a must have no real eigenvalue that is not positive, got 0');
    expect([matrixSqrt(matrix(0, 0)).rows, matrixLog(matrix(0, 0)).rows]).toEqual([0, 0]);
  });
});

describe('sylvester, lyapunov', () => {
  it.each([[1, 1], [2, 3], [10, 10], [30, 17], [0, 4]])('solve A X + X B = C, %i×%i', (m, n) => {
    const [a, b, c] = [stable(m, 1), stable(n, 2), randomMatrix(m, n, 3)];
    const x = sylvester(a, b, c);
    expect(relativeError(plus(matmul(a, x), matmul(x, b)), c)).toBeLessThan(1e-13);
  });

  it.each([1, 2, 5, 30])('solve A X + X Aᵀ = Q of order %i; X is symmetric where Q is', (n) => {
    const a = stable(n, 4);
    for (const q of [withSpectrum(geometric(1, 9, n), 5), randomMatrix(n, n, 6)]) {
      const x = lyapunov(a, q);
      expect(relativeError(plus(matmul(a, x), matmul(x, transpose(a))), q)).toBeLessThan(1e-13);
    }
    const x = lyapunov(a, withSpectrum(geometric(1, 9, n), 5));
    expect(relativeError(transpose(x), x)).toBe(0);
    expect(symmetricEigen(x).values[0]!).toBeGreaterThan(0);
  });

  it('name what has no solution, and what does not fit', () => {
    expect(() => sylvester(diagonal([1, 2]), diagonal([-2]), matrix(2, 1))).toThrow('sylvester: a and −b must have no common eigenvalue');
    expect(() => lyapunov(matrix(2, 2, [0, 1, -1, 0]), identity(2))).toThrow('lyapunov: no two eigenvalues of a may add up to 0');
    expect(() => sylvester(identity(2), identity(3), matrix(3, 2))).toThrow('sylvester: c must be 2×3, got 3×2');
    expect(() => lyapunov(identity(2), identity(3))).toThrow('lyapunov: q must be 2×2 as a, got 3×3');
  });
});

describe('newtonSchulz', () => {
  it.each([1, 10, 1e4])('finds both roots at condition %f', (condition) => {
    const a = withSpectrum(geometric(1, condition, 30), 7);
    const { sqrt, inverseSqrt, converged } = newtonSchulz(a);
    expect(converged).toBe(true);
    expect(relativeError(sqrt, symmetricSqrt(a))).toBeLessThan(1e-13 * Math.sqrt(condition));
    expect(relativeError(inverseSqrt, symmetricInverseSqrt(a))).toBeLessThan(1e-13 * condition);
  });

  it('says that it did not converge', () => {
    expect(newtonSchulz(diagonal([1, 0])).converged).toBe(false);
    expect(newtonSchulz(diagonal([1, -0.5])).converged).toBe(false);
    expect(newtonSchulz(withSpectrum(geometric(1, 1e4, 9), 1), { maxIterations: 3 }).iterations).toBe(3);
    expect(newtonSchulz(matrix(0, 0)).converged).toBe(true);
  });
});

describe('bures', () => {
  const trace = (a: Matrix): number => a.data.reduce((s, x, k) => s + (k % (a.rows + 1) === 0 ? x : 0), 0);
  it('agrees with the definition, and its map transports', () => {
    const a = withSpectrum(geometric(0.1, 10, 20), 8);
    const b = withSpectrum(geometric(0.5, 3, 20), 9);
    const { distance, fidelity, map } = bures(a, b);
    const root = symmetricSqrt(a);
    const cross = trace(symmetricSqrt(symmetrized(matmul(matmul(root, b), root))));
    expect(Math.abs(fidelity - cross)).toBeLessThan(1e-12);
    expect(Math.abs(distance ** 2 - (trace(a) + trace(b) - 2 * cross))).toBeLessThan(1e-12);
    expect(relativeError(matmul(matmul(map(), a), map()), b)).toBeLessThan(1e-12);
    expect(Math.abs(bures(b, a).distance - distance)).toBeLessThan(1e-13);
  });

  it('keeps the digits of small distances, takes singular matrices', () => {
    const values = geometric(1, 4, 10);
    // commuting: ‖√λ − √μ‖
    const near = values.map((x) => x * (1 + 1e-9) ** 2);
    expect(Math.abs(bures(diagonal(values), diagonal(near)).distance / (1e-9 * norm(values.map(Math.sqrt))) - 1)).toBeLessThan(1e-6);
    expect(bures(diagonal([1, 0]), diagonal([0, 4])).distance).toBeCloseTo(Math.sqrt(5), 14);
    expect(() => bures(diagonal([1, 0]), identity(2)).map()).toThrow('positive definite');
    expect(() => bures(identity(2), identity(3))).toThrow('bures: b must be 2×2 as a, got 3×3');
    expect(bures(matrix(0, 0), matrix(0, 0)).distance).toBe(0);
  });
});
