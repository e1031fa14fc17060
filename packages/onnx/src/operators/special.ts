/** Elementwise functions that ONNX lacks, or that ONNX Runtime lacks in float64, to full accuracy. */
import type { DType } from '@curv/tensor';
import type { ModelBuilder, Value } from '../model/builder.js';

/** Arithmetic on values of one float dtype; numbers are constants. */
export class Arithmetic {
  constructor(
    readonly model: ModelBuilder,
    readonly dtype: DType,
  ) {}

  private readonly value = (x: Value | number): Value => (typeof x === 'number' ? this.model.scalar(x, this.dtype) : x);
  private readonly apply = (op: string, ...inputs: (Value | number)[]): Value => this.model.add(op, inputs.map(this.value));

  add = (a: Value | number, b: Value | number): Value => this.apply('Add', a, b);
  sub = (a: Value | number, b: Value | number): Value => this.apply('Sub', a, b);
  mul = (a: Value | number, b: Value | number): Value => this.apply('Mul', a, b);
  div = (a: Value | number, b: Value | number): Value => this.apply('Div', a, b);
  less = (a: Value | number, b: Value | number): Value => this.apply('Less', a, b);
  equal = (a: Value | number, b: Value | number): Value => this.apply('Equal', a, b);
  min = (a: Value | number, b: Value | number): Value => this.apply('Min', a, b);
  max = (a: Value | number, b: Value | number): Value => this.apply('Max', a, b);
  select = (c: Value, a: Value | number, b: Value | number): Value => this.apply('Where', c, a, b);
  unary = (op: string, x: Value): Value => this.apply(op, x);

  /** Σ cₖ x^(n−k), by Horner's rule. */
  polynomial(coefficients: readonly number[], x: Value): Value {
    const [first, second, ...rest] = coefficients as [number, number, ...number[]];
    let sum = this.add(first === 1 ? x : this.mul(x, first), second);
    for (const c of rest) sum = this.add(this.mul(sum, x), c);
    return sum;
  }
}

type Function = (a: Arithmetic, x: Value) => Value;

/** exp(x) − 1 = 2t / (1 − t) with t = tanh(x/2), which does not cancel near 0. */
export const expm1: Function = (a, x) => {
  const t = a.unary('Tanh', a.mul(x, 0.5));
  const near = a.div(a.add(t, t), a.sub(1, t));
  return a.select(a.less(a.unary('Abs', x), 1), near, a.sub(a.unary('Exp', x), 1));
};

/** log(1 + x) = x log(u) / (u − 1) with u = 1 + x rounded: the rounding error cancels (Kahan). */
export const log1p: Function = (a, x) => {
  const u = a.add(x, 1);
  const log = a.unary('Log', u);
  const rest = a.sub(u, 1);
  const near = a.select(a.equal(rest, 0), x, a.div(a.mul(log, x), rest));
  return a.select(a.less(x, 1), near, log);
};

/** sin(x) by the operator; cos(x) = 1 − 2 sin²(x/2). */
export const cos: Function = (a, x) => {
  const s = a.unary('Sin', a.mul(x, 0.5));
  return a.sub(1, a.mul(a.mul(s, s), 2));
};

export const tan: Function = (a, x) => a.div(a.unary('Sin', x), cos(a, x));

/**
 * atan(x) = y + atan((x cos y − sin y) / (cos y + x sin y)) for any y; y is the float32 value, so the last arc is below 1e-7 and equals its tangent
 * to double precision.
 */
export const atan: Function = (a, x) => {
  const { model } = a;
  const bounded = a.max(a.min(x, 1e30), -1e30);
  const y = model.cast(model.add('Atan', [model.cast(bounded, 'float32')]), 'float64');
  const [s, c] = [a.unary('Sin', y), cos(a, y)];
  return a.add(y, a.div(a.sub(a.mul(bounded, c), s), a.add(c, a.mul(bounded, s))));
};

export const asin: Function = (a, x) => atan(a, a.div(x, a.unary('Sqrt', a.mul(a.sub(1, x), a.add(1, x)))));

/** 2 atan √((1 − x) / (1 + x)), which does not cancel near 1. */
export const acos: Function = (a, x) => a.mul(atan(a, a.unary('Sqrt', a.div(a.sub(1, x), a.add(1, x)))), 2);

