/** Elementwise primitives. */
import type { DType } from '@curv/tensor';
import type { ModelBuilder, Value } from '../model/builder.js';
import { direct, type Operator } from './operator.js';
import * as special from './special.js';

type Composed = (a: special.Arithmetic, x: Value) => Value;

const composed =
  (f: Composed): Operator =>
  (model, { inputs, dtype }) =>
    f(new special.Arithmetic(model, dtype), inputs[0]!);

/** An operator that ONNX Runtime has in float32, and its composition in float64. */
const narrow =
  (op: string, f: Composed): Operator =>
  (model, application) =>
    (application.dtype === 'float64' ? composed(f) : direct(op))(model, application);

const not = (op: Operator): Operator => (model, application) => model.add('Not', [op(model, application)]);

/** Where has no bool: a choice of truth values is logic. */
const select: Operator = (model, { inputs, dtype }) => {
  const [c, a, b] = inputs as [Value, Value, Value];
  if (dtype !== 'bool') return model.add('Where', [c, a, b]);
  return model.add('Or', [model.add('And', [c, a]), model.add('And', [model.add('Not', [c]), b])]);
};

const castTo = (model: ModelBuilder, x: Value, from: DType, to: DType): Value => (from === to ? x : model.cast(x, to));

export const ELEMENTWISE: Readonly<Record<string, Operator>> = {
  neg: direct('Neg'),
  abs: direct('Abs'),
  sign: direct('Sign'),
  floor: direct('Floor'),
  ceil: direct('Ceil'),
  round: direct('Round'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  sin: direct('Sin'),
  tanh: direct('Tanh'),
  // ONNX Runtime's own is good to 4e-8 absolutely only: 0 from −18 on
  sigmoid: composed(special.sigmoid),
  rsqrt: (model, { inputs }) => model.add('Reciprocal', [model.add('Sqrt', inputs)]),
  expm1: composed(special.expm1),
  log1p: composed(special.log1p),
  cos: narrow('Cos', special.cos),
  tan: narrow('Tan', special.tan),
  asin: narrow('Asin', special.asin),
  acos: narrow('Acos', special.acos),
  atan: narrow('Atan', special.atan),
  sinh: narrow('Sinh', special.sinh),
  cosh: narrow('Cosh', special.cosh),
  asinh: narrow('Asinh', special.asinh),
  acosh: narrow('Acosh', special.acosh),
  atanh: narrow('Atanh', special.atanh),
  erf: narrow('Erf', special.erf),
  softplus: composed(special.softplus),
  not: direct('Not'),
  cast: (model, { inputs, operands, dtype }) => castTo(model, inputs[0]!, operands[0]!.dtype, dtype),
  barrier: (_, { inputs }) => inputs[0]!,
  add: direct('Add'),
  sub: direct('Sub'),
  mul: direct('Mul'),
  div: direct('Div'),
  pow: direct('Pow'),
  max: direct('Max'),
  min: direct('Min'),
  atan2: (model, { inputs, dtype }) => special.atan2(new special.Arithmetic(model, dtype), inputs[0]!, inputs[1]!),
  and: direct('And'),
  or: direct('Or'),
  equal: direct('Equal'),
  notEqual: not(direct('Equal')),
  less: direct('Less'),
  lessEqual: direct('LessOrEqual'),
  greater: direct('Greater'),
  greaterEqual: direct('GreaterOrEqual'),
  select,
};
