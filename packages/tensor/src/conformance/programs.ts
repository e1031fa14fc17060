/** Programs as data: lists of applications, so that they can be drawn at random, made smaller and read. */
import type { DType, Params, Shape, Spec } from '../api.js';
import * as ops from '../ops/index.js';
import type { Tensor } from '../tensor.js';
import { Trace } from '../trace.js';

/** What a value of a program is: `float` in the dtype that the program runs in, or integers below a bound. */
export type Kind = 'float' | 'int' | 'bool' | { readonly below: number };

/** One line of a program: an input (`op: 'input'`, params `{ shape, kind, name }`) or the application of a function to earlier lines. */
export interface ProgramLine {
  readonly op: string;
  readonly args: readonly number[];
  readonly params: Params;
}

/** A function of its inputs, written line by line; results are the values of some lines. */
export interface Program {
  readonly lines: readonly ProgramLine[];
  readonly outputs: readonly number[];
}

/** An input of a program. */
export interface ProgramInput {
  readonly shape: Shape;
  readonly kind: Kind;
  /** What its values are drawn by, so that they stay when other inputs go. */
  readonly name: number;
}

type Apply = (x: readonly Tensor[], params: Params, float: DType) => Tensor;

const UNARY = {
  neg: ops.neg, abs: ops.abs, sign: ops.sign, floor: ops.floor, ceil: ops.ceil, round: ops.round, exp: ops.exp, expm1: ops.expm1, log: ops.log, log1p: ops.log1p,
  sqrt: ops.sqrt, rsqrt: ops.rsqrt, sin: ops.sin, cos: ops.cos, tan: ops.tan, asin: ops.asin, acos: ops.acos, atan: ops.atan, sinh: ops.sinh, cosh: ops.cosh,
  tanh: ops.tanh, asinh: ops.asinh, acosh: ops.acosh, atanh: ops.atanh, erf: ops.erf, sigmoid: ops.sigmoid, softplus: ops.softplus, not: ops.not,
  square: ops.square, reciprocal: ops.reciprocal, relu: ops.relu, relu6: ops.relu6, leakyRelu: ops.leakyRelu, elu: ops.elu, selu: ops.selu, gelu: ops.gelu,
  silu: ops.silu, logSigmoid: ops.logSigmoid,
};

const BINARY = {
  add: ops.add, sub: ops.sub, mul: ops.mul, div: ops.div, pow: ops.pow, maximum: ops.maximum, minimum: ops.minimum, atan2: ops.atan2, and: ops.and, or: ops.or,
  equal: ops.equal, notEqual: ops.notEqual, less: ops.less, lessEqual: ops.lessEqual, greater: ops.greater, greaterEqual: ops.greaterEqual,
};

const REDUCTIONS = { sum: ops.sum, mean: ops.mean, max: ops.max, min: ops.min, prod: ops.prod, variance: ops.variance, norm: ops.norm, logSumExp: ops.logSumExp };

const ALONG_AXIS = {
  argMax: ops.argMax, argMin: ops.argMin, argsort: ops.argsort, sort: ops.sort, softmax: ops.softmax, logSoftmax: ops.logSoftmax, cumprod: ops.cumprod,
};

const each = <F>(table: Readonly<Record<string, F>>, apply: (f: F) => Apply): Record<string, Apply> =>
  Object.fromEntries(Object.entries(table).map(([name, f]) => [name, apply(f)]));

