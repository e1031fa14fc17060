import { describe, expect, it } from 'vitest';
import type { Shape, TypedArray } from '../../../src/api.js';
import { array, at, coordinates, expectClose, FLOATS, full, inEveryMode, input, map, node, random, run, sizeOf } from './graph.js';

const SHAPES: [Shape, number[]][] = [
  [[], []], [[5], [0]], [[5], []], [[2, 3], [0]], [[2, 3], [1]], [[2, 3], [0, 1]],
  [[4, 5, 6], [1]], [[4, 5, 6], [0, 2]], [[4, 5, 6], [1, 2]],
  [[3, 1, 2, 1], [1, 3]], [[0, 3], [0]], [[0, 3], [1]], [[2, 0], [0, 1]], [[2, 3, 2, 3, 2, 1, 2, 2], [0, 2, 5, 7]],
  [[5000], [0]], [[3, 2100], [1]],
  [[2100, 3], [0]], [[2, 70, 33], [0, 2]],
];

const COMBINE: Record<string, [number, (a: number, b: number) => number]> = {
  reduceSum: [0, (a, b) => a + b],
  reduceMax: [-Infinity, Math.max],
  reduceMin: [Infinity, Math.min],
};

const keep = (shape: Shape, axes: number[]): Shape => shape.filter((_, i) => !axes.includes(i));

function reference(op: string, x: ArrayLike<number>, shape: Shape, axes: number[]): Float64Array {
  const [initial, combine] = COMBINE[op]!;
  const to = keep(shape, axes);
  const out = new Float64Array(sizeOf(to)).fill(initial);
  for (const i of coordinates(shape)) {
    const o = at(to, i.filter((_, k) => !axes.includes(k)));
    out[o] = combine(out[o]!, x[at(shape, i)]!);
  }
  return out;
}

describe('reductions', () => {
  for (const dtype of FLOATS) {
    it(`matches plain loops in ${dtype}`, () => {
      inEveryMode((mode) => {
        for (const op of Object.keys(COMBINE)) {
          for (const [shape, axes] of SHAPES) {
            const x = random(shape, dtype);
            const a = input(shape, dtype);
            const [y] = run([a], [node(op, [a], { axes }, keep(shape, axes), dtype)], [x]);
            expectClose(y!, reference(op, x, shape, axes), dtype === 'float64' ? 1e-13 : 1e-6, `${op} ${shape} over ${axes}, ${mode}`);
          }
        }
      });
    });

    it(`fuses what comes before, ${dtype}`, () => {
      inEveryMode((mode) => {
        for (const [shape, axes] of SHAPES) {
          const data = [random(shape, dtype, 1), random(shape, dtype, 2)];
          const [a, b] = [input(shape, dtype), input(shape, dtype)];
          const product = map('mul', [a, b]);
          const expected = reference('reduceSum', data[0]!.map((v, i) => v * data[1]![i]!), shape, axes);
          const [y] = run([a, b], [node('reduceSum', [product], { axes }, keep(shape, axes), dtype)], data);
          expectClose(y!, expected, dtype === 'float64' ? 1e-13 : 2e-6, `${shape} over ${axes}, ${mode}`);
        }
      });
    });
  }

  it('sums integers', () => {
    const a = input([2, 3], 'int32');
    inEveryMode(() => {
      const sums = [[0], [1], [0, 1]].map((axes) => node('reduceSum', [a], { axes }, keep([2, 3], axes), 'int32'));
      expect(run([a], sums, [Int32Array.of(1, 2, 3, 4, 5, 6)]).map((s) => [...s])).toEqual([[5, 7, 9], [6, 15], [21]]);
    });
  });

  it('sums a million float32 values accurately, along either axis', () => {
    const n = 1_000_000;
    const x = new Float32Array(n).fill(0.1);
    const exact = n * Math.fround(0.1);
    const flat = input([n], 'float32');
    const tall = input([n / 2, 2], 'float32');
    const [total] = run([flat], [node('reduceSum', [flat], { axes: [0] }, [], 'float32')], [x]);
    const [columns] = run([tall], [node('reduceSum', [tall], { axes: [0] }, [2], 'float32')], [x]);
    expect(total![0]).toBe(Math.fround(exact));
    expect([...columns!]).toEqual([Math.fround(exact / 2), Math.fround(exact / 2)]);
  });

  it('sums a million float64 values in blocks', () => {
    const x = new Float64Array(1_000_000).fill(0.1);
    const a = input([x.length]);
    const [total] = run([a], [node('reduceSum', [a], { axes: [0] }, [], 'float64')], [x]);
    // one chain of additions is off by 1.3e-11 here, because equal summands round the same way again and again
    expect(Math.abs(total![0]! / 100000 - 1)).toBeLessThan(1e-13);
  });

  it('lets NaN win', () => {
    const a = input([3, 4]);
    const x = Float64Array.of(1, NaN, 3, 4, 5, 6, 7, 8, NaN, 10, 11, NaN);
    inEveryMode(() => {
      for (const op of ['reduceMax', 'reduceMin']) {
        const [rows, columns] = run([a], [[1], [0]].map((axes) => node(op, [a], { axes }, keep([3, 4], axes), 'float64')), [x]);
        expect(Array.from(rows!, Number.isNaN)).toEqual([true, false, true]);
        expect(Array.from(columns!, Number.isNaN)).toEqual([true, true, false, true]);
      }
    });
  });

  it('sums through transposed, broadcast and constant operands', () => {
    const a = input([3, 40]);
    const b = input([3]);
    const x = random([3, 40]);
    const y = random([3], 'float64', 4);
    const turned = node('transpose', [a], { perm: [1, 0] }, [40, 3], 'float64');
    const wide = node('broadcast', [b], { shape: [40, 3] }, [40, 3], 'float64');
    const body = map('add', [map('mul', [turned, wide]), full(2)]);
    inEveryMode((mode) => {
      const columns = node('reduceSum', [body], { axes: [0] }, [3], 'float64');
      const total = node('reduceSum', [map('neg', [turned])], { axes: [0, 1] }, [], 'float64');
      const [rows, all] = run([a, b], [columns, total], [x, y]);
      const expected = [0, 1, 2].map((i) => 80 + Array.from({ length: 40 }, (_, j) => x[i * 40 + j]! * y[i]!).reduce((s, v) => s + v, 0));
      expectClose(rows!, expected, 1e-13, mode);
      expectClose(all!, [-Array.from(x).reduce((s, v) => s + v, 0)], 1e-13, mode);
    });
    const constant = node('reduceSum', [full(0.5, [4, 4])], { axes: [0, 1] }, [], 'float64');
    expect(run([], [constant], [])[0]![0]).toBe(8);
  });
});

