/**
 * Random programs, written from their results backwards: a value of some shape is an input, an earlier value, or a function of values of the
 * shapes that it needs, which are written in the same way.
 */
import type { Shape } from '../api.js';
import { range, sizeOf } from '../primitive.js';
import type { Random } from '../random.js';
import { Draft, LONG, type Rule, type Rules, STYLES } from './draft.js';
import type { Kind, Program } from './programs.js';
import { IMAGES } from './write-images.js';
import { MOVEMENTS, narrowed, resized, withAxis, without } from './write-movements.js';
import { dot, iota, matmul, thinProduct } from './write-products.js';

/** Functions that take and keep any number. */
const ANYWHERE = ['neg', 'abs', 'sin', 'cos', 'atan', 'tanh', 'asinh', 'erf', 'sigmoid', 'softplus', 'square', 'relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'gelu', 'silu', 'logSigmoid'];
const STEPS = ['sign', 'floor', 'ceil', 'round'];
const OF_POSITIVE = ['log', 'log1p', 'sqrt', 'rsqrt', 'reciprocal'];
const OF_BOUNDED = ['exp', 'expm1', 'sinh', 'cosh', 'tan', 'asin', 'acos', 'atanh'];

const constant = (d: Draft, shape: Shape, kind: Kind, value: number = d.pick(kind === 'float' ? [0, 1, -1, 2, 0.5, -0.7, 3] : [0, 1, 2, -3])): number | null =>
  d.apply('full', [], { shape: [...shape], value, dtype: kind === 'int' ? 'int32' : kind }, kind);

/** Between −0.9 and 0.9. */
const bounded = (d: Draft, shape: Shape): number | null => d.apply('mul', [d.apply('tanh', [d.write(shape, 'float')]), constant(d, [], 'float', 0.9)]);
/** From 0.3, or from 1.3, on. */
const positive = (d: Draft, shape: Shape, least = 0.3): number | null => d.apply('add', [d.apply('abs', [d.write(shape, 'float')]), constant(d, [], 'float', least)]);

const unary: Rule = (d, shape) => {
  const guarded = !(d.special && d.chance(0.4));
  const plain = (names: readonly string[]): number | null => d.apply(d.pick(names), [d.write(shape, 'float')]);
  switch (d.random.integer(8)) {
    case 0:
      return guarded ? d.apply(d.pick(OF_POSITIVE), [positive(d, shape)]) : plain(OF_POSITIVE);
    case 1:
      return guarded ? d.apply(d.pick(OF_BOUNDED), [bounded(d, shape)]) : plain(OF_BOUNDED);
    case 2:
      return d.chance(0.3) ? d.apply('acosh', [positive(d, shape, 1.3)]) : plain(STEPS);
    default:
      return plain(ANYWHERE);
  }
};

/** Two shapes that broadcast to one. */
function operandShapes(d: Draft, shape: Shape): [Shape, Shape] {
  if (d.chance(0.5)) return [shape, shape];
  if (d.chance(0.3)) {
    const narrow = range(shape.length).map(() => d.random.integer(3));
    return [shape.map((n, i) => (narrow[i] === 0 ? 1 : n)), shape.map((n, i) => (narrow[i] === 1 ? 1 : n))];
  }
  const pair: [Shape, Shape] = [shape, narrowed(d, shape)];
  return d.chance(0.5) ? pair : [pair[1], pair[0]];
}

const binary: Rule = (d, shape) => {
  const [a, b] = operandShapes(d, shape);
  const left = d.write(a, 'float');
  const right = d.chance(0.1) && String(a) === String(b) ? left : d.chance(0.15) ? constant(d, b, 'float') : d.write(b, 'float');
  switch (d.random.integer(10)) {
    case 0:
      return d.apply('div', [left, d.special && d.chance(0.4) ? right : positive(d, b)]);
    case 1:
      return d.apply('pow', d.chance(0.4) ? [positive(d, a), bounded(d, b)] : [positive(d, shape), constant(d, [], 'float', d.pick([0.5, 1, 2, 3, 4, -1, -2, 1.7]))]);
    case 2:
      return d.apply('atan2', [left, positive(d, b)]);
    case 3:
      return d.apply(d.pick(['maximum', 'minimum']), [left, right]);
    default:
      return d.apply(d.pick(['add', 'sub', 'mul', 'mul', 'add']), [left, right]);
  }
};

const select: Rule = (d, shape, kind) => {
  const [a, b] = operandShapes(d, shape);
  const condition = d.write(d.chance(0.6) ? shape : narrowed(d, shape), 'bool');
  return d.apply('select', d.chance(0.5) ? [condition, d.write(a, kind), d.write(b, kind)] : [condition, d.write(b, kind), d.write(a, kind)], {}, kind);
};

const reduction = (names: readonly string[]): Rule => (d, shape, kind) => {
  const op = d.pick(names);
  const keepDims = d.chance(0.4);
  let inner = [...shape];
  let axes: number[] = [];
  if (keepDims) {
    axes = range(shape.length).filter((i) => shape[i] === 1 && d.chance(0.8));
    for (const axis of axes) inner = resized(inner, axis, d.size(sizeOf(inner)));
  } else {
    for (let count = d.between(1, 2); count > 0 && inner.length < 5; count--) {
      const axis = d.random.integer(inner.length + 1);
      inner = withAxis(inner, axis, d.size(sizeOf(inner)));
      axes = [...axes.map((i) => (i >= axis ? i + 1 : i)), axis];
    }
  }
  if (axes.length === 0) return null;
  return d.apply(op, [d.write(inner, kind)], { axes, keepDims }, kind);
};

const scan = (names: readonly string[]): Rule => (d, shape, kind) =>
  shape.length === 0 ? null : d.apply(d.pick(names), [d.write(shape, kind)], { axis: d.random.integer(shape.length) }, kind);

const cumsum: Rule = (d, shape, kind) =>
  shape.length === 0 ? null : d.apply('cumsum', [d.write(shape, kind)], { axis: d.random.integer(shape.length), reverse: d.chance(0.5), exclusive: d.chance(0.5) }, kind);

const scatterAdd: Rule = (d, shape, kind) => {
  if (shape.length === 0) return null;
  const axis = d.random.integer(shape.length);
  const size = shape[axis]!;
  if (size === 0) return null;
  const rest = without(shape, axis);
  const indices = range(d.random.integer(3)).map(() => d.pick([1, 2, 3, 4]));
  const updates = [...rest.slice(0, axis), ...indices, ...rest.slice(axis)];
  return d.apply('scatterAdd', [d.write(updates, kind), d.write(indices, { below: size })], { axis, size }, kind);
};

/** A matrix that an elementwise function reads by columns and by rows: large enough for loops that go in tiles. */
function turned(d: Draft): number | null {
  const [rows, columns] = [d.pick([31, 32, 33, 40]), d.pick([32, 33, 63, 64, 65])];
  const x = d.apply('transpose', [d.write([columns, rows], 'float')], { perm: [1, 0] });
  return d.chance(0.3) ? x : d.apply(d.pick(['add', 'mul', 'sub']), [x, d.write(d.pick([[rows, columns], [rows, 1], [columns]]), 'float')]);
}

/** What a convolution or a pool makes. */
const image = (d: Draft): number | null => d.weighted(IMAGES)(d, [d.between(1, 2), d.between(1, 4), d.between(1, 4), d.between(1, 4)], 'float');

/** Many elementwise functions one after the other, of few operands: longer than the loops that engines join. */
const chain: Rule = (d, shape) => {
  const others = range(d.between(1, 3)).map(() => d.write(d.chance(0.7) ? shape : narrowed(d, shape), 'float'));
  let x = d.write(shape, 'float');
  for (let left = d.chance(0.3) ? 70 : d.between(4, 16); left > 0; left--) {
    x = d.chance(0.5) ? d.apply(d.pick(['sin', 'tanh', 'neg', 'abs', 'sigmoid', 'floor', 'relu']), [x]) : d.apply(d.pick(['add', 'sub', 'mul', 'maximum', 'minimum']), [x, d.pick(others)]);
    if (d.chance(0.1)) others.push(x);
  }
  return x;
};

const cast = (from: readonly Kind[], dtype: string): Rule => (d, shape, kind) => d.apply('cast', [d.write(shape, d.pick(from))], { dtype }, kind);

const FLOATS: Rules = [
  [6, unary], [7, binary], [1.5, select], [4, reduction(['sum', 'sum', 'sum', 'mean', 'max', 'min', 'prod', 'variance', 'norm', 'logSumExp'])], [9, matmul], [2, dot],
  [1, scan(['softmax', 'logSoftmax', 'sort', 'cumprod'])], [1, cumsum], [1, scatterAdd], [0.5, iota], [0.5, cast(['int', 'bool'], 'float')], [0.4, chain],
];

const extreme: Rule = (d, shape, kind) => {
  const axis = d.random.integer(shape.length + 1);
  const n = typeof kind === 'object' ? kind.below : d.size(sizeOf(shape), 1);
  if (n * sizeOf(shape) > d.style.elements) return null;
  return d.apply(d.pick(['argMax', 'argMin']), [d.write(withAxis(shape, axis, n), d.chance(0.8) ? 'float' : 'int')], { axis }, kind);
};

const integerArithmetic: Rule = (d, shape) => {
  const [a, b] = operandShapes(d, shape);
  if (d.chance(0.3)) return d.apply(d.pick(['neg', 'abs', 'sign']), [d.write(shape, 'int')], {}, 'int');
  const op = d.pick(['add', 'sub', 'mul', 'div', 'maximum', 'minimum']);
  const right = d.write(b, 'int');
  return d.apply(op, [d.write(a, 'int'), op === 'div' ? d.apply('add', [d.apply('abs', [right], {}, 'int'), constant(d, [], 'int', 1)], {}, 'int') : right], {}, 'int');
};

const INTEGERS: Rules = [
  [4, integerArithmetic], [2, extreme], [1, scan(['argsort'])], [1, reduction(['sum', 'max', 'min'])], [1, cumsum], [1, scatterAdd], [1, iota], [1, select],
  [2, cast(['float', 'bool'], 'int32')],
];

const comparison: Rule = (d, shape) => {
  const [a, b] = operandShapes(d, shape);
  const kind = d.chance(0.7) ? 'float' : 'int';
  return d.apply(d.pick(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual']), [d.write(a, kind), d.write(b, kind)], {}, 'bool');
};

const logic: Rule = (d, shape) => {
  const [a, b] = operandShapes(d, shape);
  return d.chance(0.3) ? d.apply('not', [d.write(shape, 'bool')], {}, 'bool') : d.apply(d.pick(['and', 'or']), [d.write(a, 'bool'), d.write(b, 'bool')], {}, 'bool');
};

const TRUTHS: Rules = [[5, comparison], [2, logic], [0.5, select], [1, cast(['float', 'int'], 'bool')]];

const indexIota: Rule = (d, shape, kind) => (shape.every((n) => n <= (kind as { below: number }).below) ? iota(d, shape, kind) : null);
const leaf: Rule = (d, shape, kind) => d.input(shape, kind);
/** Mostly given: what matters is what they point at. */
const INDICES: Rules = [[12, leaf], [1, extreme], [0.5, indexIota]];

/** Rules for a value. */
const rulesFor = (shape: Shape, kind: Kind): Rules => [
  ...MOVEMENTS, ...(shape.length === 4 && kind === 'float' ? IMAGES : []), ...(kind === 'float' ? FLOATS : kind === 'int' ? INTEGERS : kind === 'bool' ? TRUTHS : INDICES),
];

/** Ranks with their weights. */
const RANKS: readonly (readonly [number, number])[] = [[1, 0], [3, 1], [8, 2], [4, 3], [5, 4]];

/** A program. The same stream gives the same program. */
export function writeProgram(random: Random, special: boolean): Program {
  const form = random.uniform();
  const d = new Draft(random, special, form < 0.4 ? LONG : STYLES, rulesFor);
  const outputs: number[] = [];
  const first = form < 0.35 ? thinProduct(d) : form < 0.4 ? turned(d) : form < 0.52 ? image(d) : null;
  if (first !== null) outputs.push(first);
  while (outputs.length === 0 || (d.left > 0 && outputs.length < 4)) {
    const kind = d.weighted<Kind>([[12, 'float'], [1, 'int'], [1, 'bool']]);
    const output = d.write(d.shape(d.weighted(RANKS)), kind);
    if (output !== null) outputs.push(output);
  }
  // What is computed on the way may be a result too, and so may an input, and one value twice.
  while (d.chance(0.25)) outputs.push(d.random.integer(d.lines.length));
  return { lines: d.lines, outputs };
}
