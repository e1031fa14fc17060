import type { Graph, Node } from '../api.js';
import { isFloat, sameShape, sizeOf } from '../primitive.js';
import { BROADCASTING, rewrite, type Rule, type Site } from './rewrite.js';

/** The value of a uniform constant, else undefined. */
const valueOf = (x: Node): number | undefined => (x.op === 'full' ? Number(x.params['value']) : undefined);

/** `x` where it has the node's shape already. */
const kept = (x: Node, node: Node): Node | null => (sameShape(x.shape, node.shape) ? x : null);

const isNeg = ({ op }: Node): boolean => op === 'neg';

/** The factors of a product with a uniform constant: the other one and the constant's value. */
function scaled(x: Node): [Node, number] | null {
  if (x.op === 'neg') return [x.inputs[0]!, -1];
  if (x.op !== 'mul' || !isFloat(x.dtype)) return null;
  const [a, b] = x.inputs as [Node, Node];
  if (b.op === 'full') return [a, valueOf(b)!];
  return a.op === 'full' ? [b, valueOf(a)!] : null;
}

/** x·c, without a product where it is none; null where it would not have the node's shape. */
function scale(x: Node, c: number, node: Node, build: Site['build']): Node | null {
  if (!sameShape(x.shape, node.shape)) return null;
  if (c === 1) return x;
  return c === -1 ? build.map('neg', x) : build.map('mul', x, build.full(c, [], x.dtype));
}

/** Products of two constants must neither vanish nor overflow where the steps one by one would not. */
const moderate = (c: number): boolean => Math.abs(c) > 1e-15 && Math.abs(c) < 1e15;

const isPowerOf2 = (c: number): boolean => moderate(c) && Number.isInteger(Math.log2(Math.abs(c)));

const RULES: Readonly<Record<string, Rule>> = {
  neg(node, { build, inputs: [x] }) {
    if (isNeg(x!)) return x!.inputs[0]!;
    if (x!.op === 'sub' && isFloat(x!.dtype)) return build.map('sub', x!.inputs[1]!, x!.inputs[0]!);
    const factors = scaled(x!);
    return factors && scale(factors[0], -factors[1], node, build);
  },

  add(node, { build, inputs }) {
    const [a, b] = inputs as [Node, Node];
    if (valueOf(b) === 0) return kept(a, node);
    if (valueOf(a) === 0) return kept(b, node);
    if (a === b && isFloat(a.dtype)) return scale(a, 2, node, build);
    if (isNeg(b)) return build.map('sub', a, b.inputs[0]!);
    return isNeg(a) ? build.map('sub', b, a.inputs[0]!) : null;
  },

  sub(node, { build, inputs }) {
    const [a, b] = inputs as [Node, Node];
    if (valueOf(b) === 0) return kept(a, node);
    if (valueOf(a) === 0 && isFloat(a.dtype)) return scale(b, -1, node, build);
    return isNeg(b) ? build.map('add', a, b.inputs[0]!) : null;
  },

  mul(node, { build, inputs }) {
    if (!isFloat(node.dtype)) return null;
    const [a, b] = inputs as [Node, Node];
    const [x, c] = a.op === 'full' ? [b, valueOf(a)!] : [a, valueOf(b)];
    if (c === undefined) return isNeg(a) && isNeg(b) ? build.map('mul', a.inputs[0]!, b.inputs[0]!) : null;
    if (c === 1 || c === -1) return scale(x, c, node, build);
    const inner = scaled(x);
    if (inner === null || (inner[1] !== -1 && !(moderate(inner[1]) && moderate(c)))) return null;
    return scale(inner[0], inner[1] * c, node, build);
  },

  div(node, { build, inputs }) {
    const [a, b] = inputs as [Node, Node];
    const c = valueOf(b);
    if (!isFloat(node.dtype) || c === undefined) return null;
    return c === 1 || isPowerOf2(c) ? scale(a, 1 / c, node, build) : null;
  },

  select(node, { inputs }) {
    const [condition, a, b] = inputs as [Node, Node, Node];
    const c = valueOf(condition);
    if (a === b) return kept(a, node);
    return c === undefined ? null : kept(c === 0 ? b : a, node);
  },

  max: same,
  min: same,
  and: same,
  or: same,

  cast: (node, { inputs: [x] }) => (x!.dtype === node.dtype ? x! : null),
  reshape: (node, { build, inputs: [x] }) => uniform(x!, node, build),
  broadcast: (node, { build, inputs: [x] }) => uniform(x!, node, build),
  transpose: (node, { build, inputs: [x] }) => uniform(x!, node, build),
  slice: (node, { build, inputs: [x] }) => uniform(x!, node, build),
  reverse: (node, { build, inputs: [x] }) => uniform(x!, node, build),

  reduceSum(node, site) {
    const { build, inputs: [x] } = site;
    const axes: readonly number[] = node.params['axes'];
    const inner = scaled(x!);
    if (inner !== null && sizeOf(node.shape) < sizeOf(x!.shape) && sameShape(inner[0].shape, x!.shape) && isFloat(node.dtype)) {
      return scale(build.add('reduceSum', [inner[0]], node.params, node), inner[1], node, build);
    }
    return reduced(node, axes, site);
  },
  reduceMax: (node, site) => reduced(node, node.params['axes'], site),
  reduceMin: (node, site) => reduced(node, node.params['axes'], site),
};

