import { describe, expect, it } from 'vitest';
import type { DType, Node, Shape, TypedArray } from '../../../src/api.js';
import { at, coordinates, dot, expectClose, input, node, random, run, sizeOf } from './graph.js';

/** [shape, axis, shape of the indices] */
const CASES: [Shape, number, Shape][] = [
  [[5], 0, []], [[5], 0, [7]], [[4, 3], 0, [2, 2]], [[4, 3], 1, [5]],
  [[2, 6, 3], 1, [2, 3]], [[2, 3], 0, [0]], [[2, 0], 0, [3]], [[0, 3], 1, [2]],
];

const gathered = (shape: Shape, axis: number, index: Shape): number[] => [...shape.slice(0, axis), ...index, ...shape.slice(axis + 1)];

function indicesFor(size: number, shape: Shape): Int32Array {
  return Int32Array.from(random(shape, 'float64', 5), (v) => Math.min(size - 1, Math.floor(((v + 1) / 2) * size)));
}

const gather = (x: Node, i: Node, axis: number): Node => node('gather', [x, i], { axis }, gathered(x.shape, axis, i.shape), x.dtype);

const scatter = (u: Node, i: Node, axis: number, to: Shape): Node => node('scatterAdd', [u, i], { axis, size: to[axis]! }, to, u.dtype);

/** Address in the source that an output coordinate of `gather` reads. */
function source(shape: Shape, axis: number, index: Shape, positions: TypedArray, i: number[]): number {
  const j = positions[at(index, i.slice(axis, axis + index.length))]!;
  return at(shape, [...i.slice(0, axis), j, ...i.slice(axis + index.length)]);
}

describe('gather and scatterAdd', () => {
  for (const dtype of ['float64', 'float32', 'int32'] as DType[]) {
    it(`matches coordinates in ${dtype}`, () => {
      for (const [shape, axis, index] of CASES) {
        const x = random(shape, dtype, 1);
        const positions = indicesFor(shape[axis]!, index);
        const to = gathered(shape, axis, index);
        const u = random(to, dtype, 2);
        const [a, i, b] = [input(shape, dtype), input(index, 'int32'), input(to, dtype)];
        const [y, z] = run([a, i, b], [gather(a, i, axis), scatter(b, i, axis, shape)], [x, positions, u]);
        const sums = new Float64Array(sizeOf(shape));
        const expected = [...coordinates(to)].map((c, o) => {
          const p = source(shape, axis, index, positions, c);
          sums[p]! += u[o]!;
          return x[p]!;
        });
        expectClose(y!, expected, 0);
        expectClose(z!, sums, dtype === 'float32' ? 3e-7 : 1e-14);
        if (dtype === 'float64') expect(Math.abs(dot(y!, u) - dot(x, z!))).toBeLessThan(1e-13);
      }
    });
  }

  it('gathers truth values', () => {
    const [a, i] = [input([3], 'bool'), input([2], 'int32')];
    expect(run([a, i], [gather(a, i, 0)], [Uint8Array.of(0, 1, 1), Int32Array.of(2, 0)])).toEqual([Uint8Array.of(1, 0)]);
  });

  it('names an index outside of the axis', () => {
    const [a, i, u] = [input([3, 2]), input([2], 'int32'), input([3, 2])];
    for (const bad of [-1, 2]) {
      const positions = Int32Array.of(0, bad);
      expect(() => run([a, i], [gather(a, i, 1)], [random([3, 2]), positions])).toThrow(
        new RangeError(`gather: index ${bad} is outside of [0, 2), the range of the axis`),
      );
      expect(() => run([u, i], [scatter(u, i, 1, [3, 2])], [random([3, 2]), positions])).toThrow(
        new RangeError(`scatterAdd: index ${bad} is outside of [0, 2), the range of the axis`),
      );
    }
    const float = input([2]);
    expect(() => run([a, float], [gather(a, float, 1)], [])).toThrow(/gather takes int32 positions, got float64/);
  });
});

describe('argsort', () => {
  const shapes: [Shape, number][] = [[[7], 0], [[3, 5], 1], [[5, 3], 0], [[2, 33, 2], 1], [[1], 0], [[0], 0], [[2, 0, 3], 1]];
  for (const dtype of ['float64', 'float32', 'int32'] as DType[]) {
    it(`sorts stably in ${dtype}`, () => {
      for (const [shape, axis] of shapes) {
        const x = random(shape, dtype, 1).map((v) => Math.round(v * 4));
        const a = input(shape, dtype);
        const [y] = run([a], [node('argsort', [a], { axis }, shape, 'int32')], [x]);
        for (const i of coordinates(shape.with(axis, Math.min(1, shape[axis]!)))) {
          const line = Array.from({ length: shape[axis]! }, (_, k) => at(shape, i.with(axis, k)));
          const expected = line.map((_, k) => k).sort((p, q) => x[line[p]!]! - x[line[q]!]! || p - q);
          expect(line.map((p) => y![p]!)).toEqual(expected);
        }
      }
    });
  }
  it('puts NaN last', () => {
    const a = input([9]);
    const x = Float64Array.of(NaN, 3, -Infinity, NaN, 0, -0, Infinity, NaN, 1);
    expect([...run([a], [node('argsort', [a], { axis: 0 }, [9], 'int32')], [x])[0]!]).toEqual([2, 4, 5, 8, 1, 6, 0, 3, 7]);
  });
});