export const cosh: Function = (a, x) => a.mul(a.add(a.unary('Exp', x), a.unary('Exp', a.unary('Neg', x))), 0.5);

/** (m + m / (m + 1)) / 2 with m = exp|x| − 1. */
export const sinh: Function = (a, x) => {
  const size = a.unary('Abs', x);
  const m = expm1(a, size);
  const half = a.mul(a.add(m, a.div(m, a.add(m, 1))), 0.5);
  // Beyond 40 the second term is 1 to double precision, and ∞/∞ would spoil it.
  return a.mul(a.unary('Sign', x), a.select(a.less(size, 40), half, a.mul(m, 0.5)));
};

/** From here on log(2x) is asinh(x) and acosh(x) to double precision; not much beyond, squares overflow. */
const HUGE = 1e10;
const logTwice = (a: Arithmetic, x: Value): Value => a.add(a.unary('Log', x), Math.LN2);

/** sign(x) log(1 + |x| + x² / (1 + √(1 + x²))). */
export const asinh: Function = (a, x) => {
  const size = a.unary('Abs', x);
  const square = a.mul(x, x);
  const inside = a.add(size, a.div(square, a.add(a.unary('Sqrt', a.add(square, 1)), 1)));
  return a.mul(a.unary('Sign', x), a.select(a.less(size, HUGE), log1p(a, inside), logTwice(a, size)));
};

/** log(1 + t + √(2t + t²)) with t = x − 1. */
export const acosh: Function = (a, x) => {
  const t = a.sub(x, 1);
  return a.select(a.less(x, HUGE), log1p(a, a.add(t, a.unary('Sqrt', a.mul(t, a.add(t, 2))))), logTwice(a, x));
};

export const atanh: Function = (a, x) => {
  const size = a.unary('Abs', x);
  return a.mul(a.unary('Sign', x), a.mul(log1p(a, a.div(a.mul(size, 2), a.sub(1, size))), 0.5));
};

/** e / (1 + e) or 1 / (1 + e) with e = exp(−|x|): small values keep their relative accuracy. */
export const sigmoid: Function = (a, x) => {
  const e = a.unary('Exp', a.unary('Neg', a.unary('Abs', x)));
  return a.div(a.select(a.less(x, 0), e, 1), a.add(e, 1));
};

export const softplus: Function = (a, x) => a.add(a.max(x, 0), log1p(a, a.unary('Exp', a.unary('Neg', a.unary('Abs', x)))));

// Coefficients of W. J. Cody, Math. Comp. 23 (1969), 631-637; highest power first.
const SMALL = [[0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694], [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]] as const;
const LARGE = [
  [2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972],
  [1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597, 4362.619090143247, 3439.3676741437216, 1230.3393548037495],
] as const;

/** erf(x), to about one unit in the last place: rational Chebyshev approximations (Cody 1969). */
export const erf: Function = (a, x) => {
  const size = a.min(a.unary('Abs', x), 6);
  const square = a.mul(x, x);
  const small = a.div(a.mul(x, a.polynomial(SMALL[0], square)), a.polynomial(SMALL[1], square));
  const tail = a.div(a.mul(a.unary('Exp', a.unary('Neg', a.mul(size, size))), a.polynomial(LARGE[0], size)), a.polynomial(LARGE[1], size));
  return a.select(a.less(size, 0.46875), small, a.mul(a.unary('Sign', x), a.sub(1, tail)));
};

/** The angle of the point (x, y). */
export function atan2(a: Arithmetic, y: Value, x: Value): Value {
  // Two infinities lie on a diagonal.
  const infinite = a.equal(a.min(a.unary('Abs', x), a.unary('Abs', y)), Infinity);
  const ratio = a.select(infinite, a.mul(a.unary('Sign', x), a.unary('Sign', y)), a.div(y, x));
  const base = a.dtype === 'float64' ? atan(a, ratio) : a.unary('Atan', ratio);
  const side = a.select(a.less(y, 0), -Math.PI, Math.PI);
  const off = a.select(a.less(x, 0), a.add(base, side), base);
  return a.select(a.equal(x, 0), a.mul(a.unary('Sign', y), Math.PI / 2), off);
}
