/** Tensors that an engine holds: there already, or promised by a run. */
import type { DType, Shape, Spec, TypedArray } from '@curv/tensor';
import type { Tensor as RuntimeTensor } from 'onnxruntime-common';

/** A stored tensor, or one that a run will store. */
export class Handle {
  readonly shape: Shape;
  readonly dtype: DType;
  /** The tensor, once it is there. */
  tensor: RuntimeTensor | null = null;
  private readonly arriving: Promise<RuntimeTensor> | null = null;
  /** Its owner and the runs that read it. */
  private holders = 1;

  constructor({ shape, dtype }: Spec, tensor: RuntimeTensor | Promise<RuntimeTensor>) {
    this.shape = shape;
    this.dtype = dtype;
    if (!(tensor instanceof Promise)) {
      this.tensor = tensor;
      return;
    }
    this.arriving = tensor.then((value) => (this.tensor = value));
    // Whoever reads the handle meets the error; a handle that nobody reads must not end the process.
    this.arriving.catch(() => {});
  }

  wait(): RuntimeTensor | Promise<RuntimeTensor> {
    return this.tensor ?? this.arriving!;
  }

  async read(): Promise<TypedArray> {
    const tensor = await this.wait();
    return (await tensor.getData()) as TypedArray;
  }

  hold(): void {
    this.holders++;
  }

  release(): void {
    if (--this.holders === 0) void Promise.resolve(this.wait()).then((tensor) => tensor.dispose(), () => {});
  }
}
