/** Running the `m-fac-optimizer` bench. */
import { digits } from '@curv-internal/datasets';
import { cholesky } from '@curv/linalg';
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { compile, flatten, random, type Random, softmaxCrossEntropy, tensor, type Tensor, treeLeaves, zeros } from '@curv/tensor';
import type { Optimizer, Params, Problem } from '../../api.js';
import { adam } from '../../methods/adam.js';
import { mfac } from '../../methods/mfac.js';
import { sgd } from '../../methods/sgd.js';
import { optimizer } from '../../optimizer.js';
import { stepFunction } from '../../train/step-function.js';
import { train } from '../../train/train.js';
import { scaleByMfac } from '../../transforms/scale-by-mfac.js';

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* agreement(ctx);
  yield* losses(ctx);
  yield* scaling(ctx);
  yield { kind: 'note', text: 'Here M-FAC comes near tuned first-order methods and does not beat them. A step is a pure function: while it runs, the old window and the new one are both there.' };
}

/** The largest relative difference of a window's directions to (λI + (1/m) Σ gᵢgᵢᵀ)⁻¹ g, at a few steps. */
function difference(d: number, m: number, damping: number, dtype: 'float32' | 'float64', stream: Random): number {
  const method = optimizer(scaleByMfac({ window: m, damping }));
  const at = { x: zeros([d], dtype) };
  let state = method.init(at);
  const gradients: ArrayLike<number>[] = [];
  let worst = 0;
  for (let t = 0; t < m + 3; t++) {
    const gradient = { x: stream.tensor('normal', [d], dtype) };
    gradients.push(gradient.x.dataSync());
    const out = method.update(gradient, state, at);
    state = out.state;
    if (t !== 2 && t !== m + 2) continue;
    const exact = denseDirection(gradients.slice(-m), m, damping);
    const found = treeLeaves(out.params)[0]!.dataSync();
    const scale = Math.max(...exact.map(Math.abs));
    worst = Math.max(worst, ...exact.map((x, i) => Math.abs(x - found[i]!) / scale));
  }
  return worst;
}

function denseDirection(gradients: readonly ArrayLike<number>[], m: number, damping: number): Float64Array {
  const newest = Float64Array.from(gradients[gradients.length - 1]!);
  const d = newest.length;
  const data = new Float64Array(d * d);
  for (const g of gradients) for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) data[i * d + j]! += (g[i]! * g[j]!) / m;
  for (let i = 0; i < d; i++) data[i * (d + 1)]! += damping;
  return cholesky({ rows: d, columns: d, data }).solve(newest);
}

async function* agreement({ quick, rng, signal }: Ctx): AsyncIterable<BenchFrame> {
  const d = quick ? 200 : 1000;
  yield progress(0, 3, 'directions against the dense inverse');
  yield measured('agreement', difference(d, 64, 1e-3, 'float64', random(rng.seed).fork('agreement')), `d = ${d}`);
  await breathe(signal);
  yield measured('agreement-32', difference(d, 64, 1e-5, 'float32', random(rng.seed).fork('agreement')), `d = ${d}`);
}

interface Net { readonly w1: Tensor; readonly b1: Tensor; readonly w2: Tensor; readonly b2: Tensor }
interface Batch { readonly x: Tensor; readonly y: Tensor }

const net: Problem<Batch> = { loss: ({ w1, b1, w2, b2 }: Net, { x, y }) => softmaxCrossEntropy(x.matmul(w1).add(b1).tanh().matmul(w2).add(b2), y) };

function start(stream: Random): Params {
  const normal = (shape: readonly number[]): Tensor => tensor(Float32Array.from(stream.tensor('normal', shape).dataSync(), (z) => z / Math.sqrt(shape[0]!)), shape);
  return { w1: normal([64, 32]), b1: zeros([32]), w2: normal([32, 10]), b2: zeros([10]) };
}

