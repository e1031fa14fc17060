/** Small dense classifiers for the benches, and gradient descent on them. */
import { breathe } from '@curv/plugin';
import { compile, type Engine, grad, type Random, softmaxCrossEntropy, type Tensor, tensor, type Tree, treeMap, zeros } from '@curv/tensor';
import type { Problem } from '../api.js';
import type { Examples } from './digits.js';

export type FloatType = 'float32' | 'float64';
export type Activation = 'tanh' | 'relu';

/** Dense layers; the activation follows every layer but the last. */
export type Layers = readonly { readonly kernel: Tensor; readonly bias: Tensor }[];

/** Normal kernels of variance gain / fan-in, zero biases. */
export function denseLayers(stream: Random, sizes: readonly number[], dtype: FloatType, gain = 1): Layers {
  return sizes.slice(1).map((size, i) => ({ kernel: stream.tensor('normal', [sizes[i]!, size], dtype).mul(Math.sqrt(gain / sizes[i]!)), bias: zeros([size], dtype) }));
}

export function logits(layers: Layers, x: Tensor, activation: Activation): Tensor {
  return layers.reduce((h, { kernel, bias }, i) => {
    const z = h.matmul(kernel).add(bias);
    return i === layers.length - 1 ? z : activation === 'tanh' ? z.tanh() : z.relu();
  }, x);
}

/** A data set as tensors. */
export interface Data {
  readonly x: Tensor;
  readonly y: Tensor;
}

export function toData({ inputs, labels, width, count }: Examples, dtype: FloatType): Data {
  return { x: tensor(dtype === 'float32' ? Float32Array.from(inputs) : inputs.slice(), [count, width], dtype), y: tensor(labels.slice(), [count]) };
}

/** The mean cross-entropy of a net on examples in batches, as a problem. */
export function problemOf(layers: Layers, data: readonly Data[], activation: Activation, engine: Engine): Problem {
  return {
    params: layers as unknown as Tree<Tensor>,
    batches: data.map((d) => ({ data: d as unknown as Tree<Tensor>, size: d.y.size })),
    reduction: 'mean',
    engine,
    model: (p: Layers, { x }: Data) => logits(p, x, activation),
    outputLoss: (z: Tensor, { y }: Data) => softmaxCrossEntropy(z, y),
  };
}

/** What `descend` needs. */
export interface Descent {
  readonly layers: Layers;
  readonly data: Data;
  readonly activation: Activation;
  readonly rate: number;
  readonly steps: number;
  /** Examples drawn for a step, with replacement, by `stream`; all where it is left out. */
  readonly batch?: number;
  readonly stream?: Random;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

/** Gradient descent, w ← w − rate ∇L, on all examples or on random batches. */
export async function descend({ layers, data, activation, rate, steps, batch, stream, engine, signal }: Descent): Promise<Layers> {
  const loss = (p: Layers, x: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(logits(p, x, activation), y);
  const moved = (p: Layers, x: Tensor, y: Tensor): Layers => treeMap((a: Tensor, g: Tensor) => a.sub(g.mul(rate)), p as never, grad(loss)(p, x, y) as never) as unknown as Layers;
  const whole = compile((p: Layers, { x, y }: Data) => moved(p, x, y), { engine });
  const partly = compile((p: Layers, { x, y }: Data, chosen: Tensor) => moved(p, x.gather(chosen, 0), y.gather(chosen, 0)), { engine });
  let current = layers;
  for (let k = 0; k < steps; k++) {
    if (batch === undefined) current = whole(current, data);
    else current = partly(current, data, tensor(Int32Array.from({ length: batch }, () => stream!.integer(data.y.size)), [batch]));
    await breathe(signal);
  }
  whole.dispose();
  partly.dispose();
  return current;
}

/** Mean loss and share of right answers. */
export async function evaluate(layers: Layers, data: Data, activation: Activation, engine: Engine): Promise<{ loss: number; accuracy: number }> {
  const run = compile(
    (p: Layers, { x, y }: Data) => {
      const z = logits(p, x, activation);
      return [softmaxCrossEntropy(z, y), z.argMax(-1).equal(y).cast('float32').mean()];
    },
    { engine },
  );
  const [loss, accuracy] = run(layers, data) as [Tensor, Tensor];
  const found = { loss: (await loss.data())[0]!, accuracy: (await accuracy.data())[0]! };
  run.dispose();
  return found;
}

/** The more exact type that an engine has. */
export const bestType = (engine: Engine): FloatType => (engine.dtypes.includes('float64') ? 'float64' : 'float32');
