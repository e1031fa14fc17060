/**
 * A reference interpreter of graphs: every primitive by its definition, one element at a time, in float64 whatever the graph's float dtype. It
 * shares no code with any engine.
 */
import type { Graph, Node } from '../api.js';
import { broadcastIndex, count, indices, position } from './indices.js';
import { DENSE } from './reference-dense.js';
import { BINARY, UNARY } from './reference-elementwise.js';
import { WINDOWS } from './reference-windows.js';

/** A value of the interpreter: numbers in row-major order (bool as 0 and 1). */
export type Values = Float64Array;

/** What a primitive's definition sees. */
export interface Operands {
  readonly node: Node;
  /** Element of operand i at a multi-index. */
  at(i: number, index: readonly number[]): number;
}

/** The element of the output at an index. */
export type Definition = (operands: Operands, index: readonly number[]) => number;

/** Values of a graph's outputs. */
export function evaluateReference(graph: Graph, inputs: readonly ArrayLike<number>[]): Values[] {
  const values = new Map<Node, Values>();
  graph.inputs.forEach((node, i) => values.set(node, Float64Array.from(inputs[i]!)));
  for (const node of graph.nodes) if (!values.has(node)) values.set(node, evaluateNode(node, node.inputs.map((input) => values.get(input)!)));
  return graph.outputs.map((node) => values.get(node)!);
}

function evaluateNode(node: Node, inputs: readonly Values[]): Values {
  const operands: Operands = { node, at: (i, index) => inputs[i]![position(node.inputs[i]!.shape, index)]! };
  const whole = WHOLE[node.op];
  if (whole !== undefined) return whole(node, inputs);
  const definition = DEFINITIONS[node.op] ?? WINDOWS[node.op] ?? elementwise(node.op);
  const out = new Float64Array(count(node.shape));
  let at = 0;
  for (const index of indices(node.shape)) out[at++] = definition(operands, index);
  return out;
}

function elementwise(op: string): Definition {
  const one = UNARY[op];
  if (one !== undefined) return ({ at }, index) => one(at(0, index));
  const two = BINARY[op];
  if (two === undefined) throw new TypeError(`the reference has no definition of ${op}`);
  return ({ node, at }, index) => {
    const [a, b] = node.inputs.map((input, i) => at(i, broadcastIndex(input.shape, index))) as [number, number];
    return node.dtype === 'int32' && op === 'div' ? Math.trunc(a / b) : two(a, b);
  };
}

/** All values of operand 0 over the reduced axes. */
function* reduced({ node, at }: Operands, index: readonly number[]): Generator<number> {
  const { shape } = node.inputs[0]!;
  const axes = node.params['axes'] as number[];
  for (const inner of indices(axes.map((axis) => shape[axis]!))) {
    let next = 0;
    yield at(0, shape.map((_, axis) => (axes.includes(axis) ? inner[axes.indexOf(axis)]! : index[next++]!)));
  }
}

/** Values of operand 0 along an axis, through an index with or without that axis. */
function line({ node, at }: Operands, index: readonly number[], keepsAxis: boolean): number[] {
  const axis = node.params['axis'] as number;
  const rest = keepsAxis ? index.filter((_, i) => i !== axis) : [...index];
  return Array.from({ length: node.inputs[0]!.shape[axis]! }, (_, k) => at(0, [...rest.slice(0, axis), k, ...rest.slice(axis)]));
}

