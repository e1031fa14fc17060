/**
 * A reference interpreter of graphs: every primitive by its definition, one element at a time, in float64 whatever the graph's float dtype. It
 * shares no code with any engine.
 */
import type { Graph, Node, Shape } from '../api.js';
import { broadcastIndex, count, indices, position } from './indices.js';
import { DENSE } from './reference-dense.js';
import { BINARY, UNARY } from './reference-elementwise.js';
import { WINDOWS } from './reference-windows.js';

/** A value of the interpreter: numbers in row-major order (bool as 0 and 1). */
export type Values = Float64Array;

/** What a primitive's definition sees. */
interface Operands {
  readonly node: Node;
  /** Element of operand i at a multi-index. */
  at(i: number, index: readonly number[]): number;
}

/** The element of the output at an index. */
type Definition = (operands: Operands, index: readonly number[]) => number;

/** Sees the values of each node, inputs too, before others do. */
export type Revision = (node: Node, values: Values, operands: readonly Values[]) => Values;

/** Values of a graph's outputs. */
export function evaluateReference(graph: Graph, inputs: readonly ArrayLike<number>[], revise: Revision = (_, values) => values): Values[] {
  const values = new Map<Node, Values>();
  graph.inputs.forEach((node, i) => values.set(node, revise(node, Float64Array.from(inputs[i]!), [])));
  for (const node of graph.nodes) {
    if (values.has(node)) continue;
    const operands = node.inputs.map((input) => values.get(input)!);
    values.set(node, revise(node, evaluateNode(node, operands), operands));
  }
  return graph.outputs.map((node) => values.get(node)!);
}

/** Values of one node. */
export function evaluateNode(node: Node, inputs: readonly Values[]): Values {
  const whole = WHOLE[node.op];
  if (whole !== undefined) return whole(node, inputs);
  if (MOVES[node.op] !== undefined) return moved(node, inputs);
  const definition = DEFINITIONS[node.op];
  if (definition === undefined) return elementwise(node, inputs);
  const operands: Operands = { node, at: (i, index) => inputs[i]![position(node.inputs[i]!.shape, index)]! };
  const out = new Float64Array(count(node.shape));
  let at = 0;
  for (const index of indices(node.shape)) out[at++] = definition(operands, index);
  return out;
}

/** Element by element, of operands that are read where they broadcast from. */
function elementwise(node: Node, inputs: readonly Values[]): Values {
  const { op, dtype, shape } = node;
  const [one, two] = [UNARY[op], BINARY[op]];
  const [a, b, c] = inputs.map((values, i) => spread(values, node.inputs[i]!.shape, shape));
  if (one !== undefined) return a!.map((x) => one(x));
  if (op === 'select') return a!.map((x, i) => (x !== 0 ? b![i]! : c![i]!));
  if (two === undefined) throw new TypeError(`the reference has no definition of ${op}`);
  return a!.map((x, i) => (dtype === 'int32' && op === 'div' ? Math.trunc(x / b![i]!) : two(x, b![i]!)));
}

function spread(values: Values, from: Shape, to: Shape): Values {
  if (from.length === to.length && from.every((n, i) => n === to[i])) return values;
  const out = new Float64Array(count(to));
  let at = 0;
  for (const index of indices(to)) out[at++] = values[position(from, broadcastIndex(from, index))]!;
  return out;
}

/** Which element of all operands, laid end to end, each element of a node is that only moves them; −1 for a zero. Kept, since graphs are run several times. */
const origins = new WeakMap<Node, Int32Array>();

function moved(node: Node, inputs: readonly Values[]): Values {
  let from = origins.get(node);
  if (from === undefined) {
    const starts = inputs.map((_, i) => inputs.slice(0, i).reduce((sum, x) => sum + x.length, 0));
    const made = new Int32Array(count(node.shape));
    let at = 0;
    for (const index of indices(node.shape)) {
      const origin = MOVES[node.op]!(node, index);
      made[at++] = origin === null ? -1 : starts[origin[0]]! + position(node.inputs[origin[0]]!.shape, origin[1]);
    }
    origins.set(node, (from = made));
  }
  if (inputs.length === 1) return Float64Array.from(from, (i) => (i < 0 ? 0 : inputs[0]![i]!));
  const all = inputs.flatMap((x) => [...x]);
  return Float64Array.from(from, (i) => all[i]!);
}

