/** Making tensors. */
import type { DType, Shape, TypedArray } from '../api.js';
import { allocate } from '../execute.js';
import { showShape, sizeOf } from '../primitive.js';
import { iota } from '../primitives/indexing.js';
import { Tensor } from '../tensor.js';
import { add, equal, mul, select } from '../primitives/elementwise.js';

/** Numbers, or arrays of equal length nested to any depth. */
export type NestedArray = number | boolean | readonly NestedArray[];

const DTYPES: readonly string[] = ['float32', 'float64', 'int32', 'bool'];

function requireShape(op: string, shape: Shape): void {
  if (!Array.isArray(shape) || shape.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new RangeError(`${op}: shape must be an array of non-negative integers, got ${JSON.stringify(shape)}`);
  }
}

function requireKnownDType(op: string, dtype: DType): void {
  if (!DTYPES.includes(dtype)) throw new TypeError(`${op}: dtype must be one of ${DTYPES.join(', ')}, got ${String(dtype)}`);
}

/** The dtype that typed arrays carry. */
function dtypeOf(data: ArrayBufferView): DType {
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  return 'float32';
}

/**
 * A tensor from nested arrays or from a typed array with a shape. The values are copied.
 * @param data nested arrays of equal lengths, a flat array, or a typed array
 * @param shape taken from the nesting when omitted
 * @param dtype float64 and int32 for such typed arrays, otherwise float32
 * @throws RangeError when the data is ragged or does not fill the shape; TypeError on an unknown dtype
 */
export function tensor(data: NestedArray | TypedArray, shape?: Shape, dtype?: DType): Tensor {
  const typed = ArrayBuffer.isView(data);
  const type = dtype ?? (typed ? dtypeOf(data) : 'float32');
  requireKnownDType('tensor', type);
  const nested = typed ? [data.length] : shapeOf(data);
  const target = shape ?? nested;
  requireShape('tensor', target);
  if (sizeOf(target) !== sizeOf(nested)) {
    throw new RangeError(`tensor: shape ${showShape(target)} needs ${sizeOf(target)} values, got ${sizeOf(nested)}`);
  }
  const host = allocate({ shape: target, dtype: type });
  if (typed) host.set(data);
  else fill(host, data, 0);
  if (type === 'bool') for (let i = 0; i < host.length; i++) host[i] = host[i] === 0 ? 0 : 1;
  return Tensor.fromHost(host, { shape: [...target], dtype: type });
}

function shapeOf(data: NestedArray): number[] {
  if (!Array.isArray(data)) {
    if (typeof data !== 'number' && typeof data !== 'boolean') throw new TypeError(`tensor: values must be numbers, got ${typeof data}`);
    return [];
  }
  if (data.length === 0) return [0];
  const inner = shapeOf(data[0] as NestedArray);
  for (const item of data as readonly NestedArray[]) {
    if (String(shapeOf(item)) !== String(inner)) throw new RangeError(`tensor: nested arrays must have equal lengths, got ${showShape(inner)} beside ${showShape(shapeOf(item))}`);
  }
  return [data.length, ...inner];
}

function fill(host: TypedArray, data: NestedArray, at: number): number {
  if (!Array.isArray(data)) {
    host[at] = Number(data);
    return at + 1;
  }
  let next = at;
  for (const item of data as readonly NestedArray[]) next = fill(host, item, next);
  return next;
}

/** A tensor of one value everywhere; costs no memory until it is read. */
export function full(shape: Shape, value: number, dtype: DType = 'float32'): Tensor {
  requireShape('full', shape);
  requireKnownDType('full', dtype);
  if (typeof value !== 'number') throw new TypeError(`full: value must be a number, got ${typeof value}`);
  return Tensor.literal(dtype === 'float32' ? Math.fround(value) : value, { shape: [...shape], dtype });
}

/** Zeros. */
export const zeros = (shape: Shape, dtype: DType = 'float32'): Tensor => full(shape, 0, dtype);
/** Ones. */
export const ones = (shape: Shape, dtype: DType = 'float32'): Tensor => full(shape, 1, dtype);
/** A scalar. */
export const scalar = (value: number, dtype: DType = 'float32'): Tensor => full([], value, dtype);

/** start, start + step, … below stop. */
export function arange(start: number, stop: number, step = 1, dtype: DType = 'int32'): Tensor {
  const count = Math.ceil((stop - start) / step);
  if (!Number.isFinite(count)) throw new RangeError(`arange: expected finite start, stop and a non-zero step, got ${start}, ${stop}, ${step}`);
  return add(mul(iota([Math.max(0, count)], 0, dtype), step), start);
}

/** `count` evenly spaced values from start to stop, both included. */
export function linspace(start: number, stop: number, count: number, dtype: DType = 'float32'): Tensor {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`linspace: count must be a positive integer, got ${count}`);
  return tensor(Array.from({ length: count }, (_, i) => (count === 1 ? start : start + ((stop - start) * i) / (count - 1))), [count], dtype);
}

/** The identity matrix. */
export function eye(n: number, dtype: DType = 'float32'): Tensor {
  return select(equal(iota([n, n], 0, 'int32'), iota([n, n], 1, 'int32')), 1, 0, dtype);
}

/** One-hot rows: [...] of int32 labels to [..., classes]. Labels outside [0, classes) give a zero row. */
export function oneHot(labels: Tensor, classes: number, dtype: DType = 'float32'): Tensor {
  if (labels.dtype !== 'int32') throw new TypeError(`oneHot: labels must be int32, got ${labels.dtype}`);
  const wide = labels.reshape([...labels.shape, 1]);
  return select(equal(wide, iota([classes], 0, 'int32')), 1, 0, dtype);
}
