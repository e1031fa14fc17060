/** The models of the `hvp` bench, with parameters and data from a formula, so that every peer can make the same numbers. */
import { conv2d, maxPool2d, softmaxCrossEntropy, type Tensor, tensor, type Tree } from '@curv/tensor';

/** A named array: element i is scale · sin(0.7 i + phase). */
export interface ArraySpec {
  readonly shape: readonly number[];
  readonly phase: number;
  readonly scale: number;
}

/** A model with its loss, for any dtype. */
export interface BenchModel {
  readonly id: 'mlp' | 'conv';
  readonly title: string;
  readonly batch: number;
  readonly params: Readonly<Record<string, ArraySpec>>;
  readonly input: ArraySpec;
  readonly classes: number;
  outputs(params: Readonly<Record<string, Tensor>>, x: Tensor): Tensor;
}

export const MODELS: readonly BenchModel[] = [
  {
    id: 'mlp',
    title: 'MLP 784-128-10, tanh, batch 128',
    batch: 128,
    classes: 10,
    params: {
      w1: { shape: [784, 128], phase: 1, scale: 0.05 },
      b1: { shape: [128], phase: 2, scale: 0.1 },
      w2: { shape: [128, 10], phase: 3, scale: 0.1 },
      b2: { shape: [10], phase: 4, scale: 0.1 },
    },
    input: { shape: [128, 784], phase: 5, scale: 1 },
    outputs: (p, x) => x.matmul(p['w1']!).add(p['b1']!).tanh().matmul(p['w2']!).add(p['b2']!),
  },
  {
    id: 'conv',
    title: 'conv net 28×28, 16 and 32 filters 3×3, tanh, max-pool, batch 32',
    batch: 32,
    classes: 10,
    params: {
      k1: { shape: [3, 3, 1, 16], phase: 1, scale: 0.3 },
      b1: { shape: [16], phase: 2, scale: 0.1 },
      k2: { shape: [3, 3, 16, 32], phase: 3, scale: 0.1 },
      b2: { shape: [32], phase: 4, scale: 0.1 },
      w: { shape: [1568, 10], phase: 5, scale: 0.05 },
      b: { shape: [10], phase: 6, scale: 0.1 },
    },
    input: { shape: [32, 28, 28, 1], phase: 7, scale: 1 },
    outputs(p, x) {
      const first = maxPool2d(conv2d(x, p['k1']!, { padding: 'same' }).add(p['b1']!).tanh(), 2);
      const second = maxPool2d(conv2d(first, p['k2']!, { padding: 'same' }).add(p['b2']!).tanh(), 2);
      return second.reshape([x.shape[0]!, -1]).matmul(p['w']!).add(p['b']!);
    },
  },
];

/** Values of a formula array. */
export function values({ shape, phase, scale }: ArraySpec): Float64Array {
  const n = shape.reduce((a, b) => a * b, 1);
  return Float64Array.from({ length: n }, (_, i) => scale * Math.sin(0.7 * i + phase));
}

/** Class of each example: its number modulo the classes. */
export const labels = ({ batch, classes }: BenchModel): Int32Array => Int32Array.from({ length: batch }, (_, i) => i % classes);

/** Direction of the Hessian-vector product: the parameters' formula, a quarter period on, with scale 1. */
export const direction = (spec: ArraySpec): ArraySpec => ({ ...spec, phase: spec.phase + Math.PI / 2, scale: 1 });

export interface Arguments {
  readonly params: Record<string, Tensor>;
  readonly direction: Record<string, Tensor>;
  readonly x: Tensor;
  readonly y: Tensor;
}

/** The model's tensors in a dtype. */
export function argumentsOf(model: BenchModel, dtype: 'float32' | 'float64'): Arguments {
  const make = (spec: ArraySpec): Tensor => tensor(values(spec), spec.shape, dtype);
  const each = (f: (spec: ArraySpec) => Tensor): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(model.params).map(([name, spec]) => [name, f(spec)]));
  return {
    params: each(make),
    direction: each((spec) => make(direction(spec))),
    x: make(model.input),
    y: tensor(labels(model), [model.batch], 'int32'),
  };
}

/** Mean softmax cross-entropy of the model. */
export const lossOf =
  (model: BenchModel) =>
  (params: Tree<Tensor>, x: Tensor, y: Tensor): Tensor =>
    softmaxCrossEntropy(model.outputs(params as Record<string, Tensor>, x), y);
