import { describe, expect, it } from 'vitest';
import type { DType, Node, TypedArray } from '../../../src/api.js';
import { at, coordinates, dot, expectClose, FLOATS, input, node, random, run, withAndWithoutVectors } from './graph.js';

type Pair = [number, number];

interface Case {
  batch: number;
  size: Pair;
  kernel: Pair;
  cin: number;
  cout: number;
  strides: Pair;
  padding: [Pair, Pair];
  dilation: Pair;
  groups: number;
}

const of = (size: Pair, kernel: Pair, cin: number, cout: number, rest: Partial<Case> = {}): Case => ({
  batch: 2, size, kernel, cin, cout, strides: [1, 1], padding: [[0, 0], [0, 0]], dilation: [1, 1], groups: 1, ...rest,
});

const CASES: Case[] = [
  of([5, 6], [3, 3], 1, 4),
  of([7, 7], [3, 3], 3, 5, { padding: [[1, 1], [1, 1]] }),
  of([8, 9], [3, 2], 2, 3, { strides: [2, 2], padding: [[1, 0], [0, 1]] }),
  of([9, 8], [2, 3], 3, 2, { strides: [3, 2], dilation: [2, 1], padding: [[2, 1], [1, 2]] }),
  of([6, 6], [1, 1], 5, 6, { strides: [2, 3] }),
  of([10, 7], [3, 3], 4, 6, { groups: 2, padding: [[1, 1], [1, 1]] }),
  of([6, 5], [3, 3], 4, 4, { groups: 4, padding: [[1, 1], [1, 1]], strides: [2, 1] }),
  of([6, 5], [2, 3], 3, 6, { groups: 3, dilation: [2, 2], padding: [[2, 2], [2, 2]] }),
  of([9, 9], [3, 3], 6, 3, { groups: 3, strides: [2, 2] }),
  of([5, 5], [5, 5], 2, 7),
  of([4, 4], [3, 3], 2, 2, { strides: [4, 5], padding: [[1, 2], [2, 2]] }),
  of([3, 3], [2, 2], 2, 3, { padding: [[3, 3], [3, 3]] }),
  of([14, 13], [3, 3], 9, 11, { batch: 3, padding: [[1, 1], [1, 1]] }),
  of([20, 20], [3, 3], 34, 6, { batch: 1 }),
  of([4, 4], [3, 3], 2, 3, { batch: 0 }),
];

const windows = (c: Case, k: 0 | 1): number =>
  Math.floor((c.size[k] + c.padding[k][0] + c.padding[k][1] - (c.kernel[k] - 1) * c.dilation[k] - 1) / c.strides[k]) + 1;

const shapes = (c: Case): { x: number[]; w: number[]; y: number[] } => ({
  x: [c.batch, ...c.size, c.cin],
  w: [...c.kernel, c.cin / c.groups, c.cout],
  y: [c.batch, windows(c, 0), windows(c, 1), c.cout],
});

/** Calls back with the addresses in y, x and w of every product of the convolution. */
function eachProduct(c: Case, visit: (y: number, x: number, w: number) => void): void {
  const s = shapes(c);
  const perGroup = c.cin / c.groups;
  for (const [b, i, j, o] of coordinates(s.y) as Generator<[number, number, number, number]>) {
    for (const [u, v, ci] of coordinates([...c.kernel, perGroup]) as Generator<[number, number, number]>) {
      const row = i * c.strides[0] + u * c.dilation[0] - c.padding[0][0];
      const column = j * c.strides[1] + v * c.dilation[1] - c.padding[1][0];
      if (row < 0 || row >= c.size[0] || column < 0 || column >= c.size[1]) continue;
      const channel = Math.floor(o / (c.cout / c.groups)) * perGroup + ci;
      visit(at(s.y, [b, i, j, o]), at(s.x, [b, row, column, channel]), at(s.w, [u, v, ci, o]));
    }
  }
}

