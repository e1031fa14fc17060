/** M-FAC against exact values (tooling/reference/m-fac.py), itself in its other forms, and dense inverses. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cholesky, toDense } from '@curv/linalg';
import { exampleGradients, fisherInverse, type FisherInverse, fisher, outputJacobian, pagedFisherInverse, slidingFisherInverse } from '../../src/index.js';
import { dynamicCoefficients } from '../../src/inverses/dynamic-coefficients.js';
import { recursionBlock } from '../../src/inverses/fisher-blocks.js';
import { netProblem, relativeError, vector } from '../problems.js';

interface Golden {
  readonly small: {
    readonly gradients: number[][]; readonly damping: number; readonly inverse: number[][]; readonly x: number[]; readonly product: number[]; readonly v: number[][]; readonly q: number[];
    readonly d: number[][]; readonly b: number[][]; readonly weights: number[]; readonly saliency: number[]; readonly removed: number[]; readonly rule: number[]; readonly joint: number[];
  };
  readonly formula: readonly { readonly m: number; readonly d: number; readonly damping: number; readonly product: number[]; readonly diagonal: number[] }[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/m-fac.json', import.meta.url), 'utf8')) as Golden;
const { small } = golden;
const formulaRows = (m: number, d: number): Float64Array[] => Array.from({ length: m }, (_, i) => Float64Array.from({ length: d }, (__, j) => Math.sin(0.37 * (i + 1) * (j + 2))));

/** Every way to the same inverse. */
const FORMS: Readonly<Record<string, (rows: readonly ArrayLike<number>[], damping: number) => FisherInverse>> = {
  'static, cholesky': (rows, damping) => fisherInverse(rows, { damping }),
  'static, recursion': (rows, damping) => fisherInverse(rows, { damping, method: 'recursion' }),
  'sliding, cholesky': (rows, damping) => pushed(rows, damping, 'cholesky'),
  'sliding, dynamic': (rows, damping) => pushed(rows, damping, 'dynamic'),
};
function pushed(rows: readonly ArrayLike<number>[], damping: number, method: 'cholesky' | 'dynamic'): FisherInverse {
  const window = slidingFisherInverse({ dimension: rows[0]!.length, window: rows.length, damping, dtype: 'float64', method });
  rows.forEach((g) => window.push(g));
  return window;
}

function denseInverse(rows: readonly ArrayLike<number>[], damping: number, m = rows.length): Float64Array {
  const d = rows[0]!.length;
  const data = new Float64Array(d * d);
  for (const g of rows) for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) data[i * d + j]! += (g[i]! * g[j]!) / m;
  for (let i = 0; i < d; i++) data[i * d + i]! += damping;
  const identity = new Float64Array(d * d).map((_, i) => Number(i % (d + 1) === 0));
  return cholesky({ rows: d, columns: d, data }).solve({ rows: d, columns: d, data: identity }).data;
}

describe.each(Object.entries(FORMS))('reference values, %s', (_, make) => {
  const inverse = make(small.gradients, small.damping);

  it('inverse, product and entries', async () => {
    expect(relativeError((await toDense(inverse)).data, small.inverse.flat())).toBeLessThan(1e-14);
    expect(relativeError(inverse.apply(Float64Array.from(small.x)), small.product)).toBeLessThan(1e-14);
    small.inverse.forEach((row, i) => row.forEach((value, j) => expect(inverse.entry(i, j)).toBeCloseTo(value, 14)));
    expect(relativeError(inverse.diagonal(), small.inverse.map((row, i) => row[i]!))).toBeLessThan(1e-14);
  });

  it('saliency, removal of one weight, and of two by one product', () => {
    const diagonal = inverse.diagonal();
    const { weights } = small;
    expect(relativeError(weights.map((w, j) => w ** 2 / (2 * diagonal[j]!)), small.saliency)).toBeLessThan(1e-14);
    expect(small.saliency.indexOf(Math.min(...small.saliency))).toBe(3);
    const step = (chosen: readonly number[]): number[] => [...inverse.apply(Float64Array.from(weights, (w, j) => (chosen.includes(j) ? -w / diagonal[j]! : 0)))].map((x, j) => x + weights[j]!);
    step([3]).forEach((x, j) => expect(x).toBeCloseTo(small.removed[j]!, 14));
    step([0, 3]).forEach((x, j) => expect(x).toBeCloseTo(small.rule[j]!, 14));
    // Exact joint removal differs: the rule is an approximation.
    expect(small.joint[1]).toBeCloseTo(-1.24, 14);
    expect(small.rule[2]).not.toBeCloseTo(small.joint[2]!, 2);
  });

  it('more gradients, and more gradients than coordinates', () => {
    for (const { m, d, damping, product, diagonal } of golden.formula) {
      const f = make(formulaRows(m, d), damping);
      expect(relativeError(f.apply(Float64Array.from({ length: d }, (__, j) => Math.cos(j))), product)).toBeLessThan(1e-11);
      expect(relativeError(f.diagonal(), diagonal)).toBeLessThan(1e-11);
    }
  });
});

