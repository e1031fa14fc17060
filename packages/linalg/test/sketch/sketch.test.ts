import { describe, expect, it } from 'vitest';
import {
  conjugateGradient, countSketch, denseOperator, gaussianSketch, hadamardSketch, matmul, type Matrix, matrix, nystrom, operatorCheck, randomizedRangeFinder,
  randomizedSVD, randomStream, shiftOperator, sketchMatrix, sparseSignSketch, svd, toDense, transpose,
} from '../../src/index.js';
import { diagonal, geometric, maxDifference, norm, orthogonalityError, randomMatrix, randomOrthogonal, relativeError, withSpectrum } from '../helpers.js';

const sketches = [
  ['gaussianSketch', gaussianSketch],
  ['countSketch', countSketch],
  ['sparseSignSketch', sparseSignSketch],
  ['hadamardSketch', hadamardSketch],
] as const;

describe.each(sketches)('%s', (name, make) => {
  it('is linear with its transpose, and reproducible', async () => {
    const sketch = make(12, 37, { seed: 3 });
    expect(sketch.shape).toEqual([12, 37]);
    expect((await operatorCheck(sketch)).failures).toEqual([]);
    const v = randomStream(1).vector(37);
    expect(make(12, 37, { seed: 3 }).apply(v)).toEqual(sketch.apply(v));
    expect(make(12, 37, { seed: 4 }).apply(v)).not.toEqual(sketch.apply(v));
  });

  it('keeps squared norms in the mean', () => {
    const x = randomStream(2).vector(64);
    const trials = 400;
    let [sum, squares] = [0, 0];
    for (let seed = 0; seed < trials; seed++) {
      const ratio = (norm(make(16, 64, { seed }).apply(x)) / norm(x)) ** 2;
      sum += ratio;
      squares += ratio * ratio;
    }
    const mean = sum / trials;
    const error = Math.sqrt((squares / trials - mean * mean) / trials);
    expect(error).toBeLessThan(0.03);
    expect(Math.abs(mean - 1)).toBeLessThan(4 * error);
  });

  it('embeds a subspace: singular values of S Q stay near 1', () => {
    const Q = matrix(512, 5, randomOrthogonalColumns(512, 5).data);
    const { values } = svd(sketchMatrix(make(200, 512, { seed: 5 }), Q));
    expect(values[0]!).toBeLessThan(1.5);
    expect(values[4]!).toBeGreaterThan(0.5);
  });

  it('refuses wrong sizes', () => {
    expect(() => make(0, 5)).toThrow(`${name}: s must be an integer of at least 1, got 0`);
    expect(() => make(3, 5).apply(new Float64Array(4))).toThrow('must have 5 elements, got 4');
    expect(() => sketchMatrix(make(3, 5), matrix(4, 1))).toThrow('sketchMatrix: a must have 5 rows, got 4');
  });
});

const randomOrthogonalColumns = (n: number, k: number): Matrix => {
  const { U } = svd(randomMatrix(n, k, 6));
  return U;
};

describe('sketches', () => {
  it('have the entries that their names promise', async () => {
    const count = await toDense(countSketch(6, 20));
    for (let j = 0; j < 20; j++) expect([0, 1, 2, 3, 4, 5].map((i) => Math.abs(count.data[i * 20 + j]!)).sort()).toEqual([0, 0, 0, 0, 0, 1]);
    const sparse = await toDense(sparseSignSketch(6, 20, { nonzeros: 4 }));
    for (let j = 0; j < 20; j++) expect([0, 1, 2, 3, 4, 5].map((i) => Math.abs(sparse.data[i * 20 + j]!)).sort()).toEqual([0, 0, 0.5, 0.5, 0.5, 0.5]);
    // all rows drawn: orthogonal
    const whole = await toDense(hadamardSketch(16, 16));
    expect(orthogonalityError(whole)).toBeLessThan(1e-14);
    expect(() => hadamardSketch(17, 16)).toThrow('s must be at most 16');
    expect(() => sparseSignSketch(3, 5, { nonzeros: 4 })).toThrow('nonzeros must be at most s = 3, got 4');
  });
});