/** Experiment 3: 8 × 8 digits, 64-32-10 tanh. */
async function* losses({ engine, rng, signal, quick }: Ctx): AsyncIterable<BenchFrame> {
  const { inputs, targets, columns, rows: all } = await digits();
  const order = random(0).fork('digits').permutation(all).subarray(0, 1437);
  const batchOf = (rows: ArrayLike<number>): Batch => {
    const x = new Float32Array(rows.length * columns);
    for (let i = 0; i < rows.length; i++) for (let j = 0; j < columns; j++) x[i * columns + j] = inputs[rows[i]! * columns + j]! / 16;
    return { x: tensor(x, [rows.length, columns]), y: tensor(Int32Array.from(rows, (row) => targets[row]!), [rows.length]) };
  };
  const loss = compile(net.loss! as (p: Params, batch: Batch) => Tensor, { engine });
  const fit = async (method: Optimizer, seed: number): Promise<number> => {
    const { params } = await train<Batch>({ problem: net, optimizer: method, params: start(random(seed).fork('net')), steps: 300, seed, engine, signal, batch: (_, stream) => batchOf(Int32Array.from({ length: 64 }, () => order[stream.integer(order.length)]!)) });
    await breathe(signal);
    return (await loss(params, batchOf(order)).data())[0]!;
  };
  const seeds = quick ? 3 : 9;
  const windows = [32, 128];
  const contenders: [string, () => Optimizer][] = [
    ...windows.map((window): [string, () => Optimizer] => [`M-FAC, m = ${window}`, () => mfac({ window, damping: 1e-3, learningRate: 1e-2 })]),
    ...[0.03, 0.1, 0.3, 1].map((learningRate): [string, () => Optimizer] => [`SGD with momentum 0.9, rate ${learningRate}`, () => sgd({ learningRate, momentum: 0.9 })]),
    ...[1e-3, 3e-3, 1e-2, 3e-2].map((learningRate): [string, () => Optimizer] => [`Adam, rate ${learningRate}`, () => adam({ learningRate })]),
  ];
  const found: number[] = [];
  for (const [name, make] of contenders) {
    yield progress(1 + found.length / contenders.length, 3, name);
    const values: number[] = [];
    for (let seed = 0; seed < seeds; seed++) values.push(await fit(make(), rng.seed + seed));
    // some runs end in the middle of a jump: the median tells more than the mean
    found.push(values.sort((a, b) => a - b)[seeds >> 1]!);
  }
  loss.dispose();
  yield { kind: 'table', title: `training loss after 300 steps of batch 64: digits, 64-32-10 tanh, median of ${seeds} seeds`, columns: ['', 'loss'], rows: contenders.map(([name], i) => [name, found[i]!.toPrecision(3)]) };
  yield measured('loss', found[1]!, 'beside the best of tuned first-order methods', { baseline: Math.min(...found.slice(2)) });
  yield measured('window', found[1]! / found[0]!, `m = 32: ${found[0]!.toPrecision(3)}`);
}

/** Experiment 2 for the optimizer: size of the state, and how the time of a step grows with d. */
async function* scaling({ engine, quick, rng, signal }: Ctx): AsyncIterable<BenchFrame> {
  const m = 64;
  const sizes = quick ? [2e4, 4e4, 8e4] : [5e4, 1e5, 2e5, 4e5];
  const rows: (string | number)[][] = [];
  const times: number[] = [];
  let state = 0;
  for (const d of sizes) {
    yield progress(2 + times.length / sizes.length, 3, `time of a step, d = ${d}`);
    const method = mfac({ window: m, damping: 1e-3, learningRate: 1e-4 });
    const take = stepFunction({ loss: ({ w }: { w: Tensor }, c: Tensor) => w.mul(c).sum() }, method, engine);
    let params: Params = { w: zeros([d]) };
    let at = method.init(params);
    state = Math.max(state, flatten(at.slots).leaves.reduce((n, t) => n + t.size, 0) / (m * d + m * m));
    const batch = random(rng.seed).tensor('normal', [d]);
    let least = Infinity;
    for (let t = 0; t < (quick ? 8 : 14); t++) {
      const begin = performance.now();
      const out = take(params, at, batch);
      await out.value.data();
      if (t >= 2) least = Math.min(least, performance.now() - begin);
      flatten([params, at.slots, out.value, out.finite, out.info]).leaves.forEach((leaf) => leaf.dispose());
      params = out.params;
      at = { ...at, step: at.step + 1, slots: out.slots };
      await breathe(signal);
    }
    flatten([params, at.slots]).leaves.forEach((leaf) => leaf.dispose());
    take.dispose();
    times.push(least);
    rows.push([d, least.toFixed(1), ((1e6 * least) / (m * d)).toFixed(2)]);
  }
  yield { kind: 'table', title: `a step with m = ${m}, float32`, columns: ['d', 'ms', 'ns per m·d'], rows };
  yield measured('state', state, 'gradients and their Gram matrix');
  const slope = logSlope(sizes, times);
  yield measured('slope-least', slope);
  yield measured('slope-most', slope);
}

/** Slope of the least-squares line through (log x, log y). */
function logSlope(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (a: readonly number[]): number => a.reduce((s, t) => s + t, 0) / a.length;
  const [mu, mv] = [mean(u), mean(v)];
  return u.reduce((s, t, i) => s + (t - mu) * (v[i]! - mv), 0) / u.reduce((s, t) => s + (t - mu) ** 2, 0);
}
