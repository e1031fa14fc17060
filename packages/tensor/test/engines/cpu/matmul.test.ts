import { describe, expect, it } from 'vitest';
import type { DType, Node, Shape, TypedArray } from '../../../src/api.js';
import { at, coordinates, expectClose, FLOATS, inEveryMode, input, map, node, random, run, withAndWithoutVectors } from './graph.js';

/** [batch of a, batch of b, m, n, k] */
const CASES: [Shape, Shape, number, number, number][] = [
  [[], [], 1, 1, 1], [[], [], 1, 1, 5000], [[], [], 3, 4, 5], [[], [], 1, 7, 5], [[], [], 7, 1, 5], [[], [], 1, 90, 70],
  [[], [], 90, 1, 71],
  [[], [], 17, 18, 19], [[], [], 4, 4, 300], [[], [], 131, 5, 7], [[], [], 9, 261, 10], [[], [], 130, 9, 258],
  [[], [], 5, 259, 257], [[], [], 129, 258, 3], [[], [], 2, 60, 50], [[], [], 50, 60, 2],
  [[], [], 0, 3, 4], [[], [], 3, 0, 4], [[], [], 3, 4, 0], [[2], [2], 3, 4, 5], [[3], [], 20, 21, 22],
  [[], [3], 20, 21, 22], [[2, 1], [1, 3], 5, 20, 60],
  [[1], [4], 3, 1, 5], [[4], [1], 1, 3, 5], [[2, 3], [], 20, 20, 20], [[0], [0], 2, 2, 2], [[2, 2, 1, 2, 1], [1, 2, 2], 2, 3, 2],
];

const batchOf = (a: Shape, b: Shape): number[] => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [p, q] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return p === 1 ? q : p;
  });
};

const turned = (shape: Shape, swap: boolean): number[] => (swap ? [...shape.slice(0, -2), ...shape.slice(-2).reverse()] : [...shape]);

/** `a` and `b` have shapes [..., m, k] and [..., k, n] once `ta` and `tb` are undone. */
function reference(x: TypedArray, sa: Shape, ta: boolean, y: TypedArray, sb: Shape, tb: boolean, to: Shape, k: number): number[] {
  return [...coordinates(to)].map((index) => {
    const batch = index.slice(0, -2);
    const [i, j] = index.slice(-2) as [number, number];
    let sum = 0;
    for (let l = 0; l < k; l++) {
      const left = [...batch, ...(ta ? [l, i] : [i, l])];
      const right = [...batch, ...(tb ? [j, l] : [l, j])];
      sum += x[at(sa, left)]! * y[at(sb, right)]!;
    }
    return sum;
  });
}

const product = (a: Node, b: Node, transposeA: boolean, transposeB: boolean, to: Shape): Node =>
  node('matmul', [a, b], { transposeA, transposeB }, to, a.dtype);

describe('matmul', () => {
  for (const dtype of FLOATS) {
    it(`matches three plain loops in ${dtype}`, () => {
      for (const [batchA, batchB, m, n, k] of CASES) {
        for (const ta of [false, true]) {
          for (const tb of [false, true]) {
            const sa = turned([...batchA, m, k], ta);
            const sb = turned([...batchB, k, n], tb);
            const to = [...batchOf(batchA, batchB), m, n];
            const x = random(sa, dtype, 1);
            const y = random(sb, dtype, 2);
            const [a, b] = [input(sa, dtype), input(sb, dtype)];
            const expected = reference(x, sa, ta, y, sb, tb, to, k);
            withAndWithoutVectors((vectors) => {
              const [c] = run([a, b], [product(a, b, ta, tb, to)], [x, y]);
              expect(c).toBeInstanceOf(x.constructor);
              // sums of up to 5000 terms of size 1: another order of summation moves the last digits. Vectors sum float32 in single
              // precision: 8e-6 was measured
              const tolerance = dtype === 'float64' ? 1e-12 : vectors ? 1e-5 : 2e-6;
              expectClose(c!, expected, tolerance, `${vectors} ${sa} ${ta} by ${sb} ${tb}`);
            });
          }
        }
      }
    });
  }

  it('reads operands through views, and computes elementwise ones first', () => {
    const [m, n, k] = [20, 21, 40];
    const x = random([k, m], 'float64', 1);
    const y = random([2 * k, n], 'float64', 2);
    const bias = random([n], 'float64', 3);
    const [a, b, c] = [input([k, m]), input([2 * k, n]), input([n])];
    const left = node('transpose', [a], { perm: [1, 0] }, [m, k], 'float64');
    const right = node('slice', [b], { start: [0, 0], stop: [2 * k, n], strides: [2, 1] }, [k, n], 'float64');
    const wide = node('broadcast', [c], { shape: [k, n] }, [k, n], 'float64');
    const even = Float64Array.from({ length: k * n }, (_, i) => y[Math.floor(i / n) * 2 * n + (i % n)]!);
    const rows = Float64Array.from({ length: k * n }, (_, i) => bias[i % n]!);
    inEveryMode((mode) => {
      const [p, q, r] = run(
        [a, b, c],
        [right, wide, map('neg', [right])].map((factor) => product(left, factor, false, false, [m, n])),
        [x, y, bias],
      );
      const expected = reference(x, [k, m], true, even, [k, n], false, [m, n], k);
      expectClose(p!, expected, 1e-13, mode);
      expectClose(q!, reference(x, [k, m], true, rows, [k, n], false, [m, n], k), 1e-13, mode);
      expectClose(r!, expected.map((v) => -v), 1e-13, mode);
    });
  });

  it('adds long float32 sums up in parts', () => {
    const k = 20000;
    const [a, b] = [input([1, k], 'float32'), input([k, 1], 'float32')];
    const [c] = run([a, b], [product(a, b, false, false, [1, 1])], [new Float32Array(k).fill(0.1), new Float32Array(k).fill(1)]);
    // one after the other, the terms would add up to 2000.66
    expect(Math.abs(c![0]! - 2000)).toBeLessThan(0.01);
  });

  it('lets NaN and infinity through', () => {
    const [a, b] = [input([18, 18]), input([18, 18])];
    const x = random([18, 18]);
    x[18 * 5 + 3] = NaN;
    x[18 * 7] = Infinity;
    const [c] = run([a, b], [product(a, b, false, false, [18, 18])], [x, new Float64Array(324).fill(1)]);
    for (let i = 0; i < 324; i++) expect(c![i]! - c![i]!).toEqual([5, 7].includes(Math.floor(i / 18)) ? NaN : 0);
  });

  it('refuses integers', () => {
    const a = input([2, 2], 'int32' as DType);
    expect(() => run([a], [product(a, a, false, false, [2, 2])], [Int32Array.of(1, 2, 3, 4)])).toThrow(/matmul.*int32/);
  });
});
