import { describe, expect, it } from 'vitest';
import type { DType, Node } from '../../../src/api.js';
import { at, coordinates, dot, expectClose, FLOATS, input, node, random, run } from './graph.js';

type Pair = [number, number];

interface Case {
  shape: [number, number, number, number];
  window: Pair;
  strides: Pair;
  padding: [Pair, Pair];
}

const CASES: Case[] = [
  { shape: [2, 4, 6, 3], window: [2, 2], strides: [2, 2], padding: [[0, 0], [0, 0]] },
  { shape: [1, 5, 7, 2], window: [3, 2], strides: [2, 3], padding: [[1, 1], [0, 1]] },
  { shape: [2, 5, 5, 1], window: [3, 3], strides: [1, 1], padding: [[1, 1], [1, 1]] },
  { shape: [1, 3, 3, 2], window: [1, 1], strides: [2, 2], padding: [[0, 0], [0, 0]] },
  { shape: [1, 2, 2, 1], window: [2, 2], strides: [2, 2], padding: [[2, 2], [0, 0]] },
  { shape: [0, 4, 4, 2], window: [2, 2], strides: [2, 2], padding: [[0, 0], [0, 0]] },
  { shape: [2, 4, 4, 0], window: [2, 2], strides: [2, 2], padding: [[0, 0], [0, 0]] },
];

const outShape = ({ shape, window, strides, padding }: Case): number[] => [
  shape[0],
  ...([0, 1] as const).map((k) => Math.floor((shape[k + 1]! + padding[k][0] + padding[k][1] - window[k]) / strides[k]) + 1),
  shape[3],
];

/** The elements of the window at an output coordinate: [offset in the window, address in the image]. */
function elements({ shape, window, strides, padding }: Case, [b, i, j, c]: number[]): [number, number][] {
  const list: [number, number][] = [];
  for (const [u, v] of coordinates(window) as Generator<Pair>) {
    const row = i! * strides[0] + u - padding[0][0];
    const column = j! * strides[1] + v - padding[1][0];
    if (row >= 0 && row < shape[1] && column >= 0 && column < shape[2]) list.push([u * window[1] + v, at(shape, [b!, row, column, c!])]);
  }
  return list;
}

const pools = (c: Case, dtype: DType): { inputs: Node[]; outputs: Node[] } => {
  const { window, strides, padding } = c;
  const params = { window, strides, padding };
  const back = { ...params, inputSize: c.shape.slice(1, 3) };
  const [x, dy, k] = [input(c.shape, dtype), input(outShape(c), dtype), input(outShape(c), 'int32')];
  return {
    inputs: [x, dy, k],
    outputs: [
      node('poolArgMax', [x], params, outShape(c), 'int32'), node('poolGather', [x, k], params, outShape(c), dtype),
      node('poolScatter', [dy, k], back, c.shape, dtype), node('windowSum', [x], params, outShape(c), dtype),
      node('windowSpread', [dy], back, c.shape, dtype),
    ],
  };
};

describe('pools', () => {
  for (const dtype of [...FLOATS, 'int32'] as const) {
    it(`matches plain loops in ${dtype}`, () => {
      for (const c of CASES) {
        const x = random(c.shape, dtype, 1);
        const dy = random(outShape(c), dtype, 2);
        const positions = [...coordinates(outShape(c))].map((i) => elements(c, i));
        const argMax = positions.map((list) => {
          const best = Math.max(...list.map(([, p]) => x[p]!));
          return list.find(([, p]) => x[p] === best)?.[0] ?? 0;
        });
        const gathered = positions.map((list, o) => x[list.find(([t]) => t === argMax[o])?.[1] ?? -1] ?? 0);
        const sums = positions.map((list) => list.reduce((sum, [, p]) => sum + x[p]!, 0));
        const scattered = new Float64Array(x.length);
        const spread = new Float64Array(x.length);
        positions.forEach((list, o) => {
          for (const [t, p] of list) {
            spread[p]! += dy[o]!;
            if (t === argMax[o]) scattered[p]! += dy[o]!;
          }
        });
        const { inputs, outputs } = pools(c, dtype);
        const actual = run(inputs, outputs, [x, dy, Int32Array.from(argMax)]);
        [argMax, gathered, scattered, sums, spread].forEach((expected, k) =>
          expectClose(actual[k]!, expected, dtype === 'float32' ? 5e-7 : 1e-14, `${outputs[k]!.op} ${JSON.stringify(c)}`),
        );
      }
    });
  }

  it('has adjoint pairs', () => {
    for (const c of CASES) {
      const x = random(c.shape, 'float64', 1);
      const dy = random(outShape(c), 'float64', 2);
      const { inputs, outputs } = pools(c, 'float64');
      const [k] = run(inputs, outputs, [x, dy, new Int32Array(dy.length)]);
      const [, gathered, scattered, sums, spread] = run(inputs, outputs, [x, dy, k!]);
      expect(Math.abs(dot(gathered!, dy) - dot(x, scattered!))).toBeLessThan(1e-12);
      expect(Math.abs(dot(sums!, dy) - dot(x, spread!))).toBeLessThan(1e-12);
    }
  });

  it('takes the first of equals and the first NaN', () => {
    const c: Case = { shape: [1, 2, 6, 1], window: [2, 2], strides: [2, 2], padding: [[0, 0], [0, 0]] };
    const x = Float64Array.of(1, 1, 5, NaN, -Infinity, -Infinity, 1, 1, NaN, 9, -Infinity, -Infinity);
    const a = input(c.shape);
    const argMax = node('poolArgMax', [a], { window: c.window, strides: c.strides, padding: c.padding }, outShape(c), 'int32');
    expect([...run([a], [argMax], [x])[0]!]).toEqual([0, 1, 0]);
  });
});
