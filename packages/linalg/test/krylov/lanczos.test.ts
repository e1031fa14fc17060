import { describe, expect, it } from 'vitest';
import {
  denseOperator,
  diagonalOperator,
  lanczos,
  type LanczosResult,
  type LinearOperator,
  matmul,
  matrix,
  randomStream,
  symmetricEigen,
  transpose,
  tridiagonalEigen,
} from '../../src/index.js';
import { geometric, gramError, later, maxDifference, norm, randomOrthogonal, symmetrized, withSpectrum } from '../helpers.js';

const columns = ({ basis, iterations }: LanczosResult, n: number): Float64Array[] =>
  Array.from({ length: iterations }, (_, j) => basis.slice(j * n, (j + 1) * n));

/** Largest ‖A vⱼ − Σ vᵢ tᵢⱼ‖, with the last residual's vector included. */
async function relationError(operator: LinearOperator, run: LanczosResult): Promise<number> {
  const n = operator.shape[0];
  const v = columns(run, n);
  let worst = 0;
  for (let j = 0; j < run.iterations; j++) {
    const r = await operator.apply(v[j]!.slice());
    const next = j + 1 < run.iterations ? v[j + 1]! : (run.next ?? new Float64Array(n));
    const beta = j + 1 < run.iterations ? run.beta[j]! : run.residual;
    for (let i = 0; i < n; i++) r[i]! -= run.alpha[j]! * v[j]![i]! + beta * next[i]! + (j > 0 ? run.beta[j - 1]! * v[j - 1]![i]! : 0);
    worst = Math.max(worst, norm(r));
  }
  return worst;
}