describe('the parts of the algorithms', () => {
  it('recursion: V and q', () => {
    const g = { data: Float64Array.from(small.gradients.flat()), rows: 3, columns: 4 };
    const { v, q } = recursionBlock(g, small.damping, 0, 4);
    expect(relativeError(v, small.v.flat())).toBeLessThan(1e-15);
    expect(relativeError(q, small.q)).toBeLessThan(1e-15);
  });

  it('dynamic: D, B and V = B G', () => {
    const s = Float64Array.from(small.gradients.flatMap((a) => small.gradients.map((b) => a.reduce((sum, x, i) => sum + x * b[i]!, 0))));
    const { d, b, q } = dynamicCoefficients(s, 3, small.damping);
    expect(relativeError(d, small.d.flat())).toBeLessThan(1e-15);
    expect(relativeError(b, small.b.flat())).toBeLessThan(1e-15);
    expect(relativeError(q, small.q)).toBeLessThan(1e-15);
    const v = small.gradients[0]!.flatMap((_, j) => small.v.map((__, i) => small.gradients.reduce((sum, g, k) => sum + b[i * 3 + k]! * g[j]!, 0)));
    expect(relativeError(v, small.gradients[0]!.flatMap((_, j) => small.v.map((row) => row[j]!)))).toBeLessThan(1e-15);
  });
});

