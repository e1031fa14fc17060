/** What a model of the bench is. Parameters and data come from a formula, so that every peer can make the same numbers. */
import { softmaxCrossEntropy, type Tensor, tensor, type Tree } from '@curv/tensor';

/** A named array: element i is offset + scale · sin(0.7 i + phase). */
export interface ArraySpec {
  readonly shape: readonly number[];
  readonly phase: number;
  readonly scale: number;
  readonly offset?: number;
}

/** Data of class numbers: element i is (multiplier · i) mod below. */
export interface TokenSpec {
  readonly shape: readonly number[];
  readonly below: number;
  readonly multiplier: number;
}

export type Parameters = Readonly<Record<string, Tensor>>;

/** A model with mean softmax cross-entropy as its loss, for any dtype. */
export interface BenchModel {
  readonly id: 'mlp' | 'conv' | 'resnet' | 'transformer' | 'tiny';
  readonly title: string;
  /** Examples in the batch. */
  readonly batch: number;
  readonly params: Readonly<Record<string, ArraySpec>>;
  readonly input: ArraySpec | TokenSpec;
  readonly labels: TokenSpec;
  /** Logits. */
  outputs(params: Parameters, x: Tensor): Tensor;
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Number of parameters. */
export const parameterCount = ({ params }: BenchModel): number => Object.values(params).reduce((sum, { shape }) => sum + count(shape), 0);

/** Values of a formula array. */
export function values({ shape, phase, scale, offset = 0 }: ArraySpec): Float64Array {
  return Float64Array.from({ length: count(shape) }, (_, i) => offset + scale * Math.sin(0.7 * i + phase));
}

export const tokens = ({ shape, below, multiplier }: TokenSpec): Int32Array => Int32Array.from({ length: count(shape) }, (_, i) => (multiplier * i) % below);

export const isTokens = (spec: ArraySpec | TokenSpec): spec is TokenSpec => 'below' in spec;

/** Direction of the products: the parameters' formula, a quarter period on, with scale 1. */
export const direction = ({ shape, phase }: ArraySpec): ArraySpec => ({ shape, phase: phase + Math.PI / 2, scale: 1 });

export interface Arguments {
  readonly params: Record<string, Tensor>;
  readonly direction: Record<string, Tensor>;
  readonly x: Tensor;
  readonly y: Tensor;
}

/** The model's tensors in a dtype. */
export function argumentsOf(model: BenchModel, dtype: 'float32' | 'float64'): Arguments {
  const make = (spec: ArraySpec | TokenSpec): Tensor => (isTokens(spec) ? tensor(tokens(spec), spec.shape, 'int32') : tensor(values(spec), spec.shape, dtype));
  const each = (f: (spec: ArraySpec) => Tensor): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(model.params).map(([name, spec]) => [name, f(spec)]));
  return { params: each(make), direction: each((spec) => make(direction(spec))), x: make(model.input), y: make(model.labels) };
}

/** Mean softmax cross-entropy of logits. */
export const lossOfOutputs = (outputs: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(outputs, y);

/** The model's loss. */
export const lossOf =
  (model: BenchModel) =>
  (params: Tree<Tensor>, x: Tensor, y: Tensor): Tensor =>
    lossOfOutputs(model.outputs(params as Parameters, x), y);

/** Loss of one example, given without its batch axis. */
export const exampleLossOf =
  (model: BenchModel) =>
  (params: Tree<Tensor>, x: Tensor, y: Tensor): Tensor =>
    lossOf(model)(params, x.reshape([1, ...x.shape]), y.reshape([1, ...y.shape]));
