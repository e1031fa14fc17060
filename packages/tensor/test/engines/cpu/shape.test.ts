import { describe, expect, it } from 'vitest';
import type { DType, Node, Params, Shape } from '../../../src/api.js';
import { array, at, coordinates, dot, expectClose, inEveryMode, input, map, node, random, run, sizeOf } from './graph.js';

/** Output shape, and the coordinate of the operand that each output coordinate reads. */
interface Movement {
  op: string;
  from: Shape;
  params: Params;
  to: Shape;
  source: (index: number[]) => number[];
}

const transpose = (from: Shape, perm: number[]): Movement => ({
  op: 'transpose', from, params: { perm }, to: perm.map((p) => from[p]!),
  source: (i) => from.map((_, axis) => i[perm.indexOf(axis)]!),
});
const slice = (from: Shape, start: number[], stop: number[], strides: number[]): Movement => ({
  op: 'slice', from, params: { start, stop, strides }, to: from.map((_, k) => Math.max(0, Math.ceil((stop[k]! - start[k]!) / strides[k]!))),
  source: (i) => i.map((v, k) => start[k]! + v * strides[k]!),
});
const reverse = (from: Shape, axes: number[]): Movement => ({
  op: 'reverse', from, params: { axes }, to: from, source: (i) => i.map((v, k) => (axes.includes(k) ? from[k]! - 1 - v : v)),
});
const broadcast = (from: Shape, to: Shape): Movement => ({
  op: 'broadcast', from, params: { shape: to }, to, source: (i) => from.map((n, k) => (n === 1 ? 0 : i[to.length - from.length + k]!)),
});
const reshape = (from: Shape, to: Shape): Movement => ({
  op: 'reshape', from, params: { shape: to }, to,
  source: (i) => {
    let rest = at(to, i);
    return from.map((n, k) => {
      const below = sizeOf(from.slice(k + 1));
      const v = Math.floor(rest / below) % n;
      rest -= v * below;
      return v;
    });
  },
});

const MOVEMENTS: Movement[] = [
  transpose([], []), transpose([5], [0]), transpose([3, 4], [1, 0]), transpose([37, 70], [1, 0]), transpose([2, 3, 4], [2, 0, 1]),
  transpose([40, 3, 50], [2, 1, 0]), transpose([33, 40, 2], [1, 0, 2]),
  transpose([2, 1, 3, 1, 2, 2, 1, 3], [7, 3, 1, 5, 0, 2, 4, 6]), transpose([3, 0, 2], [2, 0, 1]),
  slice([10], [2], [9], [3]), slice([4, 5], [1, 0], [3, 5], [1, 2]), slice([3, 4], [0, 2], [3, 2], [1, 1]),
  slice([3, 40, 2], [0, 3, 1], [3, 39, 2], [2, 5, 1]),
  slice([], [], [], []),
  reverse([5], [0]), reverse([2, 3, 4], [0, 2]), reverse([2, 3], []), reverse([0, 3], [0, 1]), reverse([1, 4], [0, 1]),
  broadcast([], [2, 3]), broadcast([3], [2, 3]), broadcast([2, 1, 3], [4, 2, 5, 3]), broadcast([1, 1], [0, 2]), broadcast([2], [2]),
  reshape([2, 6], [3, 4]), reshape([2, 3, 4], [24]), reshape([6], [1, 2, 1, 3]), reshape([0, 3], [5, 0]), reshape([1], []),
];

/** One after the other; the shapes must fit. */
const CHAINS: Movement[][] = [
  [transpose([4, 6], [1, 0]), reshape([6, 4], [2, 3, 4]), reverse([2, 3, 4], [1])],
  [broadcast([3, 1], [3, 4]), reshape([3, 4], [12]), slice([12], [1], [12], [2])],
  [broadcast([4], [3, 4]), reshape([3, 4], [3, 2, 2]), transpose([3, 2, 2], [2, 0, 1])],
  [slice([6, 6], [0, 1], [6, 5], [2, 1]), reshape([3, 4], [2, 6])],
  [slice([8], [0], [8], [2]), reshape([4], [2, 2]), broadcast([2, 2], [3, 2, 2])],
  [reverse([4, 3], [0, 1]), reshape([4, 3], [12])],
];

const movementNode = (m: Movement, operand: Node): Node => node(m.op, [operand], m.params, m.to, operand.dtype);

const apply = (m: Movement, data: ArrayLike<number>): number[] => [...coordinates(m.to)].map((i) => data[at(m.from, m.source(i))]!);

