/** What a primitive is: its rules in one record. Every rule is written with tensor operations, so derivatives close to any order. */
import type { DType, Node, Params, Shape, Spec, TypedArray } from './api.js';
import type { Tensor } from './tensor.js';

/** One primitive operation with one output. */
export interface Primitive {
  readonly name: string;
  /** Output shape and dtype. @throws TypeError or RangeError on operands that do not fit. */
  spec(inputs: readonly Spec[], params: Params): Spec;
  /** Tangent of the output, or null where it is zero. `tangents[i]` is null where input i has none. */
  jvp(primals: readonly Tensor[], tangents: readonly (Tensor | null)[], output: Tensor, params: Params): Tensor | null;
  /**
   * Cotangents of the inputs on which the output depends linearly: `linear[i]` says which those are; the others are known values.
   * Called only for nodes in which at least one input is linear.
   */
  transpose?(cotangent: Tensor, inputs: readonly LinearOperand[], params: Params): readonly (Tensor | null)[];
  /** The same operation on inputs that carry a batch axis in front (`batched[i]`) or do not; the output carries it in front. */
  batch(inputs: readonly Tensor[], batched: readonly boolean[], params: Params, size: number): Tensor;
  /** What computes it on the host, where the `cpu` engine does not plan it as a loop or a view. Bundles hold the kernels of the primitives they use. */
  readonly kernel?: HostKernel;
}

/** Fills `out`, whose former content is arbitrary. A primitive of one operand gets it twice. */
export type Kernel = (out: TypedArray, a: TypedArray, b: TypedArray) => void;

/** Makes the kernel of a node. */
export type HostKernel = (node: Node) => Kernel;

/** An operand of a node being transposed: its spec, and its value unless the output is linear in it. */
export interface LinearOperand extends Spec {
  readonly value: Tensor | null;
}

export const FLOATS: readonly DType[] = ['float32', 'float64'];
export const NUMBERS: readonly DType[] = ['float32', 'float64', 'int32'];

export const isFloat = (dtype: DType): boolean => dtype === 'float32' || dtype === 'float64';

/** Host arrays by dtype. */
export const ARRAYS: Readonly<Record<DType, { new (size: number): TypedArray; new (buffer: ArrayBuffer, offset: number, size: number): TypedArray; readonly BYTES_PER_ELEMENT: number }>> = {
  float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array,
};

/** A zeroed array for `size` elements. */
export const newArray = (dtype: DType, size: number): TypedArray => new ARRAYS[dtype](size);

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

export const showSpec = (spec: Spec): string => `${spec.dtype}${showShape(spec.shape)}`;

/** Integers from 0 to n − 1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Normalizes an axis that may be negative. @throws RangeError */
export function axisOf(op: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new RangeError(`${op}: axis must be an integer in [${-rank}, ${rank - 1}] for a tensor of rank ${rank}, got ${axis}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** Normalizes a set of axes: sorted, distinct; all axes when omitted. @throws RangeError */
export function axesOf(op: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  const list = (axes === undefined ? range(rank) : typeof axes === 'number' ? [axes] : [...axes]).map((a) => axisOf(op, a, rank));
  if (new Set(list).size !== list.length) throw new RangeError(`${op}: axes must be distinct, got [${String(axes)}]`);
  return list.sort((a, b) => a - b);
}

/** NumPy broadcasting of several shapes. @throws RangeError naming the operation and the shapes */
export function broadcastShapes(op: string, shapes: readonly Shape[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  const out = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    for (let i = 0; i < shape.length; i++) {
      const at = rank - shape.length + i;
      const n = shape[i]!;
      if (out[at] === 1) out[at] = n;
      else if (n !== 1 && n !== out[at]) {
        throw new RangeError(`${op}: shapes ${shapes.map(showShape).join(' and ')} do not broadcast together`);
      }
    }
  }
  return out;
}

/** @throws TypeError unless all operands share one of the allowed dtypes */
export function requireDType(op: string, inputs: readonly Spec[], allowed: readonly DType[]): DType {
  const dtype = inputs[0]!.dtype;
  if (!allowed.includes(dtype)) throw new TypeError(`${op}: expected dtype ${allowed.join(' or ')}, got ${dtype}`);
  for (const input of inputs) {
    if (input.dtype !== dtype) {
      throw new TypeError(`${op}: operands must have one dtype, got ${inputs.map(showSpec).join(' and ')}; use cast() to convert`);
    }
  }
  return dtype;
}

/** @throws RangeError unless the operand has the given rank */
export function requireRank(op: string, name: string, spec: Spec, rank: number): void {
  if (spec.shape.length !== rank) {
    throw new RangeError(`${op}: ${name} must have rank ${rank}, got shape ${showShape(spec.shape)}`);
  }
}
