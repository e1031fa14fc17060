/** Elementwise primitives with their derivatives. */
import type { DType, Shape, Spec, TensorLike } from '../api.js';
import { broadcastShapes, FLOATS, NUMBERS, type Primitive, requireDType, sameShape } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { sumTo } from './reduce.js';
import { broadcastTo, reshape } from './shape.js';

type Unary = (x: Tensor) => Tensor;
type Binary = (a: TensorLike, b: TensorLike) => Tensor;

/** A primitive of one operand; `derivative(x, y)` multiplies the tangent, null where the derivative is zero. */
function unary(name: string, dtypes: readonly DType[], derivative: ((x: Tensor, y: Tensor) => TensorLike) | null, fold?: (x: number) => number): Unary {
  const prim: Primitive = {
    name,
    spec: ([x]) => ({ shape: x!.shape, dtype: requireDType(name, [x!], dtypes) }),
    jvp: ([x], [dx], y) => (derivative === null ? null : mul(dx!, derivative(x!, y))),
    batch: ([x]) => emit(prim, [x!]),
  };
  return (x) => (fold !== undefined && x.literal !== undefined && dtypes.includes(x.dtype) ? literal(fold(x.literal), x) : emit(prim, [x]));
}

/** A uniform constant, rounded to its dtype. */
function literal(value: number, spec: Spec): Tensor {
  return Tensor.literal(spec.dtype === 'float32' ? Math.fround(value) : value, { shape: spec.shape, dtype: spec.dtype });
}

/** Inputs with a batch axis in front get ones between it and their own axes, so that ranks agree with the widest operand. */
export function alignBatch(inputs: readonly Tensor[], batched: readonly boolean[]): Tensor[] {
  const rank = Math.max(...inputs.map((x, i) => x.rank - (batched[i] ? 1 : 0)));
  return inputs.map((x, i) => {
    const missing = rank - (x.rank - 1);
    if (!batched[i] || missing === 0) return x;
    return reshape(x, [x.shape[0]!, ...new Array<number>(missing).fill(1), ...x.shape.slice(1)]);
  });
}

/** Numbers take the dtype of the other operand. */
function operands(op: string, values: readonly TensorLike[]): Tensor[] {
  const dtype = values.find((v): v is Tensor => v instanceof Tensor)?.dtype ?? 'float32';
  return values.map((v) => {
    if (v instanceof Tensor) return v;
    if (typeof v !== 'number') throw new TypeError(`${op}: expected a Tensor or a number, got ${v === null ? 'null' : typeof v}`);
    if (dtype === 'bool') throw new TypeError(`${op}: a number does not combine with a bool tensor; cast() it first`);
    if (dtype === 'int32' && !Number.isInteger(v)) throw new TypeError(`${op}: ${v} is not an integer, but the other operand is int32; cast() it first`);
    return literal(v, { shape: [], dtype });
  });
}

interface BinaryRules {
  readonly dtypes: readonly DType[];
  readonly output?: DType;
  readonly jvp: Primitive['jvp'];
  readonly transpose?: Primitive['transpose'];
  /** Value on two constants. */
  readonly fold?: (a: number, b: number) => number;
  /** A cheaper equal form where one operand is a constant. */
  readonly simplify?: (a: Tensor, b: Tensor) => Tensor | null;
}

function binary(name: string, rules: BinaryRules): Binary {
  const prim: Primitive = {
    name,
    spec: ([a, b]) => {
      const dtype = requireDType(name, [a!, b!], rules.dtypes);
      return { shape: broadcastShapes(name, [a!.shape, b!.shape]), dtype: rules.output ?? dtype };
    },
    jvp: rules.jvp,
    ...(rules.transpose && { transpose: rules.transpose }),
    batch: (inputs, batched) => emit(prim, alignBatch(inputs, batched)),
  };
  return (left, right) => {
    const [a, b] = operands(name, [left, right]) as [Tensor, Tensor];
    if (a.dtype === b.dtype) {
      if (rules.fold !== undefined && a.dtype !== 'int32' && a.literal !== undefined && b.literal !== undefined && rules.dtypes.includes(a.dtype)) {
        return literal(rules.fold(a.literal, b.literal), { shape: broadcastShapes(name, [a.shape, b.shape]), dtype: a.dtype });
      }
      const simple = rules.simplify?.(a, b) ?? null;
      if (simple !== null) return simple;
    }
    return emit(prim, [a, b]);
  };
}