describe('argMax and argMin', () => {
  it('gives the first of equals, the first NaN', () => {
    const a = input([4, 3]);
    const x = Float64Array.of(1, 1, 0, NaN, 2, NaN, -1, -1, -1, 3, NaN, 5);
    const positions = [0, 1].flatMap((axis) => ['argMax', 'argMin'].map((op) => node(op, [a], { axis }, axis === 0 ? [3] : [4], 'int32')));
    const out = run([a], positions, [x]);
    expect(out.map((o) => [...o])).toEqual([[1, 3, 1], [1, 3, 1], [0, 0, 0, 1], [2, 0, 0, 1]]);
    expect(out[0]).toBeInstanceOf(Int32Array);
  });
  it('matches a scan along every axis', () => {
    const shape = [3, 4, 5];
    for (const dtype of ['float64', 'float32', 'int32'] as const) {
      const x = random(shape, dtype, 8);
      const a = input(shape, dtype);
      for (const axis of [0, 1, 2]) {
        const to = keep(shape, [axis]);
        for (const [op, sign] of [['argMax', 1], ['argMin', -1]] as const) {
          const expected = [...coordinates(to)].map((i) => {
            const line = Array.from({ length: shape[axis]! }, (_, k) => sign * x[at(shape, i.toSpliced(axis, 0, k))]!);
            return line.indexOf(Math.max(...line));
          });
          expect([...run([a], [node(op, [a], { axis }, to, 'int32')], [x])[0]!]).toEqual(expected);
        }
      }
    }
  });
});

describe('cumsum', () => {
  it('sums both ways, with and without the element itself', () => {
    const shape = [2, 3, 4];
    for (const dtype of [...FLOATS, 'int32'] as const) {
      const x: TypedArray = random(shape, dtype, 3);
      const a = input(shape, dtype);
      for (const axis of [0, 1, 2]) {
        for (const reverse of [false, true]) {
          for (const exclusive of [false, true]) {
            const expected = [...coordinates(shape)].map((i) => {
              let sum = 0;
              for (let k = 0; k < shape[axis]!; k++) {
                const included = reverse ? k > i[axis]! : k < i[axis]!;
                if (included || (k === i[axis] && !exclusive)) sum += x[at(shape, i.with(axis, k))]!;
              }
              return sum;
            });
            const [y] = run([a], [node('cumsum', [a], { axis, reverse, exclusive }, shape, dtype)], [x]);
            expectClose(y!, expected, dtype === 'float32' ? 3e-7 : 1e-14, `${dtype} ${axis} ${reverse} ${exclusive}`);
          }
        }
      }
    }
    expect(run([input([0])], [node('cumsum', [input([0])], { axis: 0 }, [0], 'float64')], [array('float64', 0)])[0]!.length).toBe(0);
  });
});