const list = (node: Node, name: string): number[] => node.params[name] as number[];

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  full: ({ node }) => Number(node.params['value']),
  iota: ({ node }, index) => index[node.params['axis'] as number]!,
  barrier: ({ at }, index) => at(0, index),
  cast: ({ node, at }, index) => {
    const x = at(0, index);
    if (node.dtype === 'bool') return x === 0 ? 0 : 1;
    return node.dtype === 'int32' ? Math.trunc(x) : x;
  },
  select: ({ node, at }, index) => {
    const [c, a, b] = node.inputs.map((input, i) => at(i, broadcastIndex(input.shape, index))) as [number, number, number];
    return c !== 0 ? a : b;
  },
  reduceSum: (o, index) => [...reduced(o, index)].reduce((a, b) => a + b, 0),
  reduceMax: (o, index) => Math.max(...reduced(o, index)),
  reduceMin: (o, index) => Math.min(...reduced(o, index)),
  argMax: (o, index) => line(o, index, false).reduce((best, x, i, all) => (x > all[best]! ? i : best), 0),
  argMin: (o, index) => line(o, index, false).reduce((best, x, i, all) => (x < all[best]! ? i : best), 0),
  argsort: (o, index) => {
    const values = line(o, index, true);
    return Array.from(values.keys()).sort((i, j) => values[i]! - values[j]! || i - j)[index[o.node.params['axis'] as number]!]!;
  },
  cumsum: (o, index) => {
    const { axis, reverse, exclusive } = o.node.params as { axis: number; reverse: boolean; exclusive: boolean };
    return line(o, index, true).reduce((sum, x, k) => {
      const before = reverse ? k > index[axis]! : k < index[axis]!;
      return before || (k === index[axis] && !exclusive) ? sum + x : sum;
    }, 0);
  },
  transpose: ({ node, at }, index) => {
    const source = new Array<number>(index.length);
    list(node, 'perm').forEach((axis, i) => (source[axis] = index[i]!));
    return at(0, source);
  },
  broadcast: ({ node, at }, index) => at(0, broadcastIndex(node.inputs[0]!.shape, index)),
  slice: ({ node, at }, index) => at(0, index.map((i, axis) => list(node, 'start')[axis]! + i * list(node, 'strides')[axis]!)),
  pad: ({ node, at }, index) => {
    const source = index.map((i, axis) => (i - list(node, 'low')[axis]!) / (list(node, 'interior')[axis]! + 1));
    const { shape } = node.inputs[0]!;
    return source.every((s, axis) => Number.isInteger(s) && s >= 0 && s < shape[axis]!) ? at(0, source) : 0;
  },
  concat: ({ node, at }, index) => {
    const axis = node.params['axis'] as number;
    let rest = index[axis]!;
    const which = node.inputs.findIndex(({ shape }) => rest < shape[axis]! || ((rest -= shape[axis]!), false));
    return at(which, index.map((i, k) => (k === axis ? rest : i)));
  },
  reverse: ({ node, at }, index) => at(0, index.map((i, axis) => (list(node, 'axes').includes(axis) ? node.shape[axis]! - 1 - i : i))),
  gather: ({ node, at }, index) => {
    const axis = node.params['axis'] as number;
    const rank = node.inputs[1]!.shape.length;
    return at(0, [...index.slice(0, axis), at(1, index.slice(axis, axis + rank)), ...index.slice(axis + rank)]);
  },
  matmul: ({ node, at }, index) => {
    const { transposeA, transposeB } = node.params as { transposeA: boolean; transposeB: boolean };
    const [a, b] = node.inputs as [Node, Node];
    const batch = index.slice(0, -2);
    const [i, j] = index.slice(-2) as [number, number];
    const outer = (shape: readonly number[]): number[] => broadcastIndex(shape.slice(0, -2), batch);
    let sum = 0;
    for (let k = 0; k < a.shape[a.shape.length - (transposeA ? 2 : 1)]!; k++) {
      sum += at(0, [...outer(a.shape), ...(transposeA ? [k, i] : [i, k])]) * at(1, [...outer(b.shape), ...(transposeB ? [j, k] : [k, j])]);
    }
    return sum;
  },
};

/** Primitives whose output is easier to build as a whole. */
const WHOLE: Readonly<Record<string, (node: Node, inputs: readonly Values[]) => Values>> = {
  ...DENSE,
  reshape: (_, [x]) => x!,
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

