import { describe, expect, it } from 'vitest';
import {
  bicgstab, chebyshevIteration, conjugateGradient, denseOperator, diagonalOperator, flexibleGmres, gmres, type LinearOperator, lsmr, lsqr, lu, matmul,
  type Matrix, matrix, matvec, randomStream, svd, symmetricEigen, transpose, transposeOperator,
} from '../../src/index.js';
import { columnOf, counted, geometric, identity, later, maxDifference, norm, randomMatrix, withSpectrum } from '../helpers.js';

const n = 70;
const b = randomStream(1).vector(n);
/** Singular values 1 … condition, and eigenvalues away from 0. */
const general = withSpectrum(geometric(1, 20, n), 2);
randomMatrix(n, n, 3).data.forEach((x, k) => (general.data[k]! += 0.08 * x));
const residualOf = (a: Matrix, x: Float64Array, right: Float64Array = b): number => norm(matvec(a, x).map((y, i) => right[i]! - y));

describe.each([
  ['gmres', gmres],
  ['flexibleGmres', flexibleGmres],
  ['bicgstab', bicgstab],
])('%s', (name, solve) => {
  it('solves to tolerance with the residual it claims', async () => {
    const result = await solve(denseOperator(general), b, { tolerance: 1e-11, maxIterations: 5000 });
    expect(result.status).toBe('converged');
    expect(result.residual).toBeLessThanOrEqual(1e-11 * norm(b));
    expect(Math.abs(residualOf(general, result.x) - result.residual)).toBeLessThan(1e-13);
    expect(maxDifference(result.x, lu(general).solve(b))).toBeLessThan(1e-9);
  });

  it('goes faster with a preconditioner, to the same solution', async () => {
    const d = geometric(1, 1e5, n);
    const a = matrix(n, n, randomMatrix(n, n, 4).data.map((x, k) => (k % (n + 1) === 0 ? d[k % n]! : 0.02 * x * d[Math.floor(k / n)]!)));
    const plain = counted(denseOperator(a));
    const helped = counted(denseOperator(a));
    await solve(plain, b, { maxIterations: 2000 });
    const result = await solve(helped, b, { preconditioner: diagonalOperator(d.map((x) => 1 / x)) });
    expect(result.converged).toBe(true);
    expect(helped.calls()).toBeLessThan(plain.calls() / 2);
    expect(result.iterations).toBe(helped.calls());
    expect(maxDifference(result.x, lu(a).solve(b))).toBeLessThan(1e-8);
  });

  it('starts from x0, takes a zero right side and operators that answer later', async () => {
    const exact = lu(general).solve(b);
    expect((await solve(denseOperator(general), b, { x0: exact })).iterations).toBe(1);
    expect((await solve(denseOperator(general), new Float64Array(n))).x.every((x) => x === 0)).toBe(true);
    expect((await solve(later(denseOperator(general)), b)).converged).toBe(true);
    const empty = await solve(denseOperator(matrix(0, 0)), new Float64Array(0));
    expect([empty.converged, empty.x.length]).toEqual([true, 0]);
  });

  it('says that it did not converge', async () => {
    expect((await solve(denseOperator(general), b, { maxIterations: 6 })).status).toBe('max-iterations');
    // singular, and b not in its range
    const singular = denseOperator(matrix(3, 3, [1, 0, 0, 0, 2, 0, 0, 0, 0]));
    const result = await solve(singular, new Float64Array([1, 1, 1]));
    expect(result.converged).toBe(false);
    expect(['breakdown', 'stagnation']).toContain(result.status);
    expect(Number.isFinite(result.residual)).toBe(true);
    await expect(solve(denseOperator(general), b, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
  });

  it('refuses wrong arguments', async () => {
    await expect(solve(denseOperator(matrix(2, 3)), b)).rejects.toThrow(`${name}: operator must be square, got shape [2, 3]`);
    await expect(solve(denseOperator(general), b.slice(1))).rejects.toThrow(`${name}: b must have ${n} elements`);
    await expect(solve({ shape: [2, 2], dtype: 'float64', apply: () => Float64Array.of(NaN, 1) }, new Float64Array([1, 1]))).rejects.toThrow(
      `${name}: operator returned NaN at element 0 in iteration 1`,
    );
  });
});

describe('gmres', () => {
  it('ends with the degree of the minimal polynomial, and one product to check', async () => {
    const a = withSpectrum(Float64Array.from({ length: n }, (_, i) => [1, -2, 5][i % 3]!), 5);
    expect((await gmres(denseOperator(a), b)).iterations).toBe(4);
  });

  it('needs all n products for a cyclic shift, and stagnates when restarted before', async () => {
    const shift: LinearOperator = { shape: [20, 20], dtype: 'float64', apply: (v) => v.map((_, i) => v[(i + 1) % 20]!) };
    const e = new Float64Array(20);
    e[0] = 1;
    const full = await gmres(shift, e, { restart: 20 });
    expect([full.converged, full.iterations]).toEqual([true, 21]);
    expect((await gmres(shift, e, { restart: 10 })).status).toBe('stagnation');
  });

  it('solves a singular system whose right side is in the range', async () => {
    const result = await gmres(denseOperator(matrix(3, 3, [1, 0, 0, 0, 2, 0, 0, 0, 0])), new Float64Array([1, 1, 0]));
    expect([result.converged, Array.from(result.x)]).toEqual([true, [1, 0.5, 0].map((x) => expect.closeTo(x, 12) as unknown as number)]);
  });

  it('takes another preconditioner at each step when flexible', async () => {
    let calls = 0;
    const inner: LinearOperator = {
      shape: [n, n],
      dtype: 'float64',
      apply: async (v) => (await gmres(denseOperator(general), v, { tolerance: 0.3 / (1 + (calls++ % 3)), restart: 8 })).x,
    };
    const result = await flexibleGmres(denseOperator(general), b, { preconditioner: inner, tolerance: 1e-11 });
    expect(result.converged).toBe(true);
    expect(result.iterations).toBeLessThan(30);
    expect(residualOf(general, result.x)).toBeLessThanOrEqual(1.0001e-11 * norm(b));
  });
});

describe.each([
  ['lsqr', lsqr],
  ['lsmr', lsmr],
])('%s', (name, solve) => {
  it.each([[60, 40], [40, 40], [40, 60]])('solves %i×%i least-squares problems', async (rows, columns) => {
    const a = randomMatrix(rows, columns, rows + columns);
    if (rows === columns) a.data.forEach((_, k) => (a.data[k]! += k % (rows + 1) === 0 ? 10 : 0));
    const right = randomStream(6).vector(rows);
    const result = await solve(denseOperator(a), right, { tolerance: 1e-13, maxIterations: 2000 });
    const exact = svd(a).solve(right);
    expect(result.converged).toBe(true);
    expect(result.status).toBe(rows > columns ? 'least-squares' : 'converged');
    expect(maxDifference(result.x, exact)).toBeLessThan(1e-9);
    expect(Math.abs(result.residual - residualOf(a, exact, right))).toBeLessThan(1e-9);
    const r = matvec(a, result.x).map((y, i) => right[i]! - y);
    expect(Math.abs(result.normalResidual - norm(matvec(transpose(a), r)))).toBeLessThan(1e-9);
    expect(result.normEstimate).toBeLessThan(2 * norm(a.data) + 10);
  });

  it('finds the solution of least norm where rank is deficient', async () => {
    const a = matmul(randomMatrix(50, 10, 7), randomMatrix(10, 30, 8));
    const right = randomStream(9).vector(50);
    const result = await solve(denseOperator(a), right, { tolerance: 1e-12 });
    expect(result.status).toBe('least-squares');
    expect(maxDifference(result.x, svd(a).solve(right, 1e-12))).toBeLessThan(1e-9);
  });

  it('damps', async () => {
    const a = randomMatrix(50, 30, 10);
    const right = randomStream(11).vector(50);
    const damping = 3;
    const stacked = matrix(80, 30, [...a.data, ...identity(30).data.map((x) => x * damping)]);
    const exact = svd(stacked).solve(Float64Array.from({ length: 80 }, (_, i) => right[i] ?? 0));
    const result = await solve(denseOperator(a), right, { damping, tolerance: 1e-13 });
    expect(maxDifference(result.x, exact)).toBeLessThan(1e-10);
    const all = matvec(stacked, exact).map((y, i) => (right[i] ?? 0) - y);
    expect(Math.abs(result.residual - norm(all))).toBeLessThan(1e-8);
  });

  it('estimates the condition and stops at the limit', async () => {
    const a = withSpectrum(geometric(1e-5, 1, 40).reverse(), 12, 13);
    const loose = await solve(denseOperator(a), b.slice(0, 40), { tolerance: 1e-14, maxIterations: 1000 });
    expect(loose.conditionEstimate).toBeGreaterThan(1e3);
    expect((await solve(denseOperator(a), b.slice(0, 40), { tolerance: 1e-14, conditionLimit: 100, maxIterations: 1000 })).status).toBe('ill-conditioned');
    expect((await solve(denseOperator(a), b.slice(0, 40), { tolerance: 1e-14, maxIterations: 5 })).status).toBe('max-iterations');
  });

  it('takes zeros and nothing, refuses what does not fit', async () => {
    const a = denseOperator(randomMatrix(5, 3, 14));
    expect((await solve(a, new Float64Array(5))).status).toBe('converged');
    expect((await solve(denseOperator(matrix(5, 3)), b.slice(0, 5))).status).toBe('least-squares');
    expect((await solve(denseOperator(matrix(0, 3)), new Float64Array(0))).x.length).toBe(3);
    await expect(solve(a, new Float64Array(3))).rejects.toThrow(`${name}: b must have 5 elements, got 3`);
    await expect(solve({ shape: [5, 3], dtype: 'float64', apply: () => new Float64Array(5) }, new Float64Array(5))).rejects.toThrow('must have applyTranspose');
    await expect(solve(a, new Float64Array(5), { damping: -1 })).rejects.toThrow('damping must be a finite number of at least 0');
  });
});

describe('chebyshevIteration', () => {
  const spd = withSpectrum(geometric(1, 50, n), 15);
  it('converges at the rate that the interval promises', async () => {
    const result = await chebyshevIteration(denseOperator(spd), b, { interval: [1, 50], tolerance: 1e-10 });
    expect(result.status).toBe('converged');
    expect(Math.abs(residualOf(spd, result.x) - result.residual)).toBeLessThan(1e-12);
    // 2 ((√κ − 1) / (√κ + 1))^k in the energy norm
    const rate = (Math.sqrt(50) - 1) / (Math.sqrt(50) + 1);
    expect(result.iterations).toBeLessThan(Math.log(1e-10 / 2 / Math.sqrt(50)) / Math.log(rate) + 3);
    expect(maxDifference(result.x, lu(spd).solve(b))).toBeLessThan(1e-9);
  });

  it('takes a preconditioner and an interval of one point', async () => {
    const d = geometric(1, 1e4, n);
    const result = await chebyshevIteration(diagonalOperator(d), b, { interval: [1, 1], preconditioner: diagonalOperator(d.map((x) => 1 / x)) });
    expect([result.converged, result.iterations <= 3]).toEqual([true, true]);
  });

  it('says that an eigenvalue lies outside, or that it ran out', async () => {
    expect((await chebyshevIteration(denseOperator(spd), b, { interval: [1, 20] })).status).toBe('diverged');
    expect((await chebyshevIteration(denseOperator(spd), b, { interval: [1, 50], maxIterations: 5 })).status).toBe('max-iterations');
    await expect(chebyshevIteration(denseOperator(spd), b, { interval: [0, 1] })).rejects.toThrow('interval must be [a, b] with 0 < a ≤ b, got [0, 1]');
  });
});

describe('conjugateGradient with deflation', () => {
  it('takes the given directions out of the condition', async () => {
    const values = Float64Array.from({ length: n }, (_, i) => (i < 5 ? 1e-4 * (i + 1) : 1 + i / 10));
    const a = withSpectrum(values, 16);
    const { vectors } = symmetricEigen(a);
    const deflation = [0, 1, 2, 3, 4].map((j) => columnOf(vectors, j));
    const plain = await conjugateGradient(denseOperator(a), b, { maxIterations: 5000 });
    const helped = await conjugateGradient(denseOperator(a), b, { deflation });
    expect([plain.converged, helped.converged]).toEqual([true, true]);
    expect(helped.iterations).toBeLessThan(plain.iterations * 0.75);
    expect(residualOf(a, helped.x)).toBeLessThanOrEqual(1.01e-10 * norm(b));
    // any independent vectors do, and with a preconditioner
    const rough = deflation.map((v, j) => v.map((x, i) => x + 1e-6 * Math.sin(i * (j + 1))));
    const both = await conjugateGradient(denseOperator(a), b, { deflation: rough, preconditioner: diagonalOperator(values.map(() => 0.5)) });
    expect(both.converged).toBe(true);
    expect(both.iterations).toBeLessThan(plain.iterations * 0.75);
  });

  it('refuses dependent vectors and wrong lengths', async () => {
    const a = denseOperator(withSpectrum(geometric(1, 2, n), 17));
    await expect(conjugateGradient(a, b, { deflation: [b, b] })).rejects.toThrow('deflation must be linearly independent');
    await expect(conjugateGradient(a, b, { deflation: [b.slice(1)] })).rejects.toThrow(`deflation[0] must have ${n} elements`);
    expect((await conjugateGradient(a, b, { deflation: [] })).converged).toBe(true);
  });
});

describe('transposeOperator', () => {
  it('turns an operator around', async () => {
    const a = randomMatrix(4, 3, 18);
    const t = transposeOperator(denseOperator(a));
    const u = randomStream(1).vector(4);
    expect(maxDifference(await t.apply(u), matvec(transpose(a), u))).toBeLessThan(1e-15);
    expect(t.shape).toEqual([3, 4]);
    const d = diagonalOperator(u);
    expect(transposeOperator(d)).toBe(d);
    expect(() => transposeOperator({ shape: [1, 1], dtype: 'float64', apply: (v) => v })).toThrow('transposeOperator: operator must have applyTranspose');
  });
});