describe('fisherInverse', () => {
  const rows = formulaRows(7, 33);

  it.each(['cholesky', 'recursion'] as const)('drops terms between blocks (%s)', async (method) => {
    for (const blockSize of [1, 5, 16, 33, 100]) {
      const inverse = fisherInverse(rows, { damping: 0.1, blockSize, method });
      const expected = new Float64Array(33 * 33);
      for (let from = 0; from < 33; from += blockSize) {
        const size = Math.min(blockSize, 33 - from);
        const part = denseInverse(rows.map((g) => g.slice(from, from + size)), 0.1);
        for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) expected[(from + i) * 33 + from + j] = part[i * size + j]!;
      }
      expect(relativeError((await toDense(inverse)).data, expected)).toBeLessThan(1e-12);
      expect(inverse.entry(0, 32)).toBeCloseTo(expected[32]!, 12);
      expect(relativeError(inverse.diagonal(), Float64Array.from({ length: 33 }, (_, i) => expected[i * 34]!))).toBeLessThan(1e-12);
    }
  });

  it('does not depend on the order of gradients, takes equal ones and zeros', () => {
    const x = vector(33);
    const straight = fisherInverse(rows, { damping: 0.1 }).apply(x);
    expect(relativeError(fisherInverse(rows.toReversed(), { damping: 0.1, method: 'recursion' }).apply(x), straight)).toBeLessThan(1e-12);
    const [g] = rows;
    const same = fisherInverse([g!, g!, g!, g!], { damping: 0.1 }).apply(x);
    const gx = g!.reduce((s, a, i) => s + a * x[i]!, 0);
    const gg = g!.reduce((s, a) => s + a * a, 0);
    // Sherman-Morrison of λI + ggᵀ.
    expect(relativeError(same, x.map((value, i) => (value - (g![i]! * gx) / (0.1 + gg)) / 0.1))).toBeLessThan(1e-12);
    expect(fisherInverse([new Float64Array(33)], { damping: 0.1 }).apply(x)).toEqual(x.map((value) => value / 0.1));
    expect(relativeError(fisherInverse(rows, { damping: 1e12 }).apply(x).map((value) => value * 1e12), x)).toBeLessThan(1e-10);
    expect(fisherInverse([[2]], { damping: 0.5 }).apply(Float64Array.of(3))[0]).toBeCloseTo(3 / 4.5, 14);
  });

  it('is the inverse: F (F⁻¹ x) = x by two passes over the gradients', () => {
    const x = vector(33);
    const y = fisherInverse(rows, { damping: 1e-3 }).apply(x);
    const back = y.map((value, j) => 1e-3 * value + rows.reduce((s, g) => s + (g[j]! * g.reduce((t, a, i) => t + a * y[i]!, 0)) / 7, 0));
    expect(relativeError(back, x)).toBeLessThan(1e-12);
  });

  it('stores float32 and sums in float64', () => {
    const data = Float32Array.from(rows.flatMap((g) => [...g]));
    const single = fisherInverse({ data, rows: 7, columns: 33 }, { damping: 1e-5 });
    const double = fisherInverse({ data: Float64Array.from(data), rows: 7, columns: 33 }, { damping: 1e-5 });
    expect(relativeError(single.apply(vector(33)), double.apply(vector(33)))).toBeLessThan(1e-14);
  });

  it('keeps diagonals above their bound, and reports how strong the gradients are', () => {
    const big = rows.map((g) => g.map((value) => 1e6 * value));
    const inverse = fisherInverse(big, { damping: 1e-5 });
    inverse.diagonal().forEach((value, j) => {
      const bound = 1 / (1e-5 + big.reduce((s, g) => s + g[j]! ** 2, 0) / 7);
      expect(value).toBeGreaterThanOrEqual(bound * (1 - 1e-12));
    });
    const mean = rows.reduce((s, g) => s + g.reduce((t, a) => t + a * a, 0), 0) / (7 * 33);
    expect(fisherInverse(rows, { damping: 0.1 }).strength).toBeCloseTo(mean / 0.1, 12);
    expect(fisherInverse(rows, { damping: { relative: 0.01 } }).damping).toBeCloseTo(0.01 * mean, 14);
  });

  it('refuses nonsense by name', () => {
    const make = (options: object, gradients: readonly ArrayLike<number>[] = rows) => () => fisherInverse(gradients, { damping: 1, ...options });
    for (const damping of [0, -1, NaN, Infinity]) expect(make({ damping })).toThrow(/damping must be a positive finite number/);
    expect(make({ blockSize: 0 })).toThrow(/blockSize must be a positive integer, got 0/);
    expect(make({ method: 'qr' })).toThrow(/method must be cholesky or recursion, got qr/);
    expect(make({}, [[1, 2], [1]])).toThrow(/gradients\[1\] must have 2 elements, got 1/);
    expect(make({}, [[1, 2], [1, NaN]])).toThrow(/gradients\[1\] must be finite, got NaN at element 1/);
    expect(make({}, [])).toThrow(/at least one gradient/);
    expect(make({ memoryLimit: 100 })).toThrow(/7 gradients of 33 numbers take 1848 bytes, more than memoryLimit 100/);
    expect(() => fisherInverse({ data: Float32Array.of(1, Infinity), rows: 1, columns: 2 }, { damping: 1 })).toThrow(/got Infinity at element 1 of gradient 0/);
    expect(() => fisherInverse(rows, { damping: 1 }).apply(new Float64Array(3))).toThrow(/expected a vector of length 33, got 3/);
    expect(() => fisherInverse(rows, { damping: 1 }).entry(0, 33)).toThrow(/outside of 33×33/);
  });
});