describe('randomizedRangeFinder, randomizedSVD', () => {
  const [m, n, r] = [80, 60, 8];
  const values = Float64Array.from({ length: n }, (_, j) => 0.6 ** j);
  const a = matmul(matmul(randomOrthogonalColumns(m, n), diagonal(values)), transpose(randomOrthogonal(n, 7)));
  const residualOf = (Q: Matrix): number => {
    const rest = matmul(Q, matmul(transpose(Q), a));
    return svd(matrix(m, n, a.data.map((x, k) => x - rest.data[k]!))).values[0]!;
  };

  it('find the range with an error near the best, and bound it', async () => {
    for (const powerIterations of [0, 1, 2]) {
      const { Q, errorBound, iterations } = await randomizedRangeFinder(denseOperator(a), { rank: r, oversampling: 4, powerIterations });
      expect(Q.columns).toBe(12);
      expect(orthogonalityError(Q)).toBeLessThan(1e-14 * 12);
      const error = residualOf(Q);
      expect(error).toBeLessThan((powerIterations === 0 ? 20 : 3) * values[12]!);
      expect(errorBound).toBeGreaterThan(error);
      expect(iterations).toBe(12 * (1 + 2 * powerIterations) + 5);
    }
  });

  it('find the leading singular triplets, with true residuals', async () => {
    const found = await randomizedSVD(denseOperator(a), { rank: r, powerIterations: 3 });
    expect(maxDifference(found.values, values.slice(0, r))).toBeLessThan(1e-6);
    expect(orthogonalityError(found.U)).toBeLessThan(1e-13);
    expect(orthogonalityError(found.V)).toBeLessThan(1e-13);
    found.residuals.forEach((residual, j) => {
      let sum = 0;
      for (let i = 0; i < m; i++) {
        let av = 0;
        for (let k = 0; k < n; k++) av += a.data[i * n + k]! * found.V.data[k * r + j]!;
        sum += (av - found.values[j]! * found.U.data[i * r + j]!) ** 2;
      }
      expect(Math.abs(Math.sqrt(sum) - residual)).toBeLessThan(1e-13);
      expect(Math.abs(found.values[j]! - values[j]!)).toBeLessThan(residual + 1e-14);
    });
    // an exact low rank is found exactly
    const low = matmul(randomMatrix(50, 6, 8), randomMatrix(6, 40, 9));
    const exact = await randomizedSVD(denseOperator(low), { rank: 6, powerIterations: 0 });
    expect(relativeError(matmul(matmul(exact.U, diagonal(exact.values)), transpose(exact.V)), low)).toBeLessThan(1e-13);
    await expect(randomizedSVD(denseOperator(a), { rank: 0 })).rejects.toThrow('randomizedSVD: rank must be an integer of at least 1, got 0');
    expect((await randomizedSVD(denseOperator(matrix(3, 2)), { rank: 5 })).values.length).toBe(2);
  });
});

describe('nystrom', () => {
  it('approximates from below, exactly at its own rank', async () => {
    const values = Float64Array.from({ length: 60 }, (_, j) => 0.7 ** j).reverse();
    const a = withSpectrum(values, 10);
    const approximation = await nystrom(denseOperator(a, { positiveSemidefinite: true }), { rank: 20 });
    expect(approximation.iterations).toBe(20);
    expect(orthogonalityError(approximation.U)).toBeLessThan(1e-13);
    const dense = await toDense(approximation.operator());
    const rest = matrix(60, 60, a.data.map((x, k) => x - dense.data[k]!));
    expect(svd(rest).values[0]!).toBeLessThan(60 * 0.7 ** 20);
    const half = randomMatrix(40, 5, 11);
    const low = matmul(half, transpose(half));
    const exact = await nystrom(denseOperator(low), { rank: 8 });
    expect(relativeError(await toDense(exact.operator()), low)).toBeLessThan(1e-12);
    expect((await nystrom(denseOperator(matrix(5, 5)), { rank: 2 })).values).toEqual(new Float64Array(2));
  });

  it('preconditions damped systems', async () => {
    const a = withSpectrum(geometric(1e-6, 1e3, 150), 12);
    const mu = 1e-3;
    const operator = shiftOperator(denseOperator(a, { positiveSemidefinite: true }), mu);
    const b = randomStream(13).vector(150);
    const preconditioner = (await nystrom(denseOperator(a), { rank: 80 })).preconditioner(mu);
    const plain = await conjugateGradient(operator, b, { maxIterations: 5000 });
    const helped = await conjugateGradient(operator, b, { preconditioner });
    expect(helped.converged).toBe(true);
    expect(helped.iterations).toBeLessThan(plain.iterations / 4);
  });

  it('refuses what is not positive semidefinite', async () => {
    await expect(nystrom(denseOperator(diagonal([1, -1, 2])), { rank: 3 })).rejects.toThrow('operator must be positive semidefinite');
    await expect(nystrom(denseOperator(diagonal([1, 1])), { rank: 3 })).rejects.toThrow('nystrom: rank must be at most the dimension 2, got 3');
    const { preconditioner } = await nystrom(denseOperator(diagonal([1, 1])), { rank: 1 });
    expect(() => preconditioner(0)).toThrow('mu must be positive, got 0');
  });
});
