/**
 * Axes where they lie. Every value keeps the order of axes in which it was made, and moves of axes are notes until an operation wants another order:
 * whole regions of a graph then work in one layout, and transposes that undo each other vanish. Operands that only repeat elements are
 * left to the broadcasting of the operation that reads them.
 */
import type { Graph, Node, Shape } from '@curv/tensor';
import { broadcastShapes, inverse, range, sameShape, sizeOf } from './shapes.js';
import { copy, GraphWriter } from './writer.js';

/** A value as it lies: axis j of `node` is axis order[j] of the value. */
interface Laid {
  readonly node: Node;
  readonly order: readonly number[];
}

const asIs = (node: Node): Laid => ({ node, order: range(node.shape.length) });

/** The value with its axes in another order. */
function arrange(writer: GraphWriter, x: Laid, order: readonly number[]): Node {
  return writer.transpose(x.node, order.map((axis) => x.order.indexOf(axis)));
}

const natural = (writer: GraphWriter, x: Laid): Node => arrange(writer, x, range(x.order.length));

/** New axes of size 1 in front, up to a rank. */
function widen(writer: GraphWriter, x: Laid, rank: number): Laid {
  const missing = rank - x.order.length;
  if (missing === 0) return x;
  const ones = new Array<number>(missing).fill(1);
  return { node: writer.reshape(x.node, [...ones, ...x.node.shape]), order: [...range(missing), ...x.order.map((axis) => axis + missing)] };
}

/** Elements that an arrangement would move; 0 where only axes of size 1 change places. */
function cost(x: Laid, order: readonly number[]): number {
  if (x.node.inputs.length === 0 && x.node.op !== 'input') return 0;
  const sizes = new Map(x.order.map((axis, j) => [axis, x.node.shape[j]!]));
  const long = (axis: number): boolean => sizes.get(axis) !== 1;
  return String(x.order.filter(long)) === String(order.filter(long)) ? 0 : sizeOf(x.node.shape);
}

type LayoutRule = (writer: GraphWriter, node: Node, laid: (node: Node) => Laid) => Laid;

/** An operand without the repetition that the operation's own broadcasting would do. */
function unrepeated(writer: GraphWriter, operand: Node, laid: (node: Node) => Laid, rank: number): Laid {
  if (operand.op === 'full') return widen(writer, asIs(writer.full(operand.params['value'] as number, [], operand.dtype)), rank);
  return widen(writer, laid(operand.op === 'broadcast' ? operand.inputs[0]! : operand), rank);
}

const elementwise: LayoutRule = (writer, node, laid) => {
  const rank = node.shape.length;
  const whole = node.inputs.map((input) => widen(writer, laid(input), rank));
  // Shapes of the operands in the node's own order of axes.
  const shapes: Shape[] = node.inputs.map((input) => [...new Array<number>(rank - input.shape.length).fill(1), ...input.shape]);
  const operands = whole.map((x, i) => {
    const small = unrepeated(writer, node.inputs[i]!, laid, rank);
    const shape = range(rank).map((axis) => small.node.shape[small.order.indexOf(axis)]!);
    const rest = shapes.map((s, j) => (j === i ? shape : s));
    if (!sameShape(broadcastShapes(rest), node.shape)) return x;
    shapes[i] = shape;
    return small;
  });
  const choices = operands.map((x) => ({ order: x.order, price: operands.reduce((sum, other) => sum + cost(other, x.order), 0), size: sizeOf(x.node.shape) }));
  const { order } = choices.reduce((best, c) => (c.price < best.price || (c.price === best.price && c.size > best.size) ? c : best));
  const inputs = operands.map((x) => arrange(writer, x, order));
  const arranged = inputs.map((x) => (x.shape.every((n) => n === 1) && x.op === 'full' ? writer.reshape(x, []) : x));
  return { node: writer.add(node.op, arranged, node.params, { shape: order.map((axis) => node.shape[axis]!), dtype: node.dtype }), order };
};

const transpose: LayoutRule = (_, node, laid) => {
  const x = laid(node.inputs[0]!);
  const place = inverse(node.params['perm'] as number[]);
  return { node: x.node, order: x.order.map((axis) => place[axis]!) };
};