describe('slidingFisherInverse', () => {
  const rows = formulaRows(9, 20);
  const x = vector(20);

  it.each(['cholesky', 'dynamic'] as const)('keeps the latest gradients, and a fixed 1/m before it is full (%s)', (method) => {
    const window = slidingFisherInverse({ dimension: 20, window: 4, damping: 0.05, dtype: 'float64', method });
    expect(window.apply(x)).toEqual(x.map((value) => value / 0.05));
    rows.forEach((g, i) => {
      window.push(g);
      expect(window.count).toBe(Math.min(4, i + 1));
      const latest = rows.slice(Math.max(0, i - 3), i + 1);
      const padded = [...latest, ...Array.from({ length: 4 - latest.length }, () => new Float64Array(20))];
      expect(relativeError(window.apply(x), fisherInverse(padded, { damping: 0.05 }).apply(x))).toBeLessThan(1e-12);
    });
    window.reset();
    expect(window.count).toBe(0);
    expect(window.apply(x)).toEqual(x.map((value) => value / 0.05));
  });

  it('applies to the gradient just pushed', () => {
    const [a, b] = [0, 1].map(() => slidingFisherInverse({ dimension: 20, window: 3, damping: 0.05, dtype: 'float64' })) as [ReturnType<typeof slidingFisherInverse>, ReturnType<typeof slidingFisherInverse>];
    for (const g of rows) {
      b.push(g);
      expect(relativeError(a.pushApply(g), b.apply(g))).toBeLessThan(1e-13);
    }
    expect(a.strength).toBeCloseTo(fisherInverse(rows.slice(6), { damping: 0.05 }).strength, 12);
    expect(relativeError(a.diagonal(), fisherInverse(rows.slice(6), { damping: 0.05 }).diagonal())).toBeLessThan(1e-12);
  });

  it('refuses bad gradients and keeps its window', () => {
    const window = slidingFisherInverse({ dimension: 3, window: 2, damping: 1 });
    window.push([1, 2, 3]);
    const before = window.apply(Float64Array.of(1, 1, 1));
    expect(() => window.push([1, 2])).toThrow(/gradient must have 3 elements, got 2/);
    expect(() => window.pushApply([1, NaN, 3])).toThrow(/gradient must be finite, got NaN at element 1/);
    expect(window.apply(Float64Array.of(1, 1, 1))).toEqual(before);
    expect(window.count).toBe(1);
    expect(() => slidingFisherInverse({ dimension: 3, window: 0, damping: 1 })).toThrow(/window must be a positive integer, got 0/);
    expect(() => slidingFisherInverse({ dimension: 3, window: 2, damping: 0 })).toThrow(/damping must be a positive finite number/);
    expect(() => slidingFisherInverse({ dimension: 1e6, window: 2000, damping: 1 })).toThrow(/take 8000000000 bytes, more than memoryLimit 4294967296/);
  });
});

describe('pagedFisherInverse', () => {
  it('is the inverse of the damped empirical Fisher matrix, without its gradients in memory', async () => {
    const problem = netProblem('float64', [5, 7]);
    const inverse = await pagedFisherInverse(exampleGradients(problem), { damping: 0.01 });
    const x = vector(43);
    const y = await inverse.apply(x);
    const back = await fisher(problem, { type: 'empirical' }).apply(y as Float64Array);
    expect(relativeError(back.map((value, i) => value + 0.01 * y[i]!), x)).toBeLessThan(1e-11);
    expect((await pagedFisherInverse(outputJacobian(problem), { damping: { relative: 0.1 } })).strength).toBeCloseTo(10, 10);
    await expect(pagedFisherInverse(exampleGradients(problem), { damping: -1 })).rejects.toThrow(/damping must be a positive finite number/);
    await expect(pagedFisherInverse(exampleGradients(problem), { damping: 1, maxSize: 5 })).rejects.toThrow(/at most 5 rows/);
  });
});