/** `x` itself where broadcasting against `other` leaves its shape. */
const unlessWidened = (op: string, x: Tensor, other: Shape): Tensor | null =>
  sameShape(broadcastShapes(op, [x.shape, other]), x.shape) ? x : null;

type Maybe = Tensor | null | undefined;
/** The sum of the terms that are there, in the output's shape. */
const only = (a: Maybe, b: Maybe, shape: Shape, join: (a: Tensor, b: Tensor) => Tensor): Tensor =>
  broadcastTo(!a ? b! : !b ? a : join(a, b), shape);

export const add: Binary = binary('add', {
  dtypes: NUMBERS,
  jvp: (_, [da, db], y) => only(da, db, y.shape, add),
  transpose: (ct, [a, b]) => [a!, b!].map((x) => (x.value === null ? sumTo(ct, x.shape) : null)),
  fold: (a, b) => a + b,
  simplify: (a, b) => (b.literal === 0 ? unlessWidened('add', a, b.shape) : a.literal === 0 ? unlessWidened('add', b, a.shape) : null),
});

export const sub: Binary = binary('sub', {
  dtypes: NUMBERS,
  jvp: (_, [da, db], y) => only(da, db && (da ? db : neg(db)), y.shape, sub),
  transpose: (ct, [a, b]) => [a!.value === null ? sumTo(ct, a!.shape) : null, b!.value === null ? sumTo(neg(ct), b!.shape) : null],
  fold: (a, b) => a - b,
  simplify: (a, b) => (b.literal === 0 ? unlessWidened('sub', a, b.shape) : null),
});

export const mul: Binary = binary('mul', {
  dtypes: NUMBERS,
  jvp: ([a, b], [da, db], y) => only(da && mul(da, b!), db && mul(a!, db), y.shape, add),
  transpose: (ct, [a, b]) => [
    a!.value === null ? sumTo(mul(ct, b!.value!), a!.shape) : null,
    b!.value === null ? sumTo(mul(a!.value!, ct), b!.shape) : null,
  ],
  fold: (a, b) => a * b,
  simplify: (a, b) => (b.literal === 1 ? unlessWidened('mul', a, b.shape) : a.literal === 1 ? unlessWidened('mul', b, a.shape) : null),
});

export const div: Binary = binary('div', {
  dtypes: NUMBERS,
  jvp: ([a, b], [da, db], y) =>
    a!.dtype === 'int32' ? null : only(da && div(da, b!), db && neg(div(mul(db, y), b!)), y.shape, add),
  transpose: (ct, [a, b]) => [sumTo(div(ct, b!.value!), a!.shape), null],
  fold: (a, b) => a / b,
  simplify: (a, b) => (b.literal === 1 ? unlessWidened('div', a, b.shape) : null),
});

export const pow: Binary = binary('pow', {
  dtypes: FLOATS,
  jvp: ([a, b], [da, db], y) =>
    only(
      // b a^(b−1), and 0 where b = 0 (there a^(b−1) may be infinite)
      da && mul(da, select(equal(b!, 0), 0, mul(b!, pow(a!, sub(b!, 1))))),
      // a^b log a, and 0 where a = 0
      db && mul(db, mul(y, log(select(equal(a!, 0), 1, a!)))),
      y.shape,
      add,
    ),
  simplify: (a, b) => {
    if (b.literal === undefined || b.rank > a.rank) return null;
    const power = integerPower(a, b.literal);
    return power && unlessWidened('pow', power, b.shape);
  },
});

/** Small exponents as products: exact and cheap to differentiate. */
function integerPower(x: Tensor, n: number): Tensor | null {
  switch (n) {
    case 0.5:
      return sqrt(x);
    case 1:
      return x;
    case 2:
      return mul(x, x);
    case 3:
      return mul(mul(x, x), x);
    case 4:
      return mul(mul(x, x), mul(x, x));
    case -1:
      return div(1, x);
    case -2:
      return div(1, mul(x, x));
    default:
      return null;
  }
}

