/** Reductions, cumulative sums and sorting. */
import type { DType, Params, Shape } from '../api.js';
import { argExtreme, cumsum as cumsumKernel } from '../engines/cpu/scan.js';
import { argsort as argsortKernel } from '../engines/cpu/sort.js';
import { axesOf, axisOf, FLOATS, type HostKernel, NUMBERS, type Primitive, range, requireDType, sameShape, showShape, sizeOf } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { div, equal, mul, select } from './elementwise.js';
import { broadcastTo, reshape } from './shape.js';

const axesIn = (params: Params): number[] => params['axes'] as number[];
const removed = (shape: Shape, axes: readonly number[]): number[] => shape.filter((_, i) => !axes.includes(i));
const kept = (shape: Shape, axes: readonly number[]): number[] => shape.map((n, i) => (axes.includes(i) ? 1 : n));

/** A reduced tensor spread over the shape that it was reduced from. */
const spread = (y: Tensor, shape: Shape, axes: readonly number[]): Tensor => broadcastTo(reshape(y, kept(shape, axes)), shape);

const sumPrimitive: Primitive = {
  name: 'reduceSum',
  spec: ([x], params) => ({ shape: removed(x!.shape, axesIn(params)), dtype: requireDType('sum', [x!], NUMBERS) }),
  jvp: (_, [dx], __, params) => reduceSum(dx!, axesIn(params)),
  transpose: (ct, [x], params) => [spread(ct, x!.shape, axesIn(params))],
  batch: ([x], _, params) => reduceSum(x!, axesIn(params).map((a) => a + 1)),
};

/** Sum over axes, which disappear. */
export function reduceSum(x: Tensor, axes?: number | readonly number[]): Tensor {
  const list = axesOf('sum', axes, x.rank);
  if (list.length === 0) return x;
  if (x.literal !== undefined && x.dtype !== 'bool') {
    const count = sizeOf(list.map((i) => x.shape[i]!));
    return Tensor.literal(x.literal * count, { shape: removed(x.shape, list), dtype: x.dtype });
  }
  return emit(sumPrimitive, [x], { axes: list });
}

/** The adjoint of broadcasting: sums over the axes that were repeated. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.rank - shape.length;
  const axes = range(x.rank).filter((i) => i < extra || (shape[i - extra] === 1 && x.shape[i] !== 1));
  return reshape(reduceSum(x, axes), shape);
}

const extremumPrimitive = (name: string): Primitive => {
  const prim: Primitive = {
    name,
    spec: ([x], params) => {
      for (const axis of axesIn(params)) {
        if (x!.shape[axis] === 0) throw new RangeError(`${name}: axis ${axis} of shape ${showShape(x!.shape)} is empty`);
      }
      return { shape: removed(x!.shape, axesIn(params)), dtype: requireDType(name, [x!], NUMBERS) };
    },
    jvp: ([x], [dx], y, params) => {
      if (y.dtype === 'int32') return null;
      const axes = axesIn(params);
      const hit = select(equal(x!, reshape(y, kept(x!.shape, axes))), 1, 0, y.dtype);
      return div(reduceSum(mul(dx!, hit), axes), reduceSum(hit, axes));
    },
    batch: ([x], _, params) => emit(prim, [x!], { axes: axesIn(params).map((a) => a + 1) }),
  };
  return prim;
};
const maxPrimitive = extremumPrimitive('reduceMax');
const minPrimitive = extremumPrimitive('reduceMin');

const reduceExtremum = (prim: Primitive, x: Tensor, axes?: number | readonly number[]): Tensor => {
  const list = axesOf(prim.name, axes, x.rank);
  return list.length === 0 ? x : emit(prim, [x], { axes: list });
};

/** Largest element over axes, which disappear; equal largest elements share the derivative. @throws RangeError on an empty axis */
export const reduceMax = (x: Tensor, axes?: number | readonly number[]): Tensor => reduceExtremum(maxPrimitive, x, axes);
/** Smallest element over axes, which disappear; equal smallest elements share the derivative. @throws RangeError on an empty axis */
export const reduceMin = (x: Tensor, axes?: number | readonly number[]): Tensor => reduceExtremum(minPrimitive, x, axes);

/** A primitive along one axis that yields indices. */
const indexPrimitive = (name: string, keepsAxis: boolean, kernel: HostKernel): Primitive => {
  const prim: Primitive = {
    name,
    kernel,
    spec: ([x], params) => {
      requireDType(name, [x!], NUMBERS);
      const axis = params['axis'] as number;
      if (!keepsAxis && x!.shape[axis] === 0) throw new RangeError(`${name}: axis ${axis} of shape ${showShape(x!.shape)} is empty`);
      return { shape: keepsAxis ? x!.shape : removed(x!.shape, [axis]), dtype: 'int32' as DType };
    },
    jvp: () => null,
    batch: ([x], _, params) => emit(prim, [x!], { axis: (params['axis'] as number) + 1 }),
  };
  return prim;
};
const argMaxPrimitive = /* @__PURE__ */ indexPrimitive('argMax', false, argExtreme);
const argMinPrimitive = /* @__PURE__ */ indexPrimitive('argMin', false, argExtreme);
const argsortPrimitive = /* @__PURE__ */ indexPrimitive('argsort', true, argsortKernel);

const alongAxis = (prim: Primitive, x: Tensor, axis: number): Tensor => emit(prim, [x], { axis: axisOf(prim.name, axis, x.rank) });

/** Index (int32) of the first largest element along an axis, which disappears. */
export const argMax = (x: Tensor, axis = -1): Tensor => alongAxis(argMaxPrimitive, x, axis);
/** Index (int32) of the first smallest element along an axis, which disappears. */
export const argMin = (x: Tensor, axis = -1): Tensor => alongAxis(argMinPrimitive, x, axis);
/** Indices (int32) that sort along an axis, ascending and stable. */
export const argsort = (x: Tensor, axis = -1): Tensor => alongAxis(argsortPrimitive, x, axis);

/** Options of `cumsum`. */
export interface CumsumOptions {
  /** Sum from the end. */
  readonly reverse?: boolean;
  /** Leave the element itself out. */
  readonly exclusive?: boolean;
}

const cumsumPrimitive: Primitive = {
  name: 'cumsum',
  kernel: cumsumKernel,
  spec: ([x]) => ({ shape: x!.shape, dtype: requireDType('cumsum', [x!], [...FLOATS, 'int32']) }),
  jvp: (_, [dx], __, params) => emit(cumsumPrimitive, [dx!], params),
  transpose: (ct, _, params) => [emit(cumsumPrimitive, [ct], { ...params, reverse: !params['reverse'] })],
  batch: ([x], _, params) => emit(cumsumPrimitive, [x!], { ...params, axis: (params['axis'] as number) + 1 }),
};

/** Running sum along an axis. */
export function cumsum(x: Tensor, axis = -1, options: CumsumOptions = {}): Tensor {
  const { reverse = false, exclusive = false } = options;
  return emit(cumsumPrimitive, [x], { axis: axisOf('cumsum', axis, x.rank), reverse, exclusive });
}