/** Runs of axes with equal products on both sides of a reshape; axes of size 1 belong to no run. */
function runs(from: Shape, to: Shape): { from: number[]; to: number[] }[] {
  const [a, b] = [from, to].map((shape) => range(shape.length).filter((i) => shape[i] !== 1)) as [number[], number[]];
  const list: { from: number[]; to: number[] }[] = [];
  while (a.length > 0) {
    const run = { from: [a.shift()!], to: [b.shift()!] };
    let [left, right] = [from[run.from[0]!]!, to[run.to[0]!]!];
    while (left !== right) {
      if (left < right) left *= from[run.from[run.from.push(a.shift()!) - 1]!]!;
      else right *= to[run.to[run.to.push(b.shift()!) - 1]!]!;
    }
    list.push(run);
  }
  return list;
}

/** A reshape works on axes as they lie where it splits or merges only axes that lie side by side. */
const reshape: LayoutRule = (writer, node, laid) => {
  const [input] = node.inputs as [Node];
  const x = laid(input);
  if (sizeOf(node.shape) === 0) return asIs(writer.reshape(natural(writer, x), node.shape));
  const list = runs(input.shape, node.shape);
  const lying = x.order.filter((axis) => input.shape[axis] !== 1);
  const order: number[] = [];
  for (let at = 0; at < lying.length; ) {
    const run = list.find((r) => r.from[0] === lying[at]);
    if (run === undefined || !run.from.every((axis, i) => lying[at + i] === axis)) return asIs(writer.reshape(natural(writer, x), node.shape));
    order.push(...run.to);
    at += run.from.length;
  }
  // Axes of size 1 stay behind the axis that they follow.
  for (const axis of range(node.shape.length)) if (node.shape[axis] === 1) order.splice(order.indexOf(axis - 1) + 1, 0, axis);
  return { node: writer.reshape(x.node, order.map((axis) => node.shape[axis]!)), order };
};

const reduce: LayoutRule = (writer, node, laid) => {
  const x = laid(node.inputs[0]!);
  const axes = node.params['axes'] as number[];
  const left = range(x.order.length).filter((axis) => !axes.includes(axis));
  const order = x.order.filter((axis) => !axes.includes(axis)).map((axis) => left.indexOf(axis));
  const lying = axes.map((axis) => x.order.indexOf(axis)).sort((a, b) => a - b);
  return { node: writer.add(node.op, [x.node], { axes: lying }, { shape: order.map((axis) => node.shape[axis]!), dtype: node.dtype }), order };
};

const broadcast: LayoutRule = (writer, node, laid) => {
  const x = widen(writer, laid(node.inputs[0]!), node.shape.length);
  return { node: writer.broadcast(x.node, x.order.map((axis) => node.shape[axis]!)), order: x.order };
};

/** Operations with a list of numbers for each axis. */
const axiswise =
  (...lists: readonly string[]): LayoutRule =>
  (writer, node, laid) => {
    const x = laid(node.inputs[0]!);
    const params = { ...node.params };
    for (const name of lists) params[name] = x.order.map((axis) => (node.params[name] as number[])[axis]!);
    return { node: writer.add(node.op, [x.node], params, { shape: x.order.map((axis) => node.shape[axis]!), dtype: node.dtype }), order: x.order };
  };

const reverse: LayoutRule = (writer, node, laid) => {
  const x = laid(node.inputs[0]!);
  const axes = (node.params['axes'] as number[]).map((axis) => x.order.indexOf(axis));
  return { node: writer.add(node.op, [x.node], { axes }, { shape: x.node.shape, dtype: node.dtype }), order: x.order };
};

/** Along one axis, which stays or disappears. */
const along: LayoutRule = (writer, node, laid) => {
  const x = laid(node.inputs[0]!);
  const axis = node.params['axis'] as number;
  const stays = node.shape.length === x.order.length;
  const order = stays ? x.order : x.order.filter((a) => a !== axis).map((a) => (a > axis ? a - 1 : a));
  const params = { ...node.params, axis: x.order.indexOf(axis) };
  return { node: writer.add(node.op, [x.node], params, { shape: order.map((a) => node.shape[a]!), dtype: node.dtype }), order };
};