function same(node: Node, { inputs: [a, b] }: Site): Node | null {
  return a === b ? kept(a!, node) : null;
}

const uniform = (x: Node, { shape, dtype }: Node, build: Site['build']): Node | null => (x.op === 'full' ? build.full(valueOf(x)!, shape, dtype) : null);

/** Reductions over axes of one element, or over elements that were repeated. */
function reduced(node: Node, axes: readonly number[], { build, inputs: [x] }: Site): Node | null {
  if (axes.every((axis) => x!.shape[axis] === 1)) return build.reshape(x!, node.shape);
  if (x!.op !== 'broadcast') return null;
  const { shape } = x!.inputs[0]!;
  const lead = x!.shape.length - shape.length;
  const repeated = axes.filter((axis) => x!.shape[axis] !== 1 && (axis < lead || shape[axis - lead] === 1));
  // a maximum over nothing is another value than that of the element which is repeated no times
  if (repeated.length === 0 || repeated.some((axis) => x!.shape[axis] === 0)) return null;
  const narrow = x!.shape.map((n, axis) => (repeated.includes(axis) ? 1 : n));
  const once = build.broadcast(build.reshape(x!.inputs[0]!, [...Array<number>(lead).fill(1), ...shape]), narrow);
  const rest = axes.filter((axis) => !repeated.includes(axis));
  const kernel = rest.length === 0 ? once : build.add(node.op, [once], { axes: rest }, { dtype: node.dtype, shape: narrow.filter((_, i) => !rest.includes(i)) });
  const y = build.reshape(kernel, node.shape);
  const count = sizeOf(repeated.map((axis) => x!.shape[axis]!));
  return node.op === 'reduceSum' ? build.map('mul', y, build.full(count, [], node.dtype)) : y;
}

/** Uniform operands of elementwise nodes need no shape where another operand has it. */
const shrunk: Rule = (node, { build, inputs }) => {
  if (inputs.length < 2 || !inputs.some((x) => x.op === 'full' && x.shape.length > 0)) return null;
  const wide = inputs.some((x) => x.op !== 'full' && sameShape(x.shape, node.shape));
  if (!wide || !BROADCASTING.has(node.op)) return null;
  const operands = inputs.map((x) => (x.op === 'full' ? build.full(valueOf(x)!, [], x.dtype) : x));
  return build.add(node.op, operands, node.params, node);
};

/**
 * Algebra that costs nothing and gains something: neutral operands, signs and constant factors that meet, sums of what was repeated, constants
 * without a shape of their own. Exact up to one rounding where two constant factors become one, and up to the sign of zero.
 */
export const simplify = (graph: Graph): Graph => rewrite(graph, (node, site) => RULES[node.op]?.(node, site) ?? shrunk(node, site));
