/** Training a classifier with Adam. */
import { compile, type Engine, flatten, random, softmaxCrossEntropy, type Tensor, tensor, treeMap, type Tree, valueAndGrad, zeros } from '@curv/tensor';
import type { Model, ModelParams } from './model.js';

/** Examples on the host: inputs row after row, labels 0 … classes − 1. */
export interface Examples {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
  /** Shape of one input. */
  readonly shape: readonly number[];
  readonly classes: number;
}

export interface TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly engine: Engine;
  /** Stop after the epoch in which the test accuracy reaches this. */
  readonly targetAccuracy?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, loss: number) => void;
}

/** One epoch of the training curve. */
export interface Epoch {
  readonly epoch: number;
  readonly loss: number;
  readonly testAccuracy: number;
}

export interface Trained {
  readonly params: ModelParams;
  readonly curve: readonly Epoch[];
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/** Rows of examples as tensors. */
export function rowsOf({ inputs, labels, shape }: Examples, order: ArrayLike<number>): { x: Tensor; y: Tensor } {
  const size = shape.reduce((a, b) => a * b, 1);
  const x = new Float32Array(order.length * size);
  const y = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) {
    x.set(inputs.subarray(order[i]! * size, (order[i]! + 1) * size), i * size);
    y[i] = labels[order[i]!]!;
  }
  return { x: tensor(x, [order.length, ...shape]), y: tensor(y, [order.length]) };
}

interface State {
  readonly params: ModelParams;
  readonly first: ModelParams;
  readonly second: ModelParams;
}

/** One step of Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1); `rate` holds the bias correction. */
function adamStep(model: Model): (state: State, x: Tensor, y: Tensor, rate: Tensor) => [State, Tensor] {
  const loss = (p: ModelParams, x: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(model.outputs(p, x), y);
  return ({ params, first, second }, x, y, rate) => {
    const [value, gradient] = valueAndGrad(loss)(params, x, y) as [Tensor, ModelParams];
    const m = treeMap((a, g) => a.mul(0.9).add(g.mul(0.1)), first as never, gradient as never);
    const v = treeMap((a, g) => a.mul(0.999).add(g.square().mul(0.001)), second as never, gradient as never);
    const moved = treeMap((p, a, b) => p.sub(a.div(b.sqrt().add(1e-8)).mul(rate)), params as never, m, v);
    return [{ params: moved, first: m, second: v } as unknown as State, value];
  };
}

/** Trains a copy of the model's parameters. The same seed gives the same parameters on the same engine. */
export async function train(model: Model, data: Examples, test: Examples, options: TrainOptions): Promise<Trained> {
  const { epochs, batchSize, learningRate, engine, signal, onProgress } = options;
  const n = data.labels.length;
  const stream = random(options.seed).fork('shuffle');
  const step = compile(adamStep(model), { engine });
  const none = treeMap((p) => zeros(p.shape), model.params as never) as unknown as ModelParams;
  let state: State = { params: model.params, first: none, second: none };
  const perEpoch = Math.ceil(n / batchSize);
  const curve: Epoch[] = [];
  let steps = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = stream.permutation(n);
    let total = 0;
    for (let at = 0; at < n; at += batchSize) {
      signal?.throwIfAborted();
      const { x, y } = rowsOf(data, order.subarray(at, Math.min(n, at + batchSize)));
      steps++;
      // A cosine schedule to zero over all epochs steadies the end of the run.
      const decayed = learningRate * 0.5 * (1 + Math.cos((Math.PI * (steps - 1)) / (perEpoch * epochs)));
      const rate = (decayed * Math.sqrt(1 - 0.999 ** steps)) / (1 - 0.9 ** steps);
      const [next, loss] = step(state, x, y, tensor(rate, []));
      const value = (await loss.data())[0]!;
      if (!Number.isFinite(value)) throw new RangeError(`training diverged in epoch ${epoch} (loss ${value}); lower --learning-rate (${learningRate})`);
      total += value * y.size;
      release([x, y, loss], steps > 1 ? state : null);
      state = next;
      onProgress?.(steps, perEpoch * epochs, value);
      // Lets signals and the terminal be served.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const testAccuracy = await accuracy(model, state.params, test, engine);
    curve.push({ epoch, loss: total / n, testAccuracy });
    if (options.targetAccuracy !== undefined && testAccuracy >= options.targetAccuracy) break;
  }
  step.dispose();
  return { params: state.params, curve, trainAccuracy: await accuracy(model, state.params, data, engine), testAccuracy: curve[curve.length - 1]?.testAccuracy ?? (await accuracy(model, state.params, test, engine)) };
}

/** Frees what the step that has just run will not need again. */
function release(tensors: readonly Tensor[], old: State | null): void {
  tensors.forEach((t) => t.dispose());
  if (old !== null) flatten(old as unknown as Tree<Tensor>).leaves.forEach((t) => t.dispose());
}

/** Share of examples whose largest logit is at their label. */
async function accuracy(model: Model, params: ModelParams, data: Examples, engine: Engine): Promise<number> {
  const hits = compile((p: ModelParams, x: Tensor, y: Tensor) => model.outputs(p, x).argMax(-1).equal(y).cast('float32').sum(), { engine });
  const n = data.labels.length;
  let right = 0;
  for (let at = 0; at < n; at += 500) {
    const { x, y } = rowsOf(data, Array.from({ length: Math.min(500, n - at) }, (_, i) => at + i));
    const count = hits(params, x, y);
    right += (await count.data())[0]!;
    release([x, y, count], null);
  }
  hits.dispose();
  return right / n;
}