/** Values of operand 0 along an axis, through an index without that axis. */
function line({ node, at }: Operands, rest: readonly number[]): number[] {
  const axis = node.params['axis'] as number;
  return Array.from({ length: node.inputs[0]!.shape[axis]! }, (_, k) => at(0, [...rest.slice(0, axis), k, ...rest.slice(axis)]));
}

const list = (node: Node, name: string): number[] => node.params[name] as number[];

/** The operand and the index in it that an element comes from; null for a zero. */
const MOVES: Readonly<Record<string, (node: Node, index: readonly number[]) => readonly [number, readonly number[]] | null>> = {
  transpose: (node, index) => {
    const source = new Array<number>(index.length);
    list(node, 'perm').forEach((axis, i) => (source[axis] = index[i]!));
    return [0, source];
  },
  broadcast: (node, index) => [0, broadcastIndex(node.inputs[0]!.shape, index)],
  slice: (node, index) => [0, index.map((i, axis) => list(node, 'start')[axis]! + i * list(node, 'strides')[axis]!)],
  pad: (node, index) => {
    const source = index.map((i, axis) => (i - list(node, 'low')[axis]!) / (list(node, 'interior')[axis]! + 1));
    const { shape } = node.inputs[0]!;
    return source.every((s, axis) => Number.isInteger(s) && s >= 0 && s < shape[axis]!) ? [0, source] : null;
  },
  concat: (node, index) => {
    const axis = node.params['axis'] as number;
    let rest = index[axis]!;
    const which = node.inputs.findIndex(({ shape }) => rest < shape[axis]! || ((rest -= shape[axis]!), false));
    return [which, index.map((i, k) => (k === axis ? rest : i))];
  },
  reverse: (node, index) => [0, index.map((i, axis) => (list(node, 'axes').includes(axis) ? node.shape[axis]! - 1 - i : i))],
};

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  full: ({ node }) => Number(node.params['value']),
  iota: ({ node }, index) => index[node.params['axis'] as number]!,
  cast: ({ node, at }, index) => {
    const x = at(0, index);
    if (node.dtype === 'bool') return x === 0 ? 0 : 1;
    return node.dtype === 'int32' ? Math.trunc(x) : x;
  },
  argMax: (o, index) => line(o, index).reduce((best, x, i, all) => (x > all[best]! ? i : best), 0),
  argMin: (o, index) => line(o, index).reduce((best, x, i, all) => (x < all[best]! ? i : best), 0),
  gather: ({ node, at }, index) => {
    const axis = node.params['axis'] as number;
    const rank = node.inputs[1]!.shape.length;
    return at(0, [...index.slice(0, axis), at(1, index.slice(axis, axis + rank)), ...index.slice(axis + rank)]);
  },
};

/** All elements over the reduced axes, joined to those that are kept. */
const reduced = (initial: number, join: (a: number, b: number) => number) => (node: Node, [x]: readonly Values[]): Values => {
  const out = new Float64Array(count(node.shape)).fill(initial);
  const { shape } = node.inputs[0]!;
  const axes = list(node, 'axes');
  let from = 0;
  for (const index of indices(shape)) {
    const at = position(node.shape, index.filter((_, axis) => !axes.includes(axis)));
    out[at] = join(out[at]!, x![from++]!);
  }
  return out;
};

/** Each line of operand 0 along an axis, as positions in its array. */
function lines({ params, inputs: [x] }: Node): number[][] {
  const axis = params['axis'] as number;
  const { shape } = x!;
  const step = count(shape.slice(axis + 1));
  return Array.from(indices(shape.map((n, i) => (i === axis ? Math.min(n, 1) : n))), (index) => Array.from({ length: shape[axis]! }, (_, k) => position(shape, index) + k * step));
}

