import { describe, expect, it } from 'vitest';
import {
  blockPowerIteration,
  denseOperator,
  diagonalOperator,
  type EigenResult,
  lanczosEigen,
  type LinearOperator,
  matmul,
  matrix,
  randomStream,
  transpose,
  type Which,
} from '../../src/index.js';
import {
  counted,
  geometric,
  gramError,
  later,
  maxDifference,
  randomOrthogonal,
  residualsOf,
  symmetrized,
  withSpectrum,
} from '../helpers.js';

const n = 200;
/** Decaying tails at both ends, as Hessians have: a few large, a bulk near 0, some negative. */
const spectrum = Float64Array.from({ length: n }, (_, i) => (i < 10 ? 100 / (i + 1) : i < 15 ? -30 / (i - 9) : 0.5 * Math.sin(i)));
const operator = denseOperator(withSpectrum(spectrum, 1), { symmetric: true });
const descending = [...spectrum].sort((x, y) => y - x);

const wanted: Record<Which, (k: number) => number[]> = {
  LA: (k) => descending.slice(0, k),
  SA: (k) => descending.slice(-k).reverse(),
  LM: (k) => [...spectrum].sort((x, y) => Math.abs(y) - Math.abs(x)).slice(0, k),
  BE: (k) => [...descending.slice(0, Math.ceil(k / 2)), ...descending.slice(n - Math.floor(k / 2))],
};

async function verify(result: EigenResult, expected: number[], tolerance: number, a: LinearOperator = operator): Promise<void> {
  expect(result.converged).toBe(true);
  expect(maxDifference(result.values, expected) / 100).toBeLessThan(tolerance);
  expect(gramError(result.vectors)).toBeLessThan(1e-13);
  const residuals = await residualsOf(a, result.values, result.vectors);
  residuals.forEach((r, j) => {
    expect(r).toBeLessThanOrEqual(tolerance * 100);
    expect(Math.abs(r - result.residuals[j]!)).toBeLessThan(1e-2 * result.residuals[j]! + 1e-12);
  });
  expect(result.residual).toBe(Math.max(...result.residuals));
}