const concat: LayoutRule = (writer, node, laid) => {
  const list = node.inputs.map(laid);
  const { order } = list.reduce((best, x) => (sizeOf(x.node.shape) > sizeOf(best.node.shape) ? x : best));
  return { node: writer.concat(list.map((x) => arrange(writer, x, order)), order.indexOf(node.params['axis'] as number)), order };
};

/** Shortest run of elements that is worth copying one by one. */
export const SHORT_RUN = 8;

/** Slices are copied in runs of what lies behind the axis. */
const gather: LayoutRule = (writer, node, laid) => {
  const indices = natural(writer, laid(node.inputs[1]!));
  const axis = node.params['axis'] as number;
  let x = laid(node.inputs[0]!);
  const run = sizeOf(x.node.shape.slice(x.order.indexOf(axis) + 1));
  if (run < SHORT_RUN && run < sizeOf(node.inputs[0]!.shape.slice(axis + 1))) x = asIs(natural(writer, x));
  const rank = indices.shape.length;
  const order = x.order.flatMap((a) => (a === axis ? range(rank).map((i) => axis + i) : [a > axis ? a + rank - 1 : a]));
  return { node: writer.gather(x.node, indices, x.order.indexOf(axis)), order };
};

const scatterAdd: LayoutRule = (writer, node, laid) => {
  const [updates, indices] = [laid(node.inputs[0]!), natural(writer, laid(node.inputs[1]!))];
  if (indices.shape.length !== 1) return asIs(copy(writer, node, [natural(writer, updates), indices]));
  const { order } = updates;
  const params = { ...node.params, axis: order.indexOf(node.params['axis'] as number) };
  return { node: writer.add(node.op, [updates.node, indices], params, { shape: order.map((a) => node.shape[a]!), dtype: node.dtype }), order };
};

/** A matrix operand as it lies, swapped or not. */
function matrix(writer: GraphWriter, x: Laid, flag: boolean): { node: Node; flag: boolean } {
  const rank = x.order.length;
  const swapped = [...range(rank - 2), rank - 1, rank - 2];
  return cost(x, range(rank)) > 0 && cost(x, swapped) === 0 ? { node: arrange(writer, x, swapped), flag: !flag } : { node: natural(writer, x), flag };
}

const matmul: LayoutRule = (writer, node, laid) => {
  const a = matrix(writer, laid(node.inputs[0]!), node.params['transposeA'] as boolean);
  const b = matrix(writer, laid(node.inputs[1]!), node.params['transposeB'] as boolean);
  return asIs(writer.matmul(a.node, b.node, { transposeA: a.flag, transposeB: b.flag }));
};

const RULES: Readonly<Record<string, LayoutRule>> = {
  transpose, reshape, broadcast, reduceSum: reduce, reduceMax: reduce, reduceMin: reduce, slice: axiswise('start', 'stop', 'strides'), pad: axiswise('low', 'high', 'interior'), reverse,
  argMax: along, argMin: along, argsort: along, cumsum: along, concat, gather, scatterAdd, matmul,
};

/** Sources, which lie as they are made. */
const SOURCES = new Set(['full', 'iota', 'constant']);

/** The graph with axes moved only where an operation needs it. */
export function settleLayout(graph: Graph): Graph {
  const writer = new GraphWriter();
  const made = new Map<Node, Laid>(graph.inputs.map((node) => [node, asIs(writer.input(node))]));
  const laid = (node: Node): Laid => made.get(node)!;
  for (const node of graph.nodes) {
    if (made.has(node)) continue;
    if (SOURCES.has(node.op)) made.set(node, asIs(copy(writer, node, [])));
    else made.set(node, (RULES[node.op] ?? elementwise)(writer, node, laid));
  }
  return writer.close(graph.inputs.map((node) => laid(node).node), graph.outputs.map((node) => natural(writer, laid(node))));
}

