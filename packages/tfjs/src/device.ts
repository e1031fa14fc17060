/** Tensors on a TensorFlow.js backend, below its tape and its tensor counts: storages are reference-counted data ids. */
import * as tf from '@tensorflow/tfjs-core';
import type { DType, Spec, TypedArray } from '@curv/tensor';

/** A stored tensor. */
export interface Handle {
  readonly dataId: tf.DataId;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** What a backend offers beyond tfjs-core's interface: the wasm heap. */
interface Heap {
  typedArrayFromHeap?(handle: Handle): TypedArray;
  makeOutput?(shape: number[], dtype: string): Handle;
}

/** One backend. Every handle owns one reference to its data. */
export class Device {
  constructor(
    readonly backend: tf.KernelBackend & Heap,
    readonly name: string,
  ) {}

  /** Runs a kernel of this backend; the inputs stay the caller's. */
  kernel(name: string, inputs: Record<string, Handle>, attrs: Record<string, unknown> = {}): Handle {
    const found = tf.getKernel(name, this.name);
    if (found == null) throw new TypeError(`backend ${this.name} has no kernel ${name}`);
    const out = found.kernelFunc({ inputs: inputs as unknown as tf.NamedTensorInfoMap, backend: this.backend, attrs: attrs as unknown as tf.NamedAttrMap });
    return (Array.isArray(out) ? out[0] : out) as unknown as Handle;
  }

  has(name: string): boolean {
    return tf.getKernel(name, this.name) != null;
  }

  /** Host data to the device; copied. */
  write(data: TypedArray, { shape, dtype }: Spec): Handle {
    const handle = { shape: [...shape], dtype: dtype as Handle['dtype'] };
    if (this.backend.typedArrayFromHeap !== undefined && data.length > 0) {
      const out = this.backend.makeOutput!(handle.shape, handle.dtype);
      this.view(out).set(data);
      return out;
    }
    return { ...handle, dataId: this.backend.write(data as Float32Array, handle.shape, handle.dtype) as unknown as tf.DataId };
  }

  /** The data of a handle, on the wasm heap without a copy: valid until the next allocation. */
  view(handle: Handle): TypedArray {
    if (this.backend.typedArrayFromHeap !== undefined && size(handle.shape) > 0) return this.backend.typedArrayFromHeap(handle);
    return typed(this.backend.readSync(handle.dataId as object) as TypedArray, handle.dtype);
  }

  readSync(handle: Handle): TypedArray {
    return typed(this.backend.readSync(handle.dataId as object) as TypedArray, handle.dtype).slice();
  }

  async read(handle: Handle): Promise<TypedArray> {
    return typed((await this.backend.read(handle.dataId as object)) as TypedArray, handle.dtype).slice();
  }

  /** The same data under another shape. */
  alias(handle: Handle, shape: readonly number[]): Handle {
    this.backend.incRef(handle.dataId as object);
    return { dataId: handle.dataId, shape: [...shape], dtype: handle.dtype };
  }

  release({ dataId }: Handle): void {
    this.backend.disposeData(dataId as object);
  }
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Backends may hand back another array type than the dtype's. */
function typed(data: TypedArray, dtype: DType): TypedArray {
  if (dtype === 'bool') return data instanceof Uint8Array ? data : Uint8Array.from(data);
  if (dtype === 'int32') return data instanceof Int32Array ? data : Int32Array.from(data);
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
