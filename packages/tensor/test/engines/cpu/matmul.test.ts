import { describe, expect, it } from 'vitest';
import type { DType, Node, Shape, TypedArray } from '../../../src/api.js';
import { at, coordinates, expectClose, FLOATS, full, inEveryMode, input, map, node, random, run, withAndWithoutVectors } from './graph.js';

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

  // long lines, lines over the end of the kernel's memory, and their tails
  const LONG: readonly (readonly [m: number, n: number, k: number])[] = [
    [1, 1, 16401], [5, 1, 300], [3, 1, 8243], [2, 1, 33001], [1, 300, 5], [1, 16385, 3], [1, 33001, 9], [260, 1, 1], [1, 256, 1],
  ];
  for (const dtype of FLOATS) {
    it(`multiplies vectors and long lines in ${dtype}`, () => {
      for (const [m, n, k] of LONG) {
        for (const [ta, tb] of [[false, false], [true, false], [false, true], [true, true]] as const) {
          const [sa, sb] = [turned([m, k], ta), turned([k, n], tb)];
          const [x, y] = [random(sa, dtype, 1), random(sb, dtype, 2)];
          const [a, b] = [input(sa, dtype), input(sb, dtype)];
          const expected = reference(x, sa, ta, y, sb, tb, [m, n], k);
          withAndWithoutVectors((vectors) => {
            const [c] = run([a, b], [product(a, b, ta, tb, [m, n])], [x, y]);
            // as above: float32 sums of up to 33 001 terms, in parts
            expectClose(c!, expected, dtype === 'float64' ? 1e-12 : 1e-5, `${vectors} ${sa} ${ta} by ${sb} ${tb}`);
          });
        }
      }
    });

    it(`multiplies vectors and stacks of lines that lie apart in ${dtype}`, () => {
      const size = 700;
      const parts = Array.from({ length: 6 }, (_, i) => random([1, size], dtype, 3 + i));
      const inputs = parts.map((_, i) => input(i === 2 ? [size] : [1, size], dtype));
      // the second line is computed, the third the view of a vector
      const lines = inputs.map((line, i) => (i === 1 ? map('neg', [line]) : i === 2 ? node('reshape', [line], { shape: [1, size] }, [1, size], dtype) : line));
      const stack = node('concat', lines, { axis: 0 }, [6, size], dtype);
      const whole = (dtype === 'float32' ? Float32Array : Float64Array).from(parts.flatMap((part, i) => [...part].map((w) => (i === 1 ? -w : w))));
      const [u, v] = [input([size, 1], dtype), input([6, 2], dtype)];
      const [du, dv] = [random([size, 1], dtype, 6), random([6, 2], dtype, 7)];
      const column = node('slice', [v], { start: [0, 1], stop: [6, 2] }, [6, 1], dtype);
      const second = dv.filter((_, i) => i % 2 === 1);
      const all = [...inputs, u, v];
      const data = [...parts, du, dv];
      const products = [product(stack, u, false, false, [6, 1]), product(u, stack, true, true, [1, 6]), product(column, stack, true, false, [1, size]), product(stack, column, true, false, [size, 1])];
      const inner = reference(whole, [6, size], false, du, [size, 1], false, [6, 1], size);
      const sum = reference(second, [1, 6], false, whole, [6, size], false, [1, size], 6);
      inEveryMode((mode) => withAndWithoutVectors((vectors) => {
        run(all, products, data).forEach((found, i) => expectClose(found, i < 2 ? inner : sum, dtype === 'float64' ? 1e-13 : 2e-6, `${mode} ${vectors} ${i}`));
        // a stack that is needed in one piece, too
        const [inOnePiece, doubled, found] = run(all, [stack, map('add', [stack, stack]), products[0]!], data);
        expectClose(inOnePiece!, [...whole], 0, mode);
        expectClose(doubled!, [...whole].map((w) => 2 * w), 0, mode);
        expectClose(found!, inner, dtype === 'float64' ? 1e-13 : 2e-6, mode);
      }));
    });
  }

  it('takes rows that are joined end to end for one line', () => {
    const size = 100;
    const [x, y, v] = [random([1, size], 'float64', 1), random([1, size], 'float64', 2), random([2 * size, 1], 'float64', 3)];
    const [a, b, c] = [input([1, size]), input([1, size]), input([2 * size, 1])];
    const row = node('concat', [a, b], { axis: 1 }, [1, 2 * size], 'float64');
    const whole = Float64Array.from([...x, ...y]);
    const expected = reference(whole, [1, 2 * size], false, v, [2 * size, 1], false, [1, 1], 2 * size);
    inEveryMode((mode) => expectClose(run([a, b, c], [product(row, c, false, false, [1, 1])], [x, y, v])[0]!, expected, 1e-13, mode));
  });

  it('takes a stack that multiplies a batch of one for a matrix', () => {
    const rows = [1, 2, 3].map((seed) => random([1, 100], 'float64', seed));
    const [v, lines] = [input([1, 2, 3]), rows.map(() => input([1, 100]))];
    const stack = node('concat', lines, { axis: 0 }, [3, 100], 'float64');
    const data = random([2, 3], 'float64', 4);
    const expected = reference(data, [2, 3], false, Float64Array.from(rows.flatMap((r) => [...r])), [3, 100], false, [2, 100], 3);
    inEveryMode((mode) => expectClose(run([v, ...lines], [product(v, stack, false, false, [1, 2, 100])], [data, ...rows])[0]!, expected, 1e-13, mode));
  });

  it('reads an index and a constant that are repeated', () => {
    const [m, n, k] = [3, 2, 5];
    const b = random([k, n], 'float64', 1);
    const [right, index] = [input([k, n]), node('iota', [], { shape: [m, 1], axis: 0, dtype: 'float64' }, [m, 1], 'float64')];
    for (const [source, at] of [[index, (i: number) => i], [full(2, [1, 1]), () => 2]] as const) {
      const left = node('broadcast', [source], { shape: [m, k] }, [m, k], 'float64');
      const a = Float64Array.from({ length: m * k }, (_, i) => at(Math.floor(i / k)));
      inEveryMode((mode) => expectClose(run([right], [product(left, right, false, false, [m, n])], [b])[0]!, reference(a, [m, k], false, b, [k, n], false, [m, n], k), 1e-13, mode));
    }
  });

  it('keeps an infinity of the first of three lines in their sum', () => {
    const x = new Float64Array(3 * 300).fill(1);
    x[0] = Infinity;
    const [a, c] = [input([3, 300]), input([1, 3])];
    const [sum] = run([a, c], [product(c, a, false, false, [1, 300])], [x, Float64Array.of(1, 1, 1)]);
    expect([sum![0], sum![1]]).toEqual([Infinity, 3]);
  });

  it('keeps what is beyond the end of a line out of its product', () => {
    const [m, k] = [3, 301];
    const x = random([m, k], 'float64', 1);
    for (let i = 0; i < k; i++) x[k + i] = i % 2 === 0 ? NaN : Infinity;
    const ones = new Float64Array(k).fill(1);
    const [a, b, c] = [input([m, k]), input([k, 1]), input([1, m])];
    const [rows] = run([a, b], [product(a, b, false, false, [m, 1])], [x, ones]);
    expect([...rows!].map(Number.isFinite)).toEqual([true, false, true]);
    const [columns] = run([a, c], [product(c, a, false, false, [1, k])], [x, Float64Array.of(1, 0, 1)]);
    expect([...columns!].every(Number.isNaN)).toBe(true);
    x.fill(0.5, k, 2 * k);
    expectClose(run([a, c], [product(c, a, false, false, [1, k])], [x, Float64Array.of(1, 2, 1)])[0]!, Array.from({ length: k }, (_, j) => x[j]! + 1 + x[2 * k + j]!), 1e-14, 'after them');
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