/** Primitives whose output is easier to build as a whole. */
const WHOLE: Readonly<Record<string, (node: Node, inputs: readonly Values[]) => Values>> = {
  ...DENSE,
  ...WINDOWS,
  reshape: (_, [x]) => x!,
  barrier: (_, [x]) => x!,
  reduceSum: reduced(0, (a, b) => a + b),
  reduceMax: reduced(-Infinity, Math.max),
  reduceMin: reduced(Infinity, Math.min),
  cumsum: (node, [x]) => {
    const { reverse, exclusive } = node.params as { reverse: boolean; exclusive: boolean };
    const out = new Float64Array(x!.length);
    for (const line of lines(node)) {
      let sum = 0;
      for (const at of reverse ? line.reverse() : line) {
        const next = sum + x![at]!;
        out[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    return out;
  },
  argsort: (node, [x]) => {
    const out = new Float64Array(x!.length);
    for (const line of lines(node)) {
      const order = Array.from(line.keys()).sort((i, j) => x![line[i]!]! - x![line[j]!]! || i - j);
      order.forEach((k, i) => (out[line[i]!] = k));
    }
    return out;
  },
  matmul: (node, [x, y]) => {
    const { transposeA, transposeB } = node.params as { transposeA: boolean; transposeB: boolean };
    const [a, b] = node.inputs as [Node, Node];
    const out = new Float64Array(count(node.shape));
    const [m, n] = node.shape.slice(-2) as [number, number];
    const depth = a.shape[a.shape.length - (transposeA ? 2 : 1)]!;
    // Where the matrix of an operand begins, and how far apart its rows and columns lie.
    const matrix = ({ shape }: Node, batch: readonly number[], swap: boolean): [number, number, number] => {
      const width = shape[shape.length - 1]!;
      const begin = position(shape, [...broadcastIndex(shape.slice(0, -2), batch), 0, 0]);
      return swap ? [begin, 1, width] : [begin, width, 1];
    };
    let at = 0;
    for (const batch of indices(node.shape.slice(0, -2))) {
      const [[p, rowA, columnA], [q, rowB, columnB]] = [matrix(a, batch, transposeA), matrix(b, batch, transposeB)];
      for (let i = 0; i < m; i++)
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < depth; k++) sum += x![p + i * rowA + k * columnA]! * y![q + k * rowB + j * columnB]!;
          out[at++] = sum;
        }
    }
    return out;
  },
  scatterAdd: (node, [updates, rows]) => {
    const out = new Float64Array(count(node.shape));
    const axis = node.params['axis'] as number;
    const [source, positions] = node.inputs as [Node, Node];
    const rank = positions.shape.length;
    let at = 0;
    for (const index of indices(source.shape)) {
      const row = rows![position(positions.shape, index.slice(axis, axis + rank))]!;
      out[position(node.shape, [...index.slice(0, axis), row, ...index.slice(axis + rank)])]! += updates![at++]!;
    }
    return out;
  },
  cholesky: (node, [a]) => {
    const n = node.shape[node.shape.length - 1]!;
    const out = new Float64Array(a!.length);
    for (let base = 0; base < a!.length; base += n * n) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = a![base + i * n + j]!;
          for (let k = 0; k < j; k++) sum -= out[base + i * n + k]! * out[base + j * n + k]!;
          out[base + i * n + j] = i === j ? Math.sqrt(sum) : sum / out[base + j * n + j]!;
        }
      }
    }
    return out;
  },
  triangularSolve: (node, [a, b]) => {
    const { lower, transpose, unit } = node.params as { lower: boolean; transpose: boolean; unit: boolean };
    const [n, columns] = node.shape.slice(-2) as [number, number];
    const out = b!.slice();
    for (let stack = 0; stack < out.length / (n * columns || 1); stack++) {
      const entry = (i: number, j: number): number => a![stack * n * n + (transpose ? j * n + i : i * n + j)]!;
      const order = Array.from({ length: n }, (_, i) => (lower !== transpose ? i : n - 1 - i));
      for (let c = 0; c < columns; c++) {
        const at = (i: number): number => stack * n * columns + i * columns + c;
        order.forEach((i, step) => {
          for (const k of order.slice(0, step)) out[at(i)]! -= entry(i, k) * out[at(k)]!;
          if (!unit) out[at(i)]! /= entry(i, i);
        });
      }
    }
    return out;
  },
};

