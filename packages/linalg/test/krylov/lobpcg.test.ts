import { describe, expect, it } from 'vitest';
import {
  cholesky, denseOperator, diagonalOperator, type LinearOperator, lobpcg, matmul, matrix, symmetricEigen, transpose,
} from '../../src/index.js';
import { columnOf, counted, geometric, gramError, later, maxDifference, residualsOf, withSpectrum } from '../helpers.js';

const laplacian = (n: number): LinearOperator => ({
  shape: [n, n],
  dtype: 'float64',
  structure: { positiveDefinite: true },
  apply: (v) => v.map((x, i) => 2 * x - (v[i - 1] ?? 0) - (v[i + 1] ?? 0)),
});

describe('lobpcg', () => {
  it.each(['SA', 'LA'] as const)('finds the end %s of a spectrum, with true residuals', async (which) => {
    const values = geometric(0.1, 100, 120);
    const a = denseOperator(withSpectrum(values, 1), { symmetric: true });
    const result = await lobpcg(a, { k: 5, which, tolerance: 1e-10, seed: 2, maxIterations: 20_000 });
    expect(result.converged).toBe(true);
    expect(maxDifference(result.values, which === 'SA' ? values.slice(0, 5) : values.slice(-5).reverse())).toBeLessThan(1e-9);
    expect(gramError(result.vectors)).toBeLessThan(1e-13);
    expect(maxDifference(await residualsOf(a, result.values, result.vectors), result.residuals)).toBeLessThan(1e-11);
    expect(result.residual).toBeLessThanOrEqual(1e-8 * 1.001);
    expect(result.asymmetry).toBeLessThan(1e-12);
  });

  it('finds multiple eigenvalues, all copies', async () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i < 4 ? 1 : 2 + i));
    const result = await lobpcg(diagonalOperator(values), { k: 5, tolerance: 1e-10 });
    expect(maxDifference(result.values, [1, 1, 1, 1, 6])).toBeLessThan(1e-9);
    expect(gramError(result.vectors)).toBeLessThan(1e-13);
  });

  it('takes a preconditioner and needs far fewer products with it', async () => {
    const n = 400;
    const a = laplacian(n);
    const dense = matrix(n, n);
    for (let j = 0; j < n; j++) dense.data.set((await a.apply(Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0)))) as Float64Array, j * n);
    const factored = cholesky(dense);
    const inverse: LinearOperator = { shape: [n, n], dtype: 'float64', structure: { positiveDefinite: true }, apply: (v) => factored.solve(v) };
    const [plain, helped] = [counted(a), counted(a)];
    const first = await lobpcg(plain, { k: 3, tolerance: 1e-9, maxIterations: 100_000 });
    const second = await lobpcg(helped, { k: 3, tolerance: 1e-9, preconditioner: inverse });
    const exact = [1, 2, 3].map((j) => 2 - 2 * Math.cos((j * Math.PI) / (n + 1)));
    expect([first.converged, second.converged]).toEqual([true, true]);
    expect(maxDifference(first.values, exact)).toBeLessThan(1e-9);
    expect(maxDifference(second.values, exact)).toBeLessThan(1e-11);
    expect(helped.calls()).toBeLessThan(plain.calls() / 5);
    expect(second.iterations).toBe(helped.calls());
  });

  it('solves A v = λ B v', async () => {
    const n = 60;
    const a = withSpectrum(geometric(1, 50, n), 3);
    const b = withSpectrum(geometric(0.5, 5, n), 4);
    const L = cholesky(b);
    // L⁻¹ A L⁻ᵀ by an independent route
    const reference = symmetricEigen(
      (() => {
        const inverse = matrix(n, n);
        for (let j = 0; j < n; j++) {
          const x = Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0));
          for (let i = 0; i < n; i++) {
            let s = x[i]!;
            for (let t = 0; t < i; t++) s -= L.L.data[i * n + t]! * inverse.data[t * n + j]!;
            inverse.data[i * n + j] = s / L.L.data[i * n + i]!;
          }
        }
        return matmul(matmul(inverse, a), transpose(inverse));
      })(),
    ).values;
    const result = await lobpcg(denseOperator(a), { k: 4, b: denseOperator(b), tolerance: 1e-10, maxIterations: 10_000 });
    expect(result.converged).toBe(true);
    expect(maxDifference(result.values, reference.slice(0, 4))).toBeLessThan(1e-10);
    const bv = await Promise.all(result.vectors.map((v) => denseOperator(b).apply(v)));
    result.vectors.forEach((u, i) => bv.forEach((w, j) => expect(Math.abs(u.reduce((s, x, t) => s + x * w[t]!, 0) - (i === j ? 1 : 0))).toBeLessThan(1e-12)));
  });

  it('keeps to the complement of constraints, starts where told', async () => {
    const a = withSpectrum(geometric(1, 100, 50), 5);
    const { values, vectors } = symmetricEigen(a);
    const known = [0, 1, 2].map((j) => columnOf(vectors, j));
    const result = await lobpcg(denseOperator(a), { k: 2, constraints: known, tolerance: 1e-11, maxIterations: 10_000 });
    expect(maxDifference(result.values, values.slice(3, 5))).toBeLessThan(1e-10);
    expect(gramError([...known, ...result.vectors])).toBeLessThan(1e-8);
    const warm = await lobpcg(denseOperator(a), { k: 3, start: known, tolerance: 1e-8, blockSize: 3 });
    expect(warm.iterations).toBeLessThanOrEqual(9);
  });

  it.each([1, 2, 3, 7])('takes dimension %i with all pairs wanted', async (n) => {
    const a = withSpectrum(geometric(1, 10, n), n);
    const result = await lobpcg(later(denseOperator(a)), { k: n });
    expect(result.converged).toBe(true);
    expect(maxDifference(result.values, geometric(1, 10, n))).toBeLessThan(1e-12);
  });

  it('says when it has not converged, obeys the signal, is reproducible', async () => {
    const a = laplacian(500);
    const short = await lobpcg(a, { k: 3, maxIterations: 30 });
    expect([short.converged, short.iterations <= 30]).toEqual([false, true]);
    expect(short.residual).toBeGreaterThan(1e-8);
    await expect(lobpcg(a, { k: 3, signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    expect((await lobpcg(a, { k: 2, maxIterations: 50, seed: 4 })).values).toEqual((await lobpcg(a, { k: 2, maxIterations: 50, seed: 4 })).values);
    const zero = await lobpcg(diagonalOperator(new Float64Array(9)), { k: 2 });
    expect([zero.converged, Array.from(zero.values)]).toEqual([true, [0, 0]]);
  });

  it('refuses wrong arguments', async () => {
    const a = laplacian(5);
    await expect(lobpcg(a, { k: 6 })).rejects.toThrow('lobpcg: k must be at most 5, the dimension without constraints, got 6');
    await expect(lobpcg(a, { k: 1, which: 'LM' as 'SA' })).rejects.toThrow('which must be SA or LA');
    await expect(lobpcg(a, { k: 2, b: diagonalOperator(Float64Array.of(1, 1, -1, 1, 1)) })).rejects.toThrow('b must be positive definite');
    await expect(lobpcg(a, { k: 1, preconditioner: laplacian(4) })).rejects.toThrow('preconditioner must have shape [5, 5]');
  });
});
