import type { DType, Engine, Shape, Spec, TensorLike, TypedArray } from './api.js';
import { readTensor, readTensorSync, releaseTensor } from './execute.js';
import * as ops from './ops/index.js';
import { showSpec, sizeOf } from './primitive.js';
import type { Trace, TracedNode } from './trace.js';

/** A tensor's copy on an engine. */
export interface Device {
  readonly engine: Engine;
  readonly storage: unknown;
}

/** Storages of tensors that are no longer reachable go back to their engines. */
const registry = new FinalizationRegistry<Device>(({ engine, storage }) => engine.release(storage));

/**
 * An immutable, dense, row-major array of numbers with a static shape and dtype.
 *
 * Every operation returns a new tensor. Inside a function that is being differentiated, vectorized or compiled the same class stands for values
 * that are not known yet; reading such a tensor is an error. Binary operations broadcast as in NumPy, demand equal dtypes, and accept plain
 * numbers, which take the tensor's dtype.
 */
export class Tensor implements Spec {
  readonly shape: Shape;
  readonly dtype: DType;
  /** @internal The trace that this symbolic tensor belongs to. */
  readonly trace: Trace | null = null;
  /** @internal */
  readonly node: TracedNode | null = null;
  /** @internal The value of a uniform constant. */
  readonly literal: number | undefined = undefined;
  /** @internal */
  host: TypedArray | null = null;
  /** @internal */
  device: Device | null = null;
  /** @internal */
  disposed = false;

  private constructor(spec: Spec) {
    this.shape = spec.shape;
    this.dtype = spec.dtype;
  }

  /** @internal */
  static traced(trace: Trace, node: TracedNode): Tensor {
    return Object.assign(new Tensor(node), { trace, node });
  }

  /** @internal A uniform constant of any shape. */
  static literal(value: number, spec: Spec): Tensor {
    return Object.assign(new Tensor(spec), { literal: value });
  }

  /** @internal Adopts host data: the caller does not write to it again. */
  static fromHost(data: TypedArray, spec: Spec): Tensor {
    const tensor = new Tensor(spec);
    tensor.host = data;
    return tensor;
  }

  /** @internal Takes ownership of an engine's storage. */
  static fromDevice(device: Device, spec: Spec): Tensor {
    const tensor = new Tensor(spec);
    tensor.attach(device);
    return tensor;
  }

  /** @internal */
  attach(device: Device): void {
    this.device = device;
    registry.register(this, device, this);
  }