describe('lanczosEigen', () => {
  it.each(['LA', 'SA', 'LM', 'BE'] as const)('finds %s pairs with honest residuals', async (which) => {
    for (const k of [1, 2, 5, 8])
      await verify(await lanczosEigen(operator, { k, which, tolerance: 1e-11, maxIterations: 3000 }), wanted[which](k), 1e-11);
  });

  it('needs few products, and counts them', async () => {
    const counting = counted(operator);
    const result = await lanczosEigen(counting, { k: 10, tolerance: 1e-8 });
    expect(result.iterations).toBe(counting.calls());
    expect(result.iterations).toBeLessThan(90);
    expect(result.asymmetry).toBeLessThan(1e-14);
  });

  it('restarts many times in a small basis without losing anything', async () => {
    const flat = denseOperator(
      withSpectrum(
        Float64Array.from({ length: n }, (_, i) => i),
        2,
      ),
    );
    const result = await lanczosEigen(flat, { k: 3, basisSize: 8, tolerance: 1e-10, maxIterations: 3000 });
    expect(result.iterations).toBeGreaterThan(100);
    expect(maxDifference(result.values, [199, 198, 197])).toBeLessThan(1e-10);
    expect(gramError(result.vectors)).toBeLessThan(1e-13);
    expect(result.residual).toBeLessThan(1e-10 * 199);
  });

  it('works in the smallest basis', async () => {
    const result = await lanczosEigen(operator, { k: 2, basisSize: 4, tolerance: 1e-9, maxIterations: 5000 });
    await verify(result, wanted.LA(2), 1e-9);
  });

  it('finds all pairs, also of order 1', async () => {
    const small = withSpectrum([5, 1, -3, 2, 2, 0], 3);
    const result = await lanczosEigen(denseOperator(small), { k: 6 });
    expect(maxDifference(result.values, [5, 2, 2, 1, 0, -3])).toBeLessThan(1e-13);
    expect(result.converged).toBe(true);
    expect(gramError(result.vectors)).toBeLessThan(1e-14);
    const one = await lanczosEigen(diagonalOperator(new Float64Array([-4])), { k: 1 });
    expect([one.values[0], Math.abs(one.vectors[0]![0]!), one.converged, one.iterations]).toEqual([-4, 1, true, 1]);
  });

  it('finds every copy of a multiple eigenvalue', async () => {
    const values = Float64Array.from({ length: 120 }, (_, i) => (i < 3 ? 10 : i < 5 ? 8 : i / 120));
    const result = await lanczosEigen(diagonalOperator(values), { k: 5 });
    expect(maxDifference(result.values, [10, 10, 10, 8, 8])).toBeLessThan(1e-12);
    expect(result.converged).toBe(true);
    expect(gramError(result.vectors)).toBeLessThan(1e-13);
    const residuals = await residualsOf(diagonalOperator(values), result.values, result.vectors);
    expect(maxDifference(residuals, result.residuals)).toBeLessThan(1e-12);
    // a large null space is the smallest end of a Gauss-Newton matrix
    const semidefinite = Float64Array.from({ length: 150 }, (_, i) => (i < 100 ? 0 : i - 90));
    const low = await lanczosEigen(diagonalOperator(semidefinite), { k: 4, which: 'SA' });
    expect(maxDifference(low.values, [0, 0, 0, 0])).toBeLessThan(1e-11);
  });

  it('needs the second look for them: one Krylov space holds one vector of each', async () => {
    const values = Float64Array.from({ length: 120 }, (_, i) => (i < 3 ? 10 : i < 5 ? 8 : i / 120));
    let missed = 0;
    for (const seed of [0, 1, 2, 3, 4, 5]) {
      const once = await lanczosEigen(diagonalOperator(values), { k: 3, seed, tolerance: 1e-6, recheck: 0 });
      expect(once.converged).toBe(true);
      if (once.values[2]! < 8.5) missed++;
      const twice = await lanczosEigen(diagonalOperator(values), { k: 3, seed, tolerance: 1e-6 });
      expect([twice.converged, Math.round(twice.values[2]!)]).toEqual([true, 10]);
      expect(maxDifference(await residualsOf(diagonalOperator(values), twice.values, twice.vectors), twice.residuals)).toBeLessThan(1e-14);
    }
    // rounding alone brings the others in now and then
    expect(missed).toBeGreaterThan(3);
  });

  it('works through breakdowns: low rank, zero, multiples of the identity, an eigenvector as start', async () => {
    const low = new Float64Array(60);
    low.set([4, -2, 7]);
    const found = await lanczosEigen(denseOperator(withSpectrum(low, 4)), { k: 4, which: 'LM' });
    expect(maxDifference(found.values, [7, 4, -2, 0])).toBeLessThan(1e-12);
    const zero = await lanczosEigen(diagonalOperator(new Float64Array(50)), { k: 3 });
    expect([zero.converged, zero.residual, ...zero.values]).toEqual([true, 0, 0, 0, 0]);
    const same = await lanczosEigen(diagonalOperator(new Float64Array(50).fill(-2)), { k: 3 });
    expect(maxDifference(same.values, [-2, -2, -2])).toBeLessThan(1e-14);
    expect(gramError(same.vectors)).toBeLessThan(1e-14);
    const values = Float64Array.from({ length: 50 }, (_, i) => i);
    const start = new Float64Array(50);
    start[10] = 2;
    expect(maxDifference((await lanczosEigen(diagonalOperator(values), { k: 3, start })).values, [49, 48, 47])).toBeLessThan(1e-12);
  });

  it('separates clusters', async () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i < 4 ? 1 + i * 1e-6 : 0.5 * (i / 100)));
    const result = await lanczosEigen(diagonalOperator(values), { k: 4, tolerance: 1e-12, maxIterations: 3000 });
    expect(maxDifference(result.values, [1.000003, 1.000002, 1.000001, 1])).toBeLessThan(1e-12);
    expect(result.converged).toBe(true);
  });

  it('does not depend on the basis or on scale', async () => {
    const a = withSpectrum(spectrum, 1);
    const q = randomOrthogonal(n, 5);
    const turned = denseOperator(symmetrized(matmul(matmul(transpose(q), a), q)));
    const options = { k: 4, tolerance: 1e-12 };
    const plain = await lanczosEigen(operator, options);
    expect(maxDifference((await lanczosEigen(turned, options)).values, plain.values)).toBeLessThan(1e-10);
    const scaled = await lanczosEigen(
      denseOperator(
        matrix(
          n,
          n,
          a.data.map((x) => x * 2 ** 40),
        ),
      ),
      options,
    );
    expect(scaled.values).toEqual(plain.values.map((x) => x * 2 ** 40));
  });

  it('repeats itself under a seed, with an operator that answers later too', async () => {
    const options = { k: 3, seed: 11 };
    const result = await lanczosEigen(operator, options);
    expect(await lanczosEigen(operator, options)).toEqual(result);
    expect(await lanczosEigen(later(operator), options)).toEqual(result);
  });

  it('gives what it has when products run out', async () => {
    const flat = diagonalOperator(Float64Array.from({ length: 500 }, (_, i) => i / 500));
    const result = await lanczosEigen(flat, { k: 4, maxIterations: 40, tolerance: 1e-12 });
    expect([result.converged, result.iterations, result.values.length, result.vectors.length]).toEqual([false, 40, 4, 4]);
    expect(result.residual).toBeGreaterThan(1e-12);
    expect(maxDifference(await residualsOf(flat, result.values, result.vectors), result.residuals)).toBeLessThan(1e-12);
    const early = await lanczosEigen(flat, { k: 4, maxIterations: 2 });
    expect([early.converged, early.values.length]).toEqual([false, 2]);
  });

  it('does not call an operator that is not symmetric converged', async () => {
    const r = randomStream(6).vector(n * n);
    const crooked = denseOperator(
      matrix(
        n,
        n,
        withSpectrum(spectrum, 1).data.map((x, i) => x + 1e-3 * r[i]!),
      ),
    );
    const result = await lanczosEigen(crooked, { k: 3, tolerance: 1e-8, maxIterations: 300 });
    expect(result.converged).toBe(false);
    expect(result.asymmetry).toBeGreaterThan(1e-6);
  });

  it('reaches 1e-5 with products rounded to float32', async () => {
    const rounded: LinearOperator = {
      shape: [n, n],
      dtype: 'float32',
      apply: (v) => Float64Array.from(Float32Array.from(operator.apply(v) as Float64Array)),
    };
    const result = await lanczosEigen(rounded, { k: 5 });
    expect(result.converged).toBe(true);
    // measured 2e-7 and 3e-6 at a largest eigenvalue of 100: products rounded to float32
    expect(maxDifference(result.values, wanted.LA(5))).toBeLessThan(1e-5);
    expect(Math.max(...(await residualsOf(operator, result.values, result.vectors)))).toBeLessThan(1e-4);
  });

  it('reports progress, and stops promptly by a signal', async () => {
    const seen: [number, number][] = [];
    const result = await lanczosEigen(operator, { k: 3, onProgress: ({ iteration, converged }) => seen.push([iteration, converged]) });
    expect(seen.length).toBe(result.iterations);
    expect(seen.every(([iteration], i) => iteration === i + 1)).toBe(true);
    expect(seen.at(-1)![1]).toBe(3);
    const controller = new AbortController();
    const run = lanczosEigen(later(operator), {
      k: 3,
      signal: controller.signal,
      onProgress: ({ iteration }) => iteration === 7 && controller.abort('seven'),
    });
    await expect(run).rejects.toBe('seven');
  });

  it('refuses wrong arguments and products', async () => {
    const small = diagonalOperator(new Float64Array([1, 2, 3]));
    await expect(lanczosEigen(small, { k: 4 })).rejects.toThrow('lanczosEigen: k must be at most the dimension 3, got 4');
    await expect(lanczosEigen(small, { k: 0 })).rejects.toThrow(RangeError);
    await expect(lanczosEigen(small, { k: 1, which: 'SM' as never })).rejects.toThrow('which must be one of LA, SA, LM, BE, got SM');
    await expect(lanczosEigen(small, { k: 1, tolerance: -1 })).rejects.toThrow(RangeError);
    await expect(lanczosEigen(operator, { k: 5, basisSize: 6 })).rejects.toThrow('basisSize must be an integer of at least 7, got 6');
    await expect(lanczosEigen(small, { k: 1, start: new Float64Array(3) })).rejects.toThrow('start must not be 0');
    await expect(lanczosEigen({ ...small, structure: { symmetric: false } }, { k: 1 })).rejects.toThrow(TypeError);
    await expect(lanczosEigen({ ...small, apply: (v) => v.map(() => NaN) }, { k: 1 })).rejects.toThrow(
      'operator returned NaN at element 0 in iteration 1',
    );
  });
});

