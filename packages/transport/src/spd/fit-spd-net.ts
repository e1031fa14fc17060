/** Training a network on SPD matrices. */
import type { Optimizer, OptimizerState, Params, Phase } from '@curv/optimizers';
import { compile, type Engine, flatten, random, scalar, softmaxCrossEntropy, type Tensor, tensor, treeMap, type Tree, valueAndGrad } from '@curv/tensor';
import { requireCount } from '../checks.js';
import type { NormState } from './api.js';
import { requireSpd } from './checks.js';
import type { SpdNet, SpdNetOutput, SpdNetParams } from './spd-net.js';

/** Labelled matrices. */
export interface SpdData {
  /** [N, n, n] */
  readonly x: Tensor;
  /** Classes 0, 1, … of length N. */
  readonly labels: ArrayLike<number>;
}

/** How far a fit is. */
export interface SpdFitProgress {
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss over the epoch's batches. */
  readonly loss: number;
  readonly model: SpdModel;
}

/** Options of `fitSpdNet`. */
export interface SpdFitOptions {
  /** Any that needs gradients only, such as `adam({ amsgrad: true })` of `@curv/optimizers`. */
  readonly optimizer: Optimizer;
  /** Default 20. */
  readonly epochs?: number;
  /** Default 30; a smaller rest of an epoch is left out. */
  readonly batchSize?: number;
  /** Of the start and of the order; default 0. */
  readonly seed?: number;
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
  /** After each epoch; may be asynchronous. */
  readonly onProgress?: (progress: SpdFitProgress) => void | Promise<void>;
}

/** A network with what it has learned. */
export interface SpdModel {
  readonly net: SpdNet;
  readonly params: SpdNetParams;
  readonly states: readonly NormState[];
}

/** The outcome of `fitSpdNet`. */
export interface SpdFit extends SpdModel {
  /** Loss at every step. */
  readonly losses: readonly number[];
  /** Steps whose loss or gradient was not finite; they changed nothing. */
  readonly skipped: number;
  /** Samples that normalizations pulled back into their domain. */
  readonly shrunk: number;
}

interface Stepped {
  readonly params: SpdNetParams;
  readonly slots: Params;
  readonly states: readonly NormState[];
  readonly loss: Tensor;
  readonly shrunk: Tensor;
  readonly finite: Tensor;
}

/** One step as one graph: loss, gradient, running statistics, update. */
function stepOf(net: SpdNet, { transform }: Optimizer): (params: SpdNetParams, slots: Params, states: readonly NormState[], x: Tensor, y: Tensor, hyper: Tree<Tensor>, phase: string) => Stepped {
  return (params, slots, states, x, y, hyper, phase) => {
    const loss = (p: SpdNetParams): [Tensor, SpdNetOutput] => {
      const output = net.apply(p, states, x, true);
      return [softmaxCrossEntropy(output.logits, y), output];
    };
    const [[value, output], gradient] = valueAndGrad(loss, { hasAux: true })(params) as unknown as [[Tensor, SpdNetOutput], Params];
    const draw = (): never => {
      throw new TypeError('fitSpdNet: the optimizer must need no random numbers');
    };
    const at = { params: params as unknown as Params, gradient, phase: JSON.parse(phase) as Phase, hyper, draw };
    const [updates, next] = transform.update(gradient, slots, at);
    const finite = flatten(gradient).leaves.reduce((sum, leaf) => sum.add(leaf.abs().max()), value.abs());
    const moved = treeMap((p: Tensor, u: Tensor) => p.add(u), params as unknown as Params, updates) as unknown as SpdNetParams;
    return { params: moved, slots: next, states: output.states, loss: value, shrunk: output.shrunk, finite };
  };
}

const asScalars = (tree: Tree<number>): Tree<Tensor> =>
  typeof tree === 'number'
    ? scalar(tree, 'float64')
    : Array.isArray(tree)
      ? tree.map(asScalars)
      : Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, asScalars(item as Tree<number>)]));

/** Rows of a data set as a batch. */
function rowsOf(values: Float64Array, labels: ArrayLike<number>, rows: ArrayLike<number>, n: number): [Tensor, Tensor] {
  const x = new Float64Array(rows.length * n * n);
  for (let i = 0; i < rows.length; i++) x.set(values.subarray(rows[i]! * n * n, (rows[i]! + 1) * n * n), i * n * n);
  return [tensor(x, [rows.length, n, n], 'float64'), tensor(Int32Array.from(rows, (row) => labels[row]!), [rows.length], 'int32')];
}

