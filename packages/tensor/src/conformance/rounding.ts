/**
 * What engines may differ in. An engine rounds in its own way and adds in its own order, so the outcome of a program is known up to what roundings
 * make of it. That is measured: the reference is run again, each time with other roundings, and what these runs agree on, an engine must find.
 */
import type { DType, Graph, Node } from '../api.js';
import { workOf } from '../passes/work.js';
import { isFloat, sizeOf } from '../primitive.js';
import { type Random, random } from '../random.js';
import { evaluateNode, evaluateReference, type Revision, type Values } from './reference.js';

/** Primitives that add products or elements: their rounding errors are relative to the sum of magnitudes, and infinite where a part of the sum is too large. */
const SUMS: ReadonlySet<string> = new Set([
  'reduceSum', 'cumsum', 'scatterAdd', 'matmul', 'conv2d', 'conv2dInput', 'conv2dFilter', 'windowSum', 'windowSpread', 'poolScatter', 'linearSolve', 'cholesky', 'triangularSolve',
]);

/** Primitives that choose, compare or move, without rounding. */
const EXACT: ReadonlySet<string> = new Set([
  'input', 'full', 'iota', 'barrier', 'cast', 'select', 'neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'not', 'and', 'or', 'max', 'min', 'equal', 'notEqual', 'less', 'lessEqual',
  'greater', 'greaterEqual', 'reduceMax', 'reduceMin', 'argMax', 'argMin', 'argsort', 'reshape', 'transpose', 'broadcast', 'slice', 'pad', 'concat', 'reverse', 'gather', 'poolArgMax', 'poolGather',
]);

const LARGEST: Readonly<Record<'float32' | 'float64', number>> = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE };
/** Below these, digits are lost. */
const NORMAL: Readonly<Record<'float32' | 'float64', number>> = { float32: 2 ** -126, float64: 2 ** -1022 };

const withNaN = (values: Values): boolean => values.some((v) => Number.isNaN(v));
const unbounded = (values: Values): boolean => values.some((v) => !Number.isFinite(v));
/** Positions of an extreme, or an order, of values that NaN is one of. */
const positions = (_: Node, [x]: readonly Values[]): boolean => withNaN(x!);

/** Angles of so many turns that rounding leaves nothing of them. */
const turns = ({ dtype }: Node, [x]: readonly Values[]): boolean => x!.some((v) => Number.isFinite(v) && Math.abs(v) > (dtype === 'float32' ? 1e4 : 1e12));

/** Primitives that promise nothing of some operands; nor do integers that do not fit 32 bits. */
const FREE: Readonly<Record<string, (node: Node, operands: readonly Values[]) => boolean>> = {
  sin: turns,
  cos: turns,
  tan: turns,
  argMax: positions,
  argMin: positions,
  argsort: positions,
  poolArgMax: positions,
  // languages disagree on powers of ±1 and of NaN
  pow: (_, [x, y]) => withNaN(x!) || unbounded(y!),
  // what is outside of an image may be skipped, or be zeros that are multiplied with a filter or a gradient
  conv2d: ({ params }, [, w]) => (params['padding'] as number[][]).flat().some((p) => p > 0) && unbounded(w!),
  conv2dInput: (_, [, w]) => unbounded(w!),
  conv2dFilter: (_, [, dy]) => unbounded(dy!),
};

/** About how many numbers are added up for one element. */
const termsOf = (node: Node): number => Math.max(workOf({ nodes: [node], inputs: [], outputs: [] }), ...node.inputs.map(({ shape }) => sizeOf(shape))) / Math.max(1, sizeOf(node.shape));

/** A run of the reference with other roundings. */
interface Shake {
  readonly stream: Random;
  readonly float: 'float32' | 'float64';
  /** Relative rounding error of one operation, from half to three halves of this, since equal ones cancel too easily; its sign tells to which side the first one goes. */
  readonly unit: number;
  /** What stands for a sum that may overflow on the way. */
  readonly anything: number;
  /** What zeros are: no primitive promises their sign. */
  readonly zero: number;
  /** Whether numbers that are too small become zero. */
  readonly vanishing: boolean;
}