/** Weight of `a` in the derivative of an extremum: 1 where it wins, 1/2 on a tie. */
const winner = (wins: Tensor, a: Tensor, b: Tensor): Tensor => select(wins, 1, select(equal(a, b), 0.5, 0, a.dtype));

const extremum = (name: string, wins: Binary): Binary =>
  binary(name, {
    dtypes: NUMBERS,
    jvp: ([a, b], [da, db], y) => {
      if (y.dtype === 'int32') return null;
      const weight = winner(wins(a!, b!), a!, b!);
      return only(da && mul(da, weight), db && mul(db, sub(1, weight)), y.shape, add);
    },
  });

/** max(a, b); on a tie each operand gets half of the derivative. */
export const maximum: Binary = extremum('max', (a, b) => greater(a, b));
/** min(a, b); on a tie each operand gets half of the derivative. */
export const minimum: Binary = extremum('min', (a, b) => less(a, b));

/** The angle of the point (x, y): atan2(y, x). */
export const atan2: Binary = binary('atan2', {
  dtypes: FLOATS,
  jvp: ([y, x], [dy, dx], out) => {
    const r2 = add(mul(x!, x!), mul(y!, y!));
    return only(dy && div(mul(dy, x!), r2), dx && neg(div(mul(dx, y!), r2)), out.shape, add);
  },
});

const comparison = (name: string): Binary => binary(name, { dtypes: NUMBERS, output: 'bool', jvp: () => null });
export const equal: Binary = comparison('equal');
export const notEqual: Binary = comparison('notEqual');
export const less: Binary = comparison('less');
export const lessEqual: Binary = comparison('lessEqual');
export const greater: Binary = comparison('greater');
export const greaterEqual: Binary = comparison('greaterEqual');

const logical = (name: string): ((a: Tensor, b: Tensor) => Tensor) =>
  binary(name, { dtypes: ['bool'], jvp: () => null }) as (a: Tensor, b: Tensor) => Tensor;
export const and: (a: Tensor, b: Tensor) => Tensor = logical('and');
export const or: (a: Tensor, b: Tensor) => Tensor = logical('or');
export const not: Unary = unary('not', ['bool'], null);

/** −x. */
const negPrimitive: Primitive = {
  name: 'neg',
  spec: ([x]) => ({ shape: x!.shape, dtype: requireDType('neg', [x!], NUMBERS) }),
  jvp: (_, [dx]) => neg(dx!),
  transpose: (ct) => [neg(ct)],
  batch: ([x]) => neg(x!),
};
export const neg: Unary = (x) => {
  if (x.literal !== undefined && x.dtype !== 'bool') return literal(-x.literal, x);
  if (x.node?.op === 'neg') return Tensor.traced(x.trace!, x.node.inputs[0]!);
  return emit(negPrimitive, [x]);
};

export const abs: Unary = unary('abs', NUMBERS, (x) => sign(x), Math.abs);
/** −1, 0 or 1; its derivative is taken as 0 everywhere. */
export const sign: Unary = unary('sign', NUMBERS, null);
export const floor: Unary = unary('floor', FLOATS, null);
export const ceil: Unary = unary('ceil', FLOATS, null);
/** To the nearest integer, halves to even; its derivative is taken as 0. */
export const round: Unary = unary('round', FLOATS, null);
export const exp: Unary = unary('exp', FLOATS, (_, y) => y, Math.exp);
/** exp(x) − 1, accurate near 0. */
export const expm1: Unary = unary('expm1', FLOATS, (_, y) => add(y, 1));
export const log: Unary = unary('log', FLOATS, (x) => div(1, x), Math.log);
/** log(1 + x), accurate near 0. */
export const log1p: Unary = unary('log1p', FLOATS, (x) => div(1, add(x, 1)));
export const sqrt: Unary = unary('sqrt', FLOATS, (_, y) => div(0.5, y), Math.sqrt);
/** 1 / sqrt(x). */
export const rsqrt: Unary = unary('rsqrt', FLOATS, (x, y) => mul(div(y, x), -0.5));
export const sin: Unary = unary('sin', FLOATS, (x) => cos(x));
export const cos: Unary = unary('cos', FLOATS, (x) => neg(sin(x)));
export const tan: Unary = unary('tan', FLOATS, (_, y) => add(mul(y, y), 1));
export const asin: Unary = unary('asin', FLOATS, (x) => rsqrt(sub(1, mul(x, x))));
export const acos: Unary = unary('acos', FLOATS, (x) => neg(rsqrt(sub(1, mul(x, x)))));
export const atan: Unary = unary('atan', FLOATS, (x) => div(1, add(mul(x, x), 1)));
export const sinh: Unary = unary('sinh', FLOATS, (x) => cosh(x));
export const cosh: Unary = unary('cosh', FLOATS, (x) => sinh(x));
export const tanh: Unary = unary('tanh', FLOATS, (_, y) => sub(1, mul(y, y)));
export const asinh: Unary = unary('asinh', FLOATS, (x) => rsqrt(add(mul(x, x), 1)));
export const acosh: Unary = unary('acosh', FLOATS, (x) => rsqrt(mul(sub(x, 1), add(x, 1))));
export const atanh: Unary = unary('atanh', FLOATS, (x) => div(1, sub(1, mul(x, x))));
/** 2/√π ∫₀ˣ exp(−t²) dt. */
export const erf: Unary = unary('erf', FLOATS, (x) => mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)));
/** 1 / (1 + exp(−x)). */
export const sigmoid: Unary = unary('sigmoid', FLOATS, (_, y) => mul(y, sub(1, y)));
/** log(1 + exp(x)), without overflow. */
export const softplus: Unary = unary('softplus', FLOATS, (x) => sigmoid(x));

