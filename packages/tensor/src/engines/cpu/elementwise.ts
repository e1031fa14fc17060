/** The elementwise primitives: operand dtypes, source text for generated loops, and functions for interpreted ones. */
import type { DType, Node } from '../../api.js';
import { erf, roundEven, sigmoid, softplus, tanhSingle } from './special.js';

export type Scalar = (a: number, b: number, c: number) => number;

const FLOAT: readonly DType[] = ['float32', 'float64'];
const NUMBER: readonly DType[] = ['float32', 'float64', 'int32'];
const BOOL: readonly DType[] = ['bool'];
const ANY: readonly DType[] = ['float32', 'float64', 'int32', 'bool'];

/** Functions that generated code calls by name. */
export const HELPERS: Record<string, Scalar> = { erf, sigmoid, softplus, round: roundEven, tanhSingle };

/**
 * Source text over operands a, b, c, and the same as a function. Text that chooses between values indexes a table of two, T, by the
 * condition: a branch would be mispredicted every other time on typical data, and take twice as long.
 */
const FORMULAS: Record<string, [string, Scalar]> = {
  neg: ['-a', (a) => -a],
  add: ['a+b', (a, b) => a + b],
  sub: ['a-b', (a, b) => a - b],
  mul: ['a*b', (a, b) => a * b],
  div: ['a/b', (a, b) => a / b],
  rsqrt: ['1/Math.sqrt(a)', (a) => 1 / Math.sqrt(a)],
  not: ['1-a', (a) => 1 - a],
  and: ['a&b', (a, b) => a & b],
  or: ['a|b', (a, b) => a | b],
  equal: ['+(a===b)', (a, b) => +(a === b)],
  notEqual: ['+(a!==b)', (a, b) => +(a !== b)],
  less: ['+(a<b)', (a, b) => +(a < b)],
  lessEqual: ['+(a<=b)', (a, b) => +(a <= b)],
  greater: ['+(a>b)', (a, b) => +(a > b)],
  greaterEqual: ['+(a>=b)', (a, b) => +(a >= b)],
  select: ['(T[0]=c,T[1]=b,T[a])', (a, b, c) => (a ? b : c)],
  max: ['(T[0]=b,T[1]=a,T[a>b|a!==a])', (a, b) => Math.max(a, b)],
  min: ['(T[0]=b,T[1]=a,T[a<b|a!==a])', (a, b) => Math.min(a, b)],
  // int32 wraps around
  negI: ['-a|0', (a) => -a | 0],
  absI: ['Math.abs(a)|0', (a) => Math.abs(a) | 0],
  addI: ['a+b|0', (a, b) => (a + b) | 0],
  subI: ['a-b|0', (a, b) => (a - b) | 0],
  mulI: ['Math.imul(a,b)', Math.imul],
  divI: ['a/b|0', (a, b) => (a / b) | 0],
  square: ['a*a', (a) => a * a],
  inverse: ['1/a', (a) => 1 / a],
  copy: ['a', (a) => a],
  float32: ['Math.fround(a)', Math.fround],
  int32: ['a|0', (a) => a | 0],
  bool: ['+(a!==0)', (a) => +(a !== 0)],
};

const COMPARISONS = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'];

/** Operations with jumps: a float32 operand is rounded before them, so that a mask does not depend on what was fused. */
const JUMPS: ReadonlySet<string> = new Set([...COMPARISONS, 'floor', 'ceil', 'round', 'sign']);

const DTYPES: Record<string, readonly DType[]> = { cast: ANY, select: ANY, not: BOOL, and: BOOL, or: BOOL };
const enlist = (names: string, dtypes: readonly DType[]): void => {
  for (const name of names.split(' ')) DTYPES[name] = dtypes;
};
enlist('neg abs sign add sub mul div max min', NUMBER);
enlist('floor ceil round exp expm1 log log1p sqrt rsqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh', FLOAT);
enlist('erf sigmoid softplus pow atan2', FLOAT);
for (const name of COMPARISONS) DTYPES[name] = ANY;

export const isElementwise = (node: Node): boolean => node.op in DTYPES;

/** Dtypes of the operands that an elementwise primitive takes. */
export const operandDTypes = (op: string): readonly DType[] => DTYPES[op]!;

export interface Formula {
  /** Source text over a, b, c. */
  readonly text: string;
  readonly f: Scalar;
  /** Whether a float32 operand must be rounded first. */
  readonly jumps: boolean;
}

/** How to compute a node's element. `exponent` is the value of a constant second operand. */
export function formulaOf(node: Node, exponent?: number): Formula {
  const dtype = node.inputs[0]!.dtype;
  let key = node.op;
  if (key === 'cast') key = castKey(dtype, node.dtype);
  else if (key === 'pow' && exponent === 2) key = 'square';
  else if (key === 'pow' && exponent === -1) key = 'inverse';
  else if (node.dtype === 'int32' && `${key}I` in FORMULAS) key += 'I';
  else if (node.dtype === 'float32' && key === 'tanh') key += 'Single';
  const jumps = JUMPS.has(node.op) && dtype === 'float32';
  const known = FORMULAS[key];
  if (known !== undefined) return { text: known[0], f: known[1], jumps };
  const helper = HELPERS[key];
  if (helper !== undefined) return { text: `F.${key}(a)`, f: helper, jumps };
  const f = (Math as unknown as Record<string, Scalar>)[key]!;
  // Math.max and its kind look at every argument that they get
  return f.length === 2 ? { text: `Math.${key}(a,b)`, f: (a, b) => f(a, b, b), jumps } : { text: `Math.${key}(a)`, f, jumps };
}

function castKey(from: DType, to: DType): string {
  if (from === to || from === 'bool') return 'copy';
  if (to === 'bool' || (to === 'int32' && from !== 'int32')) return to;
  return to === 'float32' ? 'float32' : 'copy';
}