describe('blockPowerIteration', () => {
  it('finds the pairs of largest magnitude', async () => {
    const result = await blockPowerIteration(operator, { k: 4, tolerance: 1e-10 });
    await verify(result, wanted.LM(4), 1e-10);
    expect(await blockPowerIteration(operator, { k: 4, tolerance: 1e-10 })).toEqual(result);
    const waited = await blockPowerIteration(later(operator), { k: 4, tolerance: 1e-10 });
    expect(maxDifference(waited.values, result.values)).toBeLessThan(1e-10);
  });

  it('separates λ and −λ, and finds multiple eigenvalues', async () => {
    const values = Float64Array.from({ length: 80 }, (_, i) => (i < 2 ? 5 : i < 4 ? -5 : geometric(1e-3, 2, 80)[i]!));
    const result = await blockPowerIteration(diagonalOperator(values), { k: 4 });
    expect(result.converged).toBe(true);
    expect(maxDifference([...result.values].sort(), [-5, -5, 5, 5])).toBeLessThan(1e-12);
    expect(gramError(result.vectors)).toBeLessThan(1e-13);
  });

  it('works through breakdowns, and with the whole space', async () => {
    const low = new Float64Array(40);
    low.set([3, -1]);
    expect(maxDifference((await blockPowerIteration(denseOperator(withSpectrum(low, 1)), { k: 3 })).values, [3, -1, 0])).toBeLessThan(
      1e-12,
    );
    const zero = await blockPowerIteration(diagonalOperator(new Float64Array(9)), { k: 2 });
    expect([zero.converged, ...zero.values]).toEqual([true, 0, 0]);
    expect(maxDifference((await blockPowerIteration(diagonalOperator(new Float64Array([1, -2])), { k: 2 })).values, [-2, 1])).toBeLessThan(
      1e-15,
    );
  });

  it('gives what it has when products run out, with true residuals', async () => {
    const flat = diagonalOperator(Float64Array.from({ length: 100 }, (_, i) => 100 + i));
    const result = await blockPowerIteration(flat, { k: 2, maxIterations: 30 });
    expect([result.converged, result.iterations]).toEqual([false, 30]);
    expect(maxDifference(await residualsOf(flat, result.values, result.vectors), result.residuals)).toBeLessThan(1e-11);
  });

  it('uses block products, stops by a signal, refuses wrong arguments', async () => {
    const widths: number[] = [];
    const block: LinearOperator = {
      ...operator,
      apply: () => {
        throw new Error('single product');
      },
      applyBlock: (v, count) => {
        widths.push(count);
        return operator.applyBlock!(v, count);
      },
    };
    await blockPowerIteration(block, { k: 2, blockSize: 5 });
    expect(new Set(widths)).toEqual(new Set([5]));
    const controller = new AbortController();
    const run = blockPowerIteration(later(operator), {
      k: 2,
      tolerance: 0,
      signal: controller.signal,
      onProgress: () => controller.abort('first'),
    });
    await expect(run).rejects.toBe('first');
    await expect(blockPowerIteration(operator, { k: 3, blockSize: 2 })).rejects.toThrow(
      'blockSize must be an integer of at least 3, got 2',
    );
    await expect(blockPowerIteration(operator, { k: 201 })).rejects.toThrow('k must be at most the dimension 200');
    await expect(blockPowerIteration({ ...operator, applyBlock: (v) => v.map(() => NaN) }, { k: 1 })).rejects.toThrow(
      'returned NaN at element 0 in iteration',
    );
  });
});
