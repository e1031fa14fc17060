import * as ops from '../ops/index.js';
import type { Tensor } from '../tensor.js';
import type { Domain, Sample } from './samples.js';

type Unary = (x: Tensor) => Tensor;

const unary = (name: string, f: Unary, domain: Domain, extra: Partial<Sample> = {}): Sample[] =>
  [[3, 4], [], [0], [1, 1, 5]].map((shape) => ({ name: `${name} [${shape.join(', ')}]`, inputs: [{ shape, domain }], f, ...extra }));

const SMOOTH: readonly (readonly [string, Unary, Domain])[] = [
  ['neg', ops.neg, 'any'], ['exp', ops.exp, 'any'], ['expm1', ops.expm1, 'unit'], ['log', ops.log, 'positive'], ['log1p', ops.log1p, 'positive'],
  ['sqrt', ops.sqrt, 'positive'], ['rsqrt', ops.rsqrt, 'positive'], ['sin', ops.sin, 'any'], ['cos', ops.cos, 'any'], ['tan', ops.tan, 'unit'],
  ['asin', ops.asin, 'unit'], ['acos', ops.acos, 'unit'], ['atan', ops.atan, 'any'], ['sinh', ops.sinh, 'any'], ['cosh', ops.cosh, 'any'],
  ['tanh', ops.tanh, 'any'], ['asinh', ops.asinh, 'any'], ['acosh', ops.acosh, 'above1'], ['atanh', ops.atanh, 'unit'], ['erf', ops.erf, 'any'],
  ['sigmoid', ops.sigmoid, 'any'], ['softplus', ops.softplus, 'any'],
];

const KINKED: readonly (readonly [string, Unary])[] = [['abs', ops.abs], ['relu', ops.relu], ['leakyRelu', (x) => ops.leakyRelu(x)], ['elu', (x) => ops.elu(x)], ['clip', (x) => ops.clip(x, -0.5, 0.5)]];
const FLAT: readonly (readonly [string, Unary])[] = [['sign', ops.sign], ['floor', ops.floor], ['ceil', ops.ceil], ['round', ops.round]];

/** Pairs of shapes that broadcast. */
const PAIRS: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[2, 3], [2, 3]], [[2, 3], []], [[], [3]], [[2, 1], [1, 3]], [[4, 2, 3], [3]], [[4, 1, 3], [2, 1]], [[0, 3], [1, 3]],
];

type Binary = (a: Tensor, b: Tensor) => Tensor;
const binary = (name: string, f: Binary, domains: readonly [Domain, Domain], extra: Partial<Sample> = {}): Sample[] =>
  PAIRS.map(([a, b]) => ({ name: `${name} [${a.join(', ')}] [${b.join(', ')}]`, inputs: [{ shape: a, domain: domains[0] }, { shape: b, domain: domains[1] }], f, ...extra }));

const COMPARISONS = { equal: ops.equal, notEqual: ops.notEqual, less: ops.less, lessEqual: ops.lessEqual, greater: ops.greater, greaterEqual: ops.greaterEqual };

export const ELEMENTWISE: readonly Sample[] = [
  ...SMOOTH.flatMap(([name, f, domain]) => unary(name, f, domain)),
  ...KINKED.flatMap(([name, f]) => unary(name, f, 'spread')),
  ...FLAT.flatMap(([name, f]) => unary(name, f, 'spread', { discrete: true })),
  ...binary('add', ops.add, ['any', 'any']),
  ...binary('sub', ops.sub, ['any', 'any']),
  ...binary('mul', ops.mul, ['any', 'any']),
  ...binary('div', ops.div, ['any', 'positive']),
  ...binary('pow', ops.pow, ['positive', 'any']),
  ...binary('atan2', ops.atan2, ['any', 'positive']),
  ...binary('maximum', ops.maximum, ['spread', 'any'], { rough: true }),
  ...binary('minimum', ops.minimum, ['spread', 'any'], { rough: true }),
  ...Object.entries(COMPARISONS).flatMap(([name, f]) => binary(name, (a, b) => f(a.round(), b.round()), ['any', 'any'], { discrete: true })),
  ...binary('and', ops.and, ['bool', 'bool'], { discrete: true }),
  ...binary('or', ops.or, ['bool', 'bool'], { discrete: true }),
  { name: 'not', inputs: [{ shape: [5], domain: 'bool' }], f: ops.not, discrete: true },
  ...PAIRS.map(([a, b]): Sample => ({
    name: `select [${a.join(', ')}] [${b.join(', ')}]`,
    inputs: [{ shape: b, domain: 'bool' }, { shape: a }, { shape: b }],
    f: (c, x, y) => ops.select(c, x, y),
  })),
  { name: 'powers', inputs: [{ shape: [4], domain: 'positive' }], f: (x) => [0.5, 1, 2, 3, 4, -1, -2, 1.7].reduce<Tensor>((sum, p) => sum.add(x.pow(p)), x) },
  { name: 'integer arithmetic', inputs: [{ shape: [6], domain: { below: 20 } }, { shape: [6], domain: { below: 7 } }], f: (a, b) => a.mul(b).sub(7).div(b.add(1)).maximum(b).neg().abs(), discrete: true },
  { name: 'casts', inputs: [{ shape: [6] }], f: (x) => x.cast('int32').cast('bool').cast('int32').add(x.mul(3).cast('int32')), discrete: true },
  { name: 'operand used twice', inputs: [{ shape: [3] }], f: (x) => x.mul(x).add(x.exp().mul(x)) },
  { name: 'constants', inputs: [{ shape: [2, 2] }], f: (x) => ops.full([2, 2], 1.5, x.dtype).mul(2).add(x).sub(ops.zeros([1], x.dtype)) },
];