function shaken(s: Shake): Revision {
  const rounded = s.float === 'float32' ? Math.fround : (x: number): number => x;
  return (node, values, operands) => {
    if (!isFloat(node.dtype)) return values;
    const magnitudes = SUMS.has(node.op) ? evaluateNode(node, operands.map((x) => x.map((v) => (Number.isFinite(v) ? Math.abs(v) : 0)))) : null;
    const terms = 4 + termsOf(node) / 256;
    const exact = EXACT.has(node.op);
    return values.map((v, i) => {
      if (magnitudes !== null && !(magnitudes[i]! < 0.5 * LARGEST[s.float])) return s.anything;
      if (v === 0) return node.op === 'full' ? v : s.zero;
      if (exact || !Number.isFinite(v)) return v;
      const scale = magnitudes === null ? Math.abs(v) : terms * magnitudes[i]!;
      return rounded(v + s.stream.rademacher() * (0.5 + s.stream.uniform()) * s.unit * (s.vanishing ? scale : Math.max(scale, NORMAL[s.float])));
    });
  };
}

/** Whether one is as far as another: both finite, both NaN, or the same infinity. */
const alike = (a: number, b: number): boolean => (Number.isFinite(a) ? Number.isFinite(b) : Object.is(a, b));

/** What is known of the outputs of a graph. */
export interface Expected {
  readonly dtype: DType;
  readonly values: Values;
  /** Largest difference that passes, for each element; infinite where nothing is known. */
  readonly allowed: Float64Array;
}

/** Runs the reference, and again with other roundings. */
export function expectedOf(graph: Graph, data: readonly ArrayLike<number>[], float: 'float32' | 'float64', unit: number): Expected[] {
  const stream = random(3);
  // Nodes of which nothing is promised, in whatever run, and what is computed from them.
  const unknown = new Set<Node>();
  const run = (revise: Revision): Values[] => evaluateReference(graph, data, (node, values, operands) => {
    const free = FREE[node.op]?.(node, operands) === true || (node.dtype === 'int32' && values.some((v) => !(Math.abs(v) < 2 ** 31)));
    if (free || node.inputs.some((input) => unknown.has(input))) unknown.add(node);
    return revise(node, values, operands);
  });
  const plain = run((_, values) => values);
  // The second run errs to the other side than the first.
  const runs = [unit, -unit, 2 * unit].map((signed, k) => run(shaken({ stream: stream.fork(k < 2 ? 'pair' : 'other'), float, unit: signed, anything: k === 0 ? NaN : 1e3, zero: k === 0 ? 0 : -0, vanishing: k === 1 })));
  return graph.outputs.map((node, o) => {
    const values = node.dtype === 'float32' ? plain[o]!.map(Math.fround) : plain[o]!;
    const others = runs.map((outputs) => outputs[o]!);
    return { dtype: node.dtype, values, allowed: unknown.has(node) ? values.map(() => Infinity) : allowedBy(values, others, node.dtype, unit) };
  });
}

/** Of each element how far an engine may be from the reference, by what other roundings make of it. */
function allowedBy(values: Values, others: readonly Values[], dtype: DType, unit: number): Float64Array {
  const spreads = values.map((value, i) => {
    // finite, infinite or NaN: where that depends on rounding, nothing is known
    if (!others.every((run) => alike(run[i]!, value))) return Infinity;
    return Number.isFinite(value) ? Math.max(value, ...others.map((run) => run[i]!)) - Math.min(value, ...others.map((run) => run[i]!)) : 0;
  });
  if (!isFloat(dtype)) return spreads.map((spread) => (spread === 0 ? 0 : Infinity));
  const usual = median(spreads.filter((spread) => spread > 0 && spread < Infinity));
  const least = NORMAL[dtype as 'float32' | 'float64'];
  return spreads.map((spread, i) => {
    // Where rounding moves a value by more than a hundredth, it may move it by much more: near a pole, or where nearly all is cancelled.
    const margin = spread > 0.01 * Math.abs(values[i]!) ? 1000 * spread : 0;
    // Roundings may cancel by chance, but hardly in most elements.
    return Number.isFinite(values[i]!) ? Math.max(margin, 8 * spread, 8 * usual) + 4 * unit * Math.abs(values[i]!) + least : spread;
  });
}

const median = (list: Float64Array): number => list.sort()[list.length >> 1] ?? 0;

/** How much of what is allowed an engine's result takes: above 1 it is wrong. */
export function excess(found: ArrayLike<number>, { values, allowed }: Expected): number {
  if (found.length !== values.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < values.length; i++) {
    const [a, b] = [found[i]!, values[i]!];
    if (allowed[i] === Infinity || Object.is(a, b) || a === b) continue;
    if (!alike(a, b)) return Infinity;
    worst = Math.max(worst, Math.abs(a - b) / allowed[i]!);
  }
  return worst;
}
