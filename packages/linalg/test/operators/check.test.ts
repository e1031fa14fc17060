import { describe, expect, it } from 'vitest';
import { denseOperator, diagonalOperator, type LinearOperator, matrix, operatorCheck, randomStream } from '../../src/index.js';
import { geometric, later, randomMatrix, withSpectrum } from '../helpers.js';

const n = 400;
const sound = denseOperator(withSpectrum(geometric(1, 1e6, n), 1), { symmetric: true, positiveDefinite: true });

const altered = (
  base: LinearOperator,
  change: (out: Float64Array, v: Float64Array) => void,
  more: Partial<LinearOperator> = {},
): LinearOperator => ({
  shape: base.shape,
  dtype: base.dtype,
  structure: { symmetric: true },
  apply: (v) => {
    const out = base.apply(v) as Float64Array;
    change(out, v);
    return out;
  },
  ...more,
});

describe('operatorCheck', () => {
  it('finds nothing in a sound operator', async () => {
    const found = await operatorCheck(sound, { seed: 1 });
    expect(found.failures).toEqual([]);
    expect(found.asymmetry).toBeLessThan(1e-13);
    expect(found.adjointDefect).toBeLessThan(1e-13);
    expect(found.nonlinearity).toBeLessThan(1e-14);
    expect(found.variation).toBe(0);
    expect(found.leastCosine).toBeGreaterThan(0);
    expect((await operatorCheck(later(sound))).failures).toEqual([]);
  });

  it('shows asymmetry at its size, whatever the dimension', async () => {
    for (const size of [30, 300]) {
      // identity plus a part ε of an antisymmetric matrix of the same size
      const part = 1e-3;
      const r = randomMatrix(size, size, 2).data;
      const data = Float64Array.from({ length: size * size }, (_, k) => {
        const [i, j] = [Math.floor(k / size), k % size];
        return (i === j ? 1 : 0) + (part * (r[k]! - r[j * size + i]!)) / Math.sqrt(2 * size);
      });
      const found = await operatorCheck(
        altered(denseOperator(matrix(size, size, data)), () => undefined),
        { trials: 10 },
      );
      expect(found.asymmetry / part).toBeGreaterThan(0.3);
      expect(found.asymmetry / part).toBeLessThan(10);
      expect(found.failures[0]).toMatch(/^declared symmetric, but is not \(\d/);
    }
  });

  it('shows an operator that is not linear', async () => {
    const found = await operatorCheck(altered(sound, (out, v) => (out[3]! += 1e3 * Math.abs(v[3]!))));
    expect(found.failures.join()).toMatch(/not linear/);
    const affine = await operatorCheck(altered(sound, (out) => (out[0]! += 1)));
    expect(affine.failures.join()).toMatch(/not linear/);
  });

  it('shows an operator that does not repeat itself', async () => {
    const stream = randomStream(5);
    const found = await operatorCheck(altered(sound, (out) => (out[0]! += stream.normal())));
    expect(found.variation).toBeGreaterThan(1e-10);
    expect(found.failures.join()).toMatch(/two products with one vector differ/);
  });

  it('shows a transpose that is not one, and false claims of definiteness', async () => {
    const wrong = denseOperator(randomMatrix(20, 10, 3));
    const found = await operatorCheck({
      ...wrong,
      applyTranspose: (u) => (wrong.applyTranspose!(u) as Float64Array).map((x) => 1.001 * x),
    });
    expect(found.failures.join()).toMatch(/applyTranspose is not the transpose/);
    expect(found.asymmetry).toBeNaN();
    const indefinite = { ...diagonalOperator(new Float64Array(20).fill(-1)), structure: { positiveSemidefinite: true } };
    expect((await operatorCheck(indefinite)).failures.join()).toMatch(
      /declared positive semidefinite, but some vᵀAv is negative \(1\.0e\+0/,
    );
  });

  it('takes the zero operator and repeats itself under a seed', async () => {
    expect((await operatorCheck(diagonalOperator(new Float64Array(5)))).failures).toEqual([]);
    expect(await operatorCheck(sound, { seed: 9 })).toEqual(await operatorCheck(sound, { seed: 9 }));
  });

  it('refuses products that are not finite, and stops by a signal', async () => {
    await expect(operatorCheck(altered(sound, (out) => (out[7] = NaN)))).rejects.toThrow(
      'operatorCheck: operator returned NaN at element 7 in iteration 1',
    );
    await expect(operatorCheck(sound, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    await expect(operatorCheck(sound, { trials: 0 })).rejects.toThrow(RangeError);
  });
});
