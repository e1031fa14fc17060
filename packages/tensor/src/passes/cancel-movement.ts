import type { Graph, Node } from '../api.js';
import { broadcastShapes, range, sameShape } from '../primitive.js';
import { BROADCASTING, rewrite, type Rule, type Site } from './rewrite.js';

const zero = (list: readonly number[]): boolean => list.every((n) => n === 0);

const RULES: Readonly<Record<string, Rule>> = {
  reshape: (node, { build, inputs: [x] }) => build.reshape(x!, node.shape),

  transpose(node, { build, inputs: [x] }) {
    const perm: readonly number[] = node.params['perm'];
    if (x!.op === 'transpose') {
      const inner: readonly number[] = x!.params['perm'];
      return transposed(build, x!.inputs[0]!, perm.map((axis) => inner[axis]!), node);
    }
    return transposed(build, x!, perm, node);
  },

  broadcast(node, { build, inputs: [x] }) {
    return build.broadcast(x!.op === 'broadcast' ? x!.inputs[0]! : x!, node.shape);
  },

  slice(node, { build, inputs: [x] }) {
    const { start, strides } = node.params as { start: readonly number[]; strides: readonly number[] };
    if (strides.every((s) => s === 1) && sameShape(node.shape, x!.shape)) return x!;
    if (x!.op === 'slice') {
      const inner = x!.params as typeof node.params;
      const from = start.map((s, i) => inner['start'][i] + s * inner['strides'][i]);
      const steps = strides.map((s, i) => s * inner['strides'][i]);
      const to = node.shape.map((n, i) => (n === 0 ? from[i] : from[i] + (n - 1) * steps[i]! + 1));
      return build.add('slice', [x!.inputs[0]!], { start: from, stop: to, strides: steps }, node);
    }
    return x!.op === 'concat' ? sliceOfConcat(node, x!, build) : null;
  },

  pad(node, { inputs: [x] }) {
    const { low, high, interior } = node.params as { low: readonly number[]; high: readonly number[]; interior?: readonly number[] };
    return zero(low) && zero(high) && zero(interior ?? []) ? x! : null;
  },

  reverse(node, { build, inputs: [x] }) {
    const axes: readonly number[] = node.params['axes'];
    if (axes.every((axis) => node.shape[axis]! <= 1)) return x!;
    if (x!.op !== 'reverse') return null;
    const inner: readonly number[] = x!.params['axes'];
    const left = range(node.shape.length).filter((axis) => axes.includes(axis) !== inner.includes(axis));
    return left.length === 0 ? x!.inputs[0]! : build.add('reverse', [x!.inputs[0]!], { axes: left }, node);
  },

  concat: (_, { inputs }) => (inputs.length === 1 ? inputs[0]! : null),
};

/** An order of axes that moves none of more than one element is a reshape, or nothing. */
function transposed(build: Site['build'], x: Node, perm: readonly number[], { shape, dtype }: Node): Node {
  const moving = perm.filter((axis) => x.shape[axis] !== 1);
  if (moving.every((axis, i) => i === 0 || moving[i - 1]! < axis)) return build.reshape(x, shape);
  return build.add('transpose', [x], { perm: [...perm] }, { shape, dtype });
}

/** A slice that stays inside one part of a concatenation is a slice of that part. */
function sliceOfConcat(node: Node, joined: Node, build: Site['build']): Node | null {
  const axis: number = joined.params['axis'];
  const { start, stop, strides } = node.params as { start: readonly number[]; stop: readonly number[]; strides: readonly number[] };
  let offset = 0;
  for (const part of joined.inputs) {
    const end = offset + part.shape[axis]!;
    if (start[axis]! >= offset && stop[axis]! <= end && start[axis]! < stop[axis]!) {
      const shifted = (list: readonly number[]): number[] => list.map((n, i) => (i === axis ? n - offset : n));
      const params = { start: shifted(start), stop: shifted(stop), strides };
      if (strides.every((s) => s === 1) && sameShape(node.shape, part.shape)) return part;
      return build.add('slice', [part], params, node);
    }
    offset = end;
  }
  return null;
}

/** Elementwise primitives broadcast by themselves: a `broadcast` before one is dropped where the other operands keep the shape. */
const widened: Rule = (node, { build, inputs }) => {
  let operands = inputs;
  for (const [i, x] of inputs.entries()) {
    if (x.op !== 'broadcast') continue;
    const without = operands.map((y, j) => (j === i ? x.inputs[0]! : y));
    if (sameShape(broadcastShapes(node.op, without.map((y) => y.shape)), node.shape)) operands = without;
  }
  return operands === inputs ? null : build.add(node.op, operands, node.params, node);
};

/**
 * Primitives that move elements and undo or repeat each other: reshapes of reshapes, transposes of transposes, slices of slices and of
 * concatenations (a flat vector of parameters taken apart again), broadcasts before primitives that broadcast, and whatever moves nothing.
 */
export const cancelMovement = (graph: Graph): Graph =>
  rewrite(graph, (node, site) => (BROADCASTING.has(node.op) ? widened : RULES[node.op])?.(node, site) ?? null);