  /** @internal */
  detach(): void {
    registry.unregister(this);
    this.device = null;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The values in row-major order (`bool` as 0 and 1). The array may be shared with the tensor: copy it before writing. */
  data(): Promise<TypedArray> {
    return readTensor(this);
  }

  /** As `data`, at once. @throws TypeError where the tensor's engine is asynchronous */
  dataSync(): TypedArray {
    return readTensorSync(this);
  }

  /** The only element of a tensor of size 1, at once. */
  item(): number {
    if (this.size !== 1) throw new RangeError(`item: expected a tensor with one element, got ${showSpec(this)}`);
    return this.dataSync()[0]!;
  }

  /** Frees the storage now instead of when the tensor is collected. The tensor cannot be used afterwards. */
  dispose(): void {
    releaseTensor(this);
  }

  /** `using x = …` disposes `x` at the end of its block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  toString(): string {
    return `Tensor(${showSpec(this)}${this.trace === null ? '' : ', traced'})`;
  }

  // Elementwise arithmetic; see ops/ for each one's definition.
  add(other: TensorLike): Tensor { return ops.add(this, other); }
  sub(other: TensorLike): Tensor { return ops.sub(this, other); }
  mul(other: TensorLike): Tensor { return ops.mul(this, other); }
  div(other: TensorLike): Tensor { return ops.div(this, other); }
  pow(exponent: TensorLike): Tensor { return ops.pow(this, exponent); }
  maximum(other: TensorLike): Tensor { return ops.maximum(this, other); }
  minimum(other: TensorLike): Tensor { return ops.minimum(this, other); }
  atan2(x: TensorLike): Tensor { return ops.atan2(this, x); }
  neg(): Tensor { return ops.neg(this); }
  abs(): Tensor { return ops.abs(this); }
  sign(): Tensor { return ops.sign(this); }
  floor(): Tensor { return ops.floor(this); }
  ceil(): Tensor { return ops.ceil(this); }
  round(): Tensor { return ops.round(this); }
  exp(): Tensor { return ops.exp(this); }
  expm1(): Tensor { return ops.expm1(this); }
  log(): Tensor { return ops.log(this); }
  log1p(): Tensor { return ops.log1p(this); }
  sqrt(): Tensor { return ops.sqrt(this); }
  rsqrt(): Tensor { return ops.rsqrt(this); }
  square(): Tensor { return ops.square(this); }
  reciprocal(): Tensor { return ops.reciprocal(this); }
  sin(): Tensor { return ops.sin(this); }
  cos(): Tensor { return ops.cos(this); }
  tan(): Tensor { return ops.tan(this); }
  asin(): Tensor { return ops.asin(this); }
  acos(): Tensor { return ops.acos(this); }
  atan(): Tensor { return ops.atan(this); }
  sinh(): Tensor { return ops.sinh(this); }
  cosh(): Tensor { return ops.cosh(this); }
  tanh(): Tensor { return ops.tanh(this); }
  asinh(): Tensor { return ops.asinh(this); }
  acosh(): Tensor { return ops.acosh(this); }
  atanh(): Tensor { return ops.atanh(this); }
  erf(): Tensor { return ops.erf(this); }
  sigmoid(): Tensor { return ops.sigmoid(this); }
  softplus(): Tensor { return ops.softplus(this); }
  relu(): Tensor { return ops.relu(this); }
  elu(alpha?: number): Tensor { return ops.elu(this, alpha); }
  gelu(): Tensor { return ops.gelu(this); }
  silu(): Tensor { return ops.silu(this); }
  clip(low: number, high: number): Tensor { return ops.clip(this, low, high); }
  cast(dtype: DType): Tensor { return ops.cast(this, dtype); }

  // Comparison and logic.
  equal(other: TensorLike): Tensor { return ops.equal(this, other); }
  notEqual(other: TensorLike): Tensor { return ops.notEqual(this, other); }
  less(other: TensorLike): Tensor { return ops.less(this, other); }
  lessEqual(other: TensorLike): Tensor { return ops.lessEqual(this, other); }
  greater(other: TensorLike): Tensor { return ops.greater(this, other); }
  greaterEqual(other: TensorLike): Tensor { return ops.greaterEqual(this, other); }
  and(other: Tensor): Tensor { return ops.and(this, other); }
  or(other: Tensor): Tensor { return ops.or(this, other); }
  not(): Tensor { return ops.not(this); }
  /** Where this (a `bool` tensor) holds `whenTrue`, elsewhere `whenFalse`. */
  select(whenTrue: TensorLike, whenFalse: TensorLike): Tensor { return ops.select(this, whenTrue, whenFalse); }

  // Reductions: over `axes` (all by default).
  sum(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.sum(this, axes, options); }
  mean(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.mean(this, axes, options); }
  max(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.max(this, axes, options); }
  min(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.min(this, axes, options); }
  prod(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.prod(this, axes, options); }
  variance(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.variance(this, axes, options); }
  norm(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.norm(this, axes, options); }
  logSumExp(axes?: Axes, options?: ops.ReduceOptions): Tensor { return ops.logSumExp(this, axes, options); }
  softmax(axis?: number): Tensor { return ops.softmax(this, axis); }
  logSoftmax(axis?: number): Tensor { return ops.logSoftmax(this, axis); }
  argMax(axis?: number): Tensor { return ops.argMax(this, axis); }
  argMin(axis?: number): Tensor { return ops.argMin(this, axis); }
  cumsum(axis?: number, options?: ops.CumsumOptions): Tensor { return ops.cumsum(this, axis, options); }
  cumprod(axis?: number): Tensor { return ops.cumprod(this, axis); }
  argsort(axis?: number): Tensor { return ops.argsort(this, axis); }
  sort(axis?: number): Tensor { return ops.sort(this, axis); }

  // Shape.
  reshape(shape: Shape): Tensor { return ops.reshape(this, shape); }
  flatten(): Tensor { return ops.reshape(this, [-1]); }
  expandDims(axis: number): Tensor { return ops.expandDims(this, axis); }
  squeeze(axes?: Axes): Tensor { return ops.squeeze(this, axes); }
  transpose(perm?: readonly number[]): Tensor { return ops.transpose(this, perm); }
  broadcastTo(shape: Shape): Tensor { return ops.broadcastTo(this, shape); }
  slice(start: readonly number[], stop?: readonly number[], strides?: readonly number[]): Tensor { return ops.slice(this, start, stop, strides); }
  pad(low: readonly number[], high: readonly number[], interior?: readonly number[]): Tensor { return ops.pad(this, low, high, interior); }
  reverse(axes?: Axes): Tensor { return ops.reverse(this, axes); }

  // Indexing and products.
  gather(indices: Tensor, axis?: number): Tensor { return ops.gather(this, indices, axis); }
  takeAlongAxis(indices: Tensor, axis: number): Tensor { return ops.takeAlongAxis(this, indices, axis); }
  matmul(other: Tensor, options?: ops.MatmulOptions): Tensor { return ops.matmul(this, other, options); }
  dot(other: Tensor): Tensor { return ops.dot(this, other); }
}

type Axes = number | readonly number[];
