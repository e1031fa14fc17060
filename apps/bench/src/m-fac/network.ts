/** Dense classifiers as functions of one float64 vector on the host. */
import { compile, type Engine, grad, type Random, softmaxCrossEntropy, type Tensor, tensor } from '@curv/tensor';
import { type Examples, rows } from './digits.js';

export interface Network {
  readonly sizes: readonly number[];
  /** Numbers in all, and which of them belong to kernels (the others are biases). */
  readonly dimension: number;
  readonly kernels: Int32Array;
  start(stream: Random): Float64Array;
  /** Mean loss and its gradient on the chosen examples. */
  gradient(w: Float64Array, examples: Examples, chosen: ArrayLike<number>): Promise<{ loss: number; gradient: Float64Array }>;
  accuracy(w: Float64Array, examples: Examples): Promise<number>;
  dispose(): void;
}

/** A net with kernels [in, out] and biases, layer after layer in the vector. */
export function network(sizes: readonly number[], activation: 'tanh' | 'relu', engine: Engine): Network {
  const shapes = sizes.slice(1).flatMap((size, i) => [[sizes[i]!, size], [size]]);
  const offsets = shapes.map((_, i) => shapes.slice(0, i).reduce((sum, s) => sum + s.reduce((a, b) => a * b, 1), 0));
  const dimension = offsets.at(-1)! + shapes.at(-1)![0]!;
  const kernels = Int32Array.from(shapes.flatMap((shape, i) => (shape.length === 2 ? Array.from({ length: shape[0]! * shape[1]! }, (_, j) => offsets[i]! + j) : [])));
  const logits = (p: readonly Tensor[], x: Tensor): Tensor => {
    let h = x;
    for (let i = 0; i < p.length; i += 2) {
      h = h.matmul(p[i]!).add(p[i + 1]!);
      if (i + 2 < p.length) h = activation === 'tanh' ? h.tanh() : h.relu();
    }
    return h;
  };
  const loss = (p: readonly Tensor[], x: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(logits(p, x), y);
  const both = compile((p: readonly Tensor[], x: Tensor, y: Tensor) => [loss(p, x, y), ...(grad(loss)(p, x, y) as Tensor[])], { engine });
  const hits = compile((p: readonly Tensor[], x: Tensor, y: Tensor) => logits(p, x).argMax(-1).equal(y).cast('float32').mean(), { engine });
  const unpack = (w: Float64Array): Tensor[] => shapes.map((shape, i) => tensor(Float32Array.from(w.subarray(offsets[i]!, offsets[i]! + shape.reduce((a, b) => a * b, 1))), shape));
  const free = (tensors: readonly Tensor[]): void => tensors.forEach((t) => t.dispose());
  return {
    sizes,
    dimension,
    kernels,
    start: (stream) => {
      const w = new Float64Array(dimension);
      shapes.forEach((shape, i) => {
        if (shape.length === 2) for (let j = 0; j < shape[0]! * shape[1]!; j++) w[offsets[i]! + j] = stream.normal() * Math.sqrt((activation === 'relu' ? 2 : 1) / shape[0]!);
      });
      return w;
    },
    async gradient(w, examples, chosen) {
      const { x, y } = rows(examples, chosen);
      const p = unpack(w);
      const parts = both(p, x, y);
      const gradient = new Float64Array(dimension);
      for (const [i, part] of parts.slice(1).entries()) gradient.set(await part.data(), offsets[i]!);
      const value = (await parts[0]!.data())[0]!;
      free([...parts, ...p, x, y]);
      return { loss: value, gradient };
    },
    async accuracy(w, examples) {
      const { x, y } = rows(examples, Int32Array.from(examples.labels, (_, i) => i));
      const p = unpack(w);
      const mean = hits(p, x, y);
      const found = (await mean.data())[0]!;
      free([mean, ...p, x, y]);
      return found;
    },
    dispose() {
      both.dispose();
      hits.dispose();
    },
  };
}

/** A rule that changes w by a gradient. */
export type Rule = (w: Float64Array, gradient: Float64Array) => void;

/** Adam (Kingma & Ba 2015, arXiv:1412.6980). */
export function adam(rate: number, dimension: number): Rule {
  const [m, v] = [new Float64Array(dimension), new Float64Array(dimension)];
  let t = 0;
  return (w, g) => {
    t++;
    const [c1, c2] = [1 - 0.9 ** t, 1 - 0.999 ** t];
    for (let i = 0; i < w.length; i++) {
      m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
      v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2;
      w[i]! -= (rate * (m[i]! / c1)) / (Math.sqrt(v[i]! / c2) + 1e-8);
    }
  };
}

/** Steps on random batches, epoch after epoch. */
export async function train(net: Network, w: Float64Array, rule: Rule, examples: Examples, options: { readonly steps: number; readonly batch: number; readonly stream: Random; readonly signal: AbortSignal }): Promise<void> {
  const { steps, batch, stream, signal } = options;
  const count = examples.labels.length;
  let order = stream.permutation(count);
  for (let step = 0, at = 0; step < steps; step++, at += batch) {
    signal.throwIfAborted();
    if (at + batch > count) {
      order = stream.permutation(count);
      at = 0;
    }
    const { gradient } = await net.gradient(w, examples, order.subarray(at, at + batch));
    rule(w, gradient);
  }
}