function nodes(c: Case, dtype: DType): { inputs: Node[]; outputs: Node[] } {
  const s = shapes(c);
  const { strides, padding, dilation, groups } = c;
  const params = { strides, padding, dilation, groups };
  const [x, w, y] = [input(s.x, dtype), input(s.w, dtype), input(s.y, dtype)];
  return {
    inputs: [x, w, y],
    outputs: [
      node('conv2d', [x, w], params, s.y, dtype),
      node('conv2dInput', [y, w], { ...params, inputSize: c.size }, s.x, dtype),
      node('conv2dFilter', [x, y], { ...params, filterSize: c.kernel }, s.w, dtype),
    ],
  };
}

const dataOf = (c: Case, dtype: DType): [TypedArray, TypedArray, TypedArray] => {
  const s = shapes(c);
  return [random(s.x, dtype, 1), random(s.w, dtype, 2), random(s.y, dtype, 3)];
};

describe('convolutions', () => {
  for (const dtype of FLOATS) {
    it(`matches plain loops in ${dtype}`, () => {
      for (const c of CASES) {
        const data = dataOf(c, dtype);
        const [x, w, y] = data;
        const expected = [new Float64Array(y.length), new Float64Array(x.length), new Float64Array(w.length)] as const;
        eachProduct(c, (o, i, f) => {
          expected[0][o]! += x[i]! * w[f]!;
          expected[1][i]! += y[o]! * w[f]!;
          expected[2][f]! += x[i]! * y[o]!;
        });
        const { inputs, outputs } = nodes(c, dtype);
        withAndWithoutVectors((vectors) => {
          // vectors sum float32 in single precision: 8e-6 was measured
          const tolerance = dtype === 'float64' ? 1e-13 : vectors ? 1e-5 : 1e-6;
          const label = (k: number): string => `${vectors} ${outputs[k]!.op} ${JSON.stringify(c)}`;
          run(inputs, outputs, data).forEach((a, k) => expectClose(a, expected[k]!, tolerance, label(k)));
        });
      }
    });
  }

  it('takes images that are larger than a block apart', () => {
    for (const c of [of([90, 80], [3, 3], 20, 2, { batch: 1, strides: [2, 1], padding: [[1, 1], [0, 2]] }), of([64, 64], [3, 2], 8, 3, { batch: 9 })]) {
      const data = dataOf(c, 'float64');
      const { inputs, outputs } = nodes(c, 'float64');
      const [y, dx, dw] = run(inputs, outputs, data);
      const value = dot(y!, data[2]);
      const scale = Math.abs(value) * 1e-11;
      expect(Math.abs(dot(dx!, data[0]) - value)).toBeLessThan(scale);
      expect(Math.abs(dot(dw!, data[1]) - value)).toBeLessThan(scale);
      const one = nodes({ ...c, batch: 1 }, 'float64');
      const last = run(one.inputs, one.outputs, [data[0].slice(-data[0].length / c.batch), data[1], data[2].slice(-data[2].length / c.batch)]);
      expectClose(last[0]!, y!.slice(-last[0]!.length), 1e-13);
    }
  });

  it('has gradients that are its adjoints', () => {
    for (const c of CASES) {
      const data = dataOf(c, 'float64');
      const { inputs, outputs } = nodes(c, 'float64');
      const [y, dx, dw] = run(inputs, outputs, data);
      const value = dot(y!, data[2]);
      const scale = Math.max(1, Math.abs(value));
      expect(Math.abs(dot(dx!, data[0]) - value) / scale, JSON.stringify(c)).toBeLessThan(1e-12);
      expect(Math.abs(dot(dw!, data[1]) - value) / scale, JSON.stringify(c)).toBeLessThan(1e-12);
    }
  });

  it('leaves pixels between strides without gradient', () => {
    const c = of([5, 5], [1, 1], 1, 1, { batch: 1, strides: [2, 2] });
    const { inputs, outputs } = nodes(c, 'float64');
    const [, dx] = run(inputs, outputs, [new Float64Array(25), Float64Array.of(2), new Float64Array(9).fill(1)]);
    expect([...dx!]).toEqual(Array.from({ length: 25 }, (_, i) => (i % 2 === 0 && Math.floor(i / 5) % 2 === 0 ? 2 : 0)));
  });
});