/** @throws RangeError, TypeError on data that do not fit the network */
async function checkData(where: string, net: SpdNet, { x, labels }: SpdData): Promise<Float64Array> {
  const n = net.options.sizes[0]!;
  if (x?.rank !== 3 || x.shape[1] !== n) throw new RangeError(`${where}: x must be matrices [N, ${n}, ${n}], got ${x === undefined ? 'undefined' : `[${x.shape.join(', ')}]`}`);
  if (labels.length !== x.shape[0]) throw new RangeError(`${where}: expected ${x.shape[0]} labels, got ${labels.length}`);
  const bad = Array.from(labels).findIndex((c) => !(Number.isInteger(c) && c >= 0 && c < net.options.classes));
  if (bad >= 0) throw new RangeError(`${where}: labels must be integers from 0 to ${net.options.classes - 1}, got ${labels[bad]} at ${bad}`);
  await requireSpd(where, 'x', x);
  return Float64Array.from(await x.data());
}

/**
 * Trains a network on labelled SPD matrices by softmax cross-entropy. The same seed gives the same fit.
 * @throws RangeError, TypeError on matrices that are not SPD (naming sample and eigenvalue), labels or sizes that do not fit, an optimizer that needs curvature
 */
export async function fitSpdNet(net: SpdNet, data: SpdData, options: SpdFitOptions): Promise<SpdFit> {
  const { optimizer, epochs = 20, batchSize = 30, seed = 0, engine, signal, onProgress } = options;
  const values = await checkData('fitSpdNet', net, data);
  const [count, n] = data.x.shape as [number, number];
  requireCount('fitSpdNet', 'epochs', epochs);
  requireCount('fitSpdNet', 'batchSize', batchSize);
  if (batchSize > count) throw new RangeError(`fitSpdNet: batchSize must be at most the number of samples, ${count}, got ${batchSize}`);
  if (optimizer.needs.length > 0) throw new TypeError(`fitSpdNet: the optimizer must need gradients only, ${optimizer.name} needs ${optimizer.needs.join(', ')}`);
  const step = compile(stepOf(net, optimizer), engine ? { engine } : {});
  const order = random(seed).fork('order');
  let { params, states } = net.init(seed);
  let state: OptimizerState = optimizer.init(params as unknown as Params, { seed });
  const losses: number[] = [];
  let [skipped, shrunk] = [0, 0];
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const rows = order.permutation(count);
      for (let at = 0; at + batchSize <= count; at += batchSize) {
        signal?.throwIfAborted();
        const [x, y] = rowsOf(values, data.labels, rows.subarray(at, at + batchSize), n);
        const hyper = asScalars(optimizer.transform.hyper?.(state.step + 1) ?? {});
        const out = step(params, state.slots, states, x, y, hyper, JSON.stringify(optimizer.transform.phase?.(state.step + 1) ?? null));
        losses.push((await out.loss.data())[0]!);
        shrunk += (await out.shrunk.data())[0]!;
        const finite = Number.isFinite((await out.finite.data())[0]!);
        if (finite) ({ params, states } = out);
        else skipped++;
        state = { ...state, step: state.step + 1, slots: finite ? out.slots : state.slots };
      }
      const recent = losses.slice(-Math.floor(count / batchSize));
      await onProgress?.({ epoch, epochs, loss: recent.reduce((a, b) => a + b, 0) / recent.length, model: { net, params, states } });
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    step.dispose();
  }
  return { net, params, states, losses, skipped, shrunk };
}

/**
 * Classes [N] of SPD matrices [N, n, n], by the running statistics.
 * @throws RangeError on matrices of another order
 */
export async function predictSpdNet({ net, params, states }: SpdModel, x: Tensor, engine?: Engine): Promise<Int32Array> {
  const n = net.options.sizes[0]!;
  if (x?.rank !== 3 || x.shape[1] !== n) throw new RangeError(`predictSpdNet: x must be matrices [N, ${n}, ${n}], got [${x?.shape.join(', ')}]`);
  await requireSpd('predictSpdNet', 'x', x);
  const run = compile((p: SpdNetParams, s: readonly NormState[], batch: Tensor) => net.apply(p, s, batch, false).logits.argMax(1), engine ? { engine } : {});
  try {
    return Int32Array.from(await (run(params, states, x) as Tensor).data());
  } finally {
    run.dispose();
  }
}