const castPrimitive: Primitive = {
  name: 'cast',
  spec: ([x], params) => ({ shape: x!.shape, dtype: params['dtype'] as DType }),
  jvp: ([x], [dx], _, { dtype }) => (isFloatCast(x!, dtype as DType) ? cast(dx!, dtype as DType) : null),
  transpose: (ct, [x]) => [cast(ct, x!.dtype)],
  batch: ([x], _, { dtype }) => cast(x!, dtype as DType),
};
const isFloatCast = (x: Tensor, to: DType): boolean => FLOATS.includes(x.dtype) && FLOATS.includes(to);

/** Converts the elements: float to int32 truncates, to bool is `x ≠ 0`. */
export function cast(x: Tensor, dtype: DType): Tensor {
  if (![...NUMBERS, 'bool'].includes(dtype)) throw new TypeError(`cast: expected float32, float64, int32 or bool, got ${String(dtype)}`);
  if (x.dtype === dtype) return x;
  if (x.literal !== undefined) {
    return literal(dtype === 'bool' ? Number(x.literal !== 0) : dtype === 'int32' ? Math.trunc(x.literal) : x.literal, { shape: x.shape, dtype });
  }
  return emit(castPrimitive, [x], { dtype });
}

const selectPrimitive: Primitive = {
  name: 'select',
  spec: ([c, a, b]) => {
    if (c!.dtype !== 'bool') throw new TypeError(`select: the condition must be bool, got ${c!.dtype}`);
    const dtype = requireDType('select', [a!, b!], [...NUMBERS, 'bool']);
    return { shape: broadcastShapes('select', [c!.shape, a!.shape, b!.shape]), dtype };
  },
  jvp: ([c], [, da, db], y) => {
    if (da === null && db === null) return null;
    if (!FLOATS.includes(y.dtype)) return null;
    return broadcastTo(select(c!, da ?? 0, db ?? 0), y.shape);
  },
  transpose: (ct, [c, a, b]) => [
    null,
    a!.value === null ? sumTo(select(c!.value!, ct, 0), a!.shape) : null,
    b!.value === null ? sumTo(select(c!.value!, 0, ct), b!.shape) : null,
  ],
  batch: (inputs, batched) => emit(selectPrimitive, alignBatch(inputs, batched)),
};

/** `whenTrue` where `condition` holds, elsewhere `whenFalse`; all three broadcast. Numbers alone take `dtype` (float32). */
export function select(condition: Tensor, whenTrue: TensorLike, whenFalse: TensorLike, dtype: DType = 'float32'): Tensor {
  const both = [whenTrue, whenFalse].map((v) => (typeof v === 'number' && !(whenTrue instanceof Tensor || whenFalse instanceof Tensor) ? literal(v, { shape: [], dtype }) : v));
  const [a, b] = operands('select', both) as [Tensor, Tensor];
  return emit(selectPrimitive, [condition, a, b]);
}