/** What a program may apply. */
export const FUNCTIONS: Readonly<Record<string, Apply>> = {
  ...each<(x: Tensor) => Tensor>(UNARY, (f) => ([x]) => f(x!)),
  ...each<(a: Tensor, b: Tensor) => Tensor>(BINARY, (f) => ([a, b]) => f(a!, b!)),
  ...each(REDUCTIONS, (f) => ([x], { axes, keepDims }) => f(x!, axes as number[], { keepDims: keepDims as boolean })),
  ...each<(x: Tensor, axis: number) => Tensor>(ALONG_AXIS, (f) => ([x], { axis }) => f(x!, axis as number)),
  select: ([c, a, b]) => ops.select(c!, a!, b!),
  cast: ([x], { dtype }, float) => ops.cast(x!, dtype === 'float' ? float : (dtype as DType)),
  full: (_, { shape, value, dtype }, float) => ops.full(shape as Shape, value as number, dtype === 'float' ? float : (dtype as DType)),
  iota: (_, { shape, axis, dtype }, float) => ops.iota(shape as Shape, axis as number, dtype === 'float' ? float : (dtype as DType)),
  cumsum: ([x], { axis, reverse, exclusive }) => ops.cumsum(x!, axis as number, { reverse: reverse as boolean, exclusive: exclusive as boolean }),
  reshape: ([x], { shape }) => ops.reshape(x!, shape as Shape),
  transpose: ([x], { perm }) => ops.transpose(x!, perm as number[]),
  broadcast: ([x], { shape }) => ops.broadcastTo(x!, shape as Shape),
  slice: ([x], { start, stop, strides }) => ops.slice(x!, start as number[], stop as number[], strides as number[]),
  pad: ([x], { low, high, interior }) => ops.pad(x!, low as number[], high as number[], interior as number[]),
  reverse: ([x], { axes }) => ops.reverse(x!, axes as number[]),
  concat: (list, { axis }) => ops.concat(list, axis as number),
  gather: ([x, indices], { axis }) => ops.gather(x!, indices!, axis as number),
  scatterAdd: ([x, indices], { axis, size }) => ops.scatterAdd(x!, indices!, axis as number, size as number),
  takeAlongAxis: ([x, indices], { axis }) => ops.takeAlongAxis(x!, indices!, axis as number),
  matmul: ([a, b], params) => ops.matmul(a!, b!, params),
  dot: ([a, b]) => ops.dot(a!, b!),
  conv2d: ([x, w], params) => ops.conv2d(x!, w!, params),
  depthwiseConv2d: ([x, w], params) => ops.depthwiseConv2d(x!, w!, params),
  conv2dTranspose: ([y, w], { size, ...params }) => ops.conv2dTranspose(y!, w!, size as [number, number], params),
  maxPool2d: ([x], { window, ...params }) => ops.maxPool2d(x!, window as [number, number], params),
  avgPool2d: ([x], { window, ...params }) => ops.avgPool2d(x!, window as [number, number], params),
};

export const isInput = ({ op }: ProgramLine): boolean => op === 'input';

/** Inputs of a program, in their order. */
export const inputsOf = ({ lines }: Program): ProgramInput[] => lines.filter(isInput).map(({ params }) => params as unknown as ProgramInput);

/** The dtype of a value where floats are of the given dtype. */
export const dtypeOfKind = (kind: Kind, float: DType): DType => (kind === 'float' ? float : kind === 'bool' ? 'bool' : 'int32');

/** Values of all lines. @throws what the applied functions throw on operands that do not fit */
function applyLines(lines: readonly ProgramLine[], inputs: readonly Tensor[], float: DType): Tensor[] {
  const values: Tensor[] = [];
  let next = 0;
  for (const { op, args, params } of lines) values.push(op === 'input' ? inputs[next++]! : FUNCTIONS[op]!(args.map((i) => values[i]!), params, float));
  return values;
}

/** A program as a function of its inputs. */
export const applyProgram = ({ lines, outputs }: Program, inputs: readonly Tensor[], float: DType): Tensor[] => {
  const values = applyLines(lines, inputs, float);
  return outputs.map((i) => values[i]!);
};

/** Dtypes and shapes of all lines, where floats are float64. @throws what applying them throws */
export function specsOf(program: Program): Spec[] {
  const trace = new Trace();
  const inputs = inputsOf(program).map(({ shape, kind }) => trace.input({ shape, dtype: dtypeOfKind(kind, 'float64') }));
  return trace.run(() => applyLines(program.lines, inputs, 'float64'));
}

const showKind = (kind: Kind): string => (typeof kind === 'string' ? kind : `int below ${kind.below}`);

/** A program as text, one line a value: `%2 = matmul(%0, %1) {"transposeA":true}`. */
export function showProgram({ lines, outputs }: Program): string {
  const text = lines.map(({ op, args, params }, i) => {
    if (op === 'input') return `%${i} = input : ${showKind(params['kind'] as Kind)}[${(params['shape'] as number[]).join(', ')}]`;
    return `%${i} = ${op}(${args.map((k) => `%${k}`).join(', ')})${Object.keys(params).length === 0 ? '' : ` ${JSON.stringify(params)}`}`;
  });
  return [...text, `return ${outputs.map((i) => `%${i}`).join(', ')}`].join('\n');
}