describe('lanczos', () => {
  it.each([1, 1e4, 1e8, 1e12])('keeps the basis orthonormal and the recurrence exact at condition %f', async (condition) => {
    const operator = denseOperator(withSpectrum(geometric(1, condition, 80), 1));
    const run = await lanczos(operator, { steps: 50, seed: 1 });
    expect(run.alpha.length).toBe(run.iterations);
    expect(run.beta.length).toBe(run.iterations - 1);
    expect(gramError(columns(run, 80))).toBeLessThan(1e-14);
    expect((await relationError(operator, run)) / condition).toBeLessThan(1e-14);
  });

  it('run to the end has the eigenvalues of A, each once', async () => {
    const a = withSpectrum(geometric(0.01, 100, 40), 2);
    const run = await lanczos(denseOperator(a), { steps: 1000 });
    expect(run.iterations).toBe(40);
    expect(maxDifference(tridiagonalEigen(run.alpha, run.beta).values, symmetricEigen(a).values) / 100).toBeLessThan(1e-13);
  });

  it('without reorthogonalization makes copies, but the same first steps', async () => {
    const operator = denseOperator(withSpectrum([...geometric(1e-3, 1, 59), 100], 3));
    const plain = await lanczos(operator, { steps: 40, reorthogonalization: 'none', seed: 4 });
    const full = await lanczos(operator, { steps: 40, seed: 4 });
    expect(plain.basis.length).toBe(0);
    expect(maxDifference(plain.alpha.subarray(0, 4), full.alpha.subarray(0, 4))).toBeLessThan(1e-10);
    const nearTop = (run: LanczosResult): number =>
      tridiagonalEigen(run.alpha, run.beta).values.filter((x) => Math.abs(x - 100) < 1e-6).length;
    expect(nearTop(full)).toBe(1);
    expect(nearTop(plain)).toBeGreaterThan(1);
  });

  it('breaks down on low rank, eigenvectors, the zero operator and multiples of the identity', async () => {
    const values = new Float64Array(30);
    values.set([4, -2, 7]);
    const low = await lanczos(denseOperator(withSpectrum(values, 5)), { steps: 20 });
    expect([low.breakdown, low.iterations, low.next]).toEqual([true, 4, undefined]);
    expect(maxDifference(tridiagonalEigen(low.alpha, low.beta).values, [-2, 0, 4, 7])).toBeLessThan(1e-13);
    const diagonal = diagonalOperator(new Float64Array([1, 2, 3, 4]));
    const single = await lanczos(diagonal, { steps: 4, start: new Float64Array([0, 0, 5, 0]) });
    expect([single.breakdown, single.iterations, single.alpha[0]]).toEqual([true, 1, 3]);
    const zero = await lanczos(diagonalOperator(new Float64Array(6)), { steps: 4 });
    expect([zero.breakdown, zero.iterations, zero.alpha[0], zero.residual]).toEqual([true, 1, 0, 0]);
    const same = await lanczos(diagonalOperator(new Float64Array(50).fill(3)), { steps: 4 });
    expect([same.breakdown, same.iterations]).toEqual([true, 1]);
  });

  it('does not depend on the basis', async () => {
    const a = withSpectrum(geometric(1, 50, 30), 6);
    const q = randomOrthogonal(30, 7);
    const start = randomStream(8).vector(30);
    const turned = symmetrized(matmul(matmul(transpose(q), a), q));
    const one = await lanczos(denseOperator(a), { steps: 12, start });
    const two = await lanczos(denseOperator(turned), { steps: 12, start: matmul(transpose(q), matrix(30, 1, start)).data });
    expect(maxDifference(one.alpha, two.alpha)).toBeLessThan(1e-11);
    expect(maxDifference(one.beta, two.beta)).toBeLessThan(1e-11);
  });

  it('gives the same for the same seed, and for an operator that answers later', async () => {
    const operator = denseOperator(withSpectrum(geometric(1, 10, 20), 9));
    const run = await lanczos(operator, { steps: 8, seed: 3 });
    expect(await lanczos(operator, { steps: 8, seed: 3 })).toEqual(run);
    expect(await lanczos(later(operator), { steps: 8, seed: 3 })).toEqual(run);
    expect((await lanczos(operator, { steps: 8, seed: 4 })).alpha).not.toEqual(run.alpha);
  });

  it('keeps its start and survives an operator that returns its argument', async () => {
    const start = new Float64Array([1, 2, 3]);
    const run = await lanczos({ shape: [3, 3], dtype: 'float64', apply: (v) => v }, { steps: 2, start });
    expect(start).toEqual(new Float64Array([1, 2, 3]));
    expect([run.breakdown, run.iterations]).toEqual([true, 1]);
    expect(Math.abs(run.alpha[0]! - 1)).toBeLessThan(1e-15);
  });

  it('takes dimension 1 and 0', async () => {
    expect(Array.from((await lanczos(diagonalOperator(new Float64Array([5])), { steps: 3 })).alpha)).toEqual([5]);
    const empty = await lanczos(diagonalOperator(new Float64Array(0)), { steps: 3 });
    expect([empty.iterations, empty.breakdown, empty.alpha.length]).toEqual([0, true, 0]);
  });

  it('reports every step, and stops within one that waits', async () => {
    const operator = later(denseOperator(withSpectrum(geometric(1, 10, 20), 9)));
    const seen: number[] = [];
    await lanczos(operator, { steps: 5, onProgress: ({ iteration, maxIterations }) => seen.push(iteration / maxIterations) });
    expect(seen).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
    const never: LinearOperator = { shape: [9, 9], dtype: 'float64', apply: () => new Promise(() => undefined) };
    const controller = new AbortController();
    const reason = new Error('stop');
    setTimeout(() => controller.abort(reason), 5);
    await expect(lanczos(never, { steps: 5, signal: controller.signal })).rejects.toBe(reason);
  });

  it('lets a timer stop it although the operator never waits', async () => {
    const busy: LinearOperator = {
      shape: [50, 50],
      dtype: 'float64',
      apply: (v) => {
        for (const end = performance.now() + 5; performance.now() < end;);
        return v.map((x, i) => x * i);
      },
    };
    let steps = 0;
    const controller = new AbortController();
    setTimeout(() => controller.abort('late'), 20);
    await expect(lanczos(busy, { steps: 50, signal: controller.signal, onProgress: () => steps++ })).rejects.toBe('late');
    expect(steps).toBeLessThan(50);
  });

  it('refuses wrong arguments and products', async () => {
    const operator = diagonalOperator(new Float64Array([1, 2]));
    await expect(lanczos(operator, { steps: 0 })).rejects.toThrow('lanczos: steps must be an integer of at least 1, got 0');
    await expect(lanczos(operator, { steps: 1, start: new Float64Array(2) })).rejects.toThrow('lanczos: start must not be 0');
    await expect(lanczos(operator, { steps: 1, start: new Float64Array(3) })).rejects.toThrow('lanczos: start must have 2 elements, got 3');
    await expect(lanczos(operator, { steps: 1, reorthogonalization: 'some' as never })).rejects.toThrow(TypeError);
    await expect(lanczos(denseOperator(matrix(2, 3)), { steps: 1 })).rejects.toThrow('lanczos: operator must be square, got shape [2, 3]');
    await expect(lanczos({ ...operator, structure: { symmetric: false } }, { steps: 1 })).rejects.toThrow('declares symmetric: false');
    await expect(lanczos({ ...operator, dtype: 'int8' as never }, { steps: 1 })).rejects.toThrow(TypeError);
    await expect(lanczos({ ...operator, apply: () => new Float64Array(1) }, { steps: 1 })).rejects.toThrow(
      'operator must return a Float64Array of 2 elements, got Float64Array(1)',
    );
    await expect(lanczos({ ...operator, apply: () => [1, 2] as never }, { steps: 1 })).rejects.toThrow(TypeError);
    let calls = 0;
    const breaking: LinearOperator = {
      shape: [9, 9],
      dtype: 'float64',
      apply: (v) => v.map((x, i) => (++calls > 27 && i === 4 ? NaN : x * i)),
    };
    await expect(lanczos(breaking, { steps: 9 })).rejects.toThrow(
      new RangeError('lanczos: operator returned NaN at element 4 in iteration 4'),
    );
    const overflowing: LinearOperator = { shape: [2, 2], dtype: 'float64', apply: (v) => v.map((x) => x * Infinity) };
    await expect(lanczos(overflowing, { steps: 2 })).rejects.toThrow(/operator returned -?Infinity at element 0 in iteration 1/);
  });
});