describe('movements', () => {
  for (const dtype of ['float64', 'float32', 'int32', 'bool'] as DType[]) {
    it(`matches coordinates in ${dtype}`, () => {
      inEveryMode((mode) => {
        for (const m of MOVEMENTS) {
          const x = random(m.from, dtype);
          const a = input(m.from, dtype);
          const [y] = run([a], [movementNode(m, a)], [x]);
          expectClose(y!, apply(m, x), 0, `${m.op} ${m.from} to ${m.to}, ${mode}`);
        }
      });
    });
  }

  it('composes with elementwise neighbours on both sides', () => {
    inEveryMode((mode) => {
      for (const chain of [...MOVEMENTS.map((m) => [m]), ...CHAINS]) {
        const x = random(chain[0]!.from);
        const a = input(chain[0]!.from);
        let last = map('mul', [a, a]);
        let expected = Array.from(x, (v) => v * v);
        for (const m of chain) {
          last = movementNode(m, last);
          expected = apply(m, expected);
        }
        const [y, z] = run([a], [map('neg', [last]), map('add', [last, last])], [x]);
        const label = `${chain.map((m) => `${m.op} ${m.from}`).join(', ')}, ${mode}`;
        expectClose(y!, expected.map((v) => -v), 0, label);
        expectClose(z!, expected.map((v) => v + v), 0, label);
      }
    });
  });

  it('moves counters', () => {
    const iota = node('iota', [], { shape: [3, 4], axis: 1, dtype: 'int32' }, [3, 4], 'int32');
    const turned = movementNode(transpose([3, 4], [1, 0]), iota);
    const flat = movementNode(reshape([3, 4], [12]), iota);
    const flipped = movementNode(reverse([12], [0]), flat);
    inEveryMode(() => {
      const out = run([], [map('add', [turned, turned]), map('neg', [flipped])], []);
      expect([...out[0]!]).toEqual([0, 0, 0, 2, 2, 2, 4, 4, 4, 6, 6, 6]);
      expect([...out[1]!]).toEqual([3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0].map((v) => 0 - v));
    });
  });
});

describe('pad', () => {
  const cases: [Shape, number[], number[], number[]][] = [
    [[3], [1], [2], [0]], [[3], [0], [0], [2]], [[2, 3], [1, 0], [0, 2], [1, 0]], [[0, 2], [1, 1], [1, 0], [0, 3]], [[], [], [], []],
    [[1, 4], [2, 0], [0, 1], [5, 1]],
  ];
  it('puts zeros around and between, and is the adjoint of slicing', () => {
    inEveryMode((mode) => {
      for (const [shape, low, high, interior] of cases) {
        const to = shape.map((n, k) => low[k]! + high[k]! + n + Math.max(0, n - 1) * interior[k]!);
        const x = random(shape);
        const expected = new Float64Array(sizeOf(to));
        for (const i of coordinates(shape)) expected[at(to, i.map((v, k) => low[k]! + v * (1 + interior[k]!)))] = x[at(shape, i)]!;
        const a = input(shape);
        const padded = node('pad', [map('neg', [a])], { low, high, interior }, to, 'float64');
        const [y, plain] = run([a], [padded, node('pad', [a], { low, high, interior }, to, 'float64')], [x]);
        expectClose(y!, expected.map((v) => -v), 0, mode);
        expectClose(plain!, expected, 0, mode);
        if (sizeOf(shape) === 0) continue;
        const stop = shape.map((n, k) => low[k]! + (n - 1) * (1 + interior[k]!) + 1);
        const b = input(to);
        const v = random(to, 'float64', 9);
        const [back] = run([b], [node('slice', [b], { start: low, stop, strides: interior.map((n) => n + 1) }, shape, 'float64')], [v]);
        expect(dot(plain!, v)).toBeCloseTo(dot(x, back!), 13);
      }
    });
  });
});

describe('concat', () => {
  const cases: [Shape[], number][] = [
    [[[2], [3]], 0], [[[2, 3], [1, 3], [4, 3]], 0], [[[2, 3], [2, 1]], 1],
    [[[2, 0, 2], [2, 3, 2]], 1], [[[1, 1], [1, 1]], 1], [[[0, 2], [0, 2]], 0],
  ];
  it('lines operands up', () => {
    inEveryMode((mode) => {
      for (const [shapes, axis] of cases) {
        const to = [...shapes[0]!];
        to[axis] = shapes.reduce((sum, s) => sum + s[axis]!, 0);
        const data = shapes.map((s, k) => random(s, 'float32', k + 1));
        const expected: number[] = [];
        for (const i of coordinates(to)) {
          let k = 0;
          const j = [...i];
          while (j[axis]! >= shapes[k]![axis]!) j[axis]! -= shapes[k++]![axis]!;
          expected.push(-data[k]![at(shapes[k]!, j)]!);
        }
        const inputs = shapes.map((s) => input(s, 'float32'));
        const [y] = run(inputs, [node('concat', inputs.map((a) => map('neg', [a])), { axis }, to, 'float32')], data);
        expectClose(y!, expected, 0, mode);
      }
    });
  });
  it('takes one operand twice, and constants beside variables', () => {
    const a = input([2]);
    const seven = node('full', [], { value: 7, shape: [1], dtype: 'float64' }, [1], 'float64');
    const twice = map('add', [a, a]);
    inEveryMode(() => {
      const [y] = run([a], [node('concat', [twice, seven, twice, a], { axis: 0 }, [7], 'float64')], [Float64Array.of(1, 2)]);
      expect([...y!]).toEqual([2, 4, 7, 2, 4, 1, 2]);
    });
  });
});

describe('barrier', () => {
  it('is the identity', () => {
    const a = input([2, 2]);
    const fenced = node('barrier', [map('neg', [a])], { tag: 1 }, [2, 2], 'float64');
    inEveryMode(() => expect([...run([a], [fenced, map('neg', [fenced])], [array('float64', [1, 2, 3, 4])])[1]!]).toEqual([1, 2, 3, 4]));
  });
});
