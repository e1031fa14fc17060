/** Running the `dynamical-stability` bench: float64 on the host. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { random, type Random } from '@curv/tensor';
import { linearizedSgd, secondMoments } from '../../stability/linearized-sgd.js';
import { pathNorm } from '../../stability/path-norm.js';
import { type StabilityReport, stabilityReport } from '../../stability/stability-report.js';
import { show } from '../../support/show.js';
import { diagonalNet, gradientSteps, lossAndRows, type Regression, reluNet, type ScalarNet, sgdSteps } from '../../support/scalar-nets.js';

/** A solution counts as fitted below this training loss. */
const FITTED = 1e-10;

const normals = (stream: Random, n: number, scale = 1): Float64Array => new Float64Array(n).map(() => scale * stream.normal());

interface Solution {
  readonly theta: Float64Array;
  readonly loss: number;
  readonly report: StabilityReport;
}

/** Trains in stretches, until the data are fitted or the steps are used up. */
async function solve(ctx: Ctx, net: ScalarNet, data: Regression, start: Float64Array, steps: number, stretch: (theta: Float64Array, steps: number) => void): Promise<Solution> {
  const theta = start.slice();
  const size = Math.ceil(steps / 40);
  let state = lossAndRows(net, data, theta);
  for (let done = 0; done < steps && state.loss > FITTED * 1e-4; done += size) {
    stretch(theta, size);
    state = lossAndRows(net, data, theta);
    await breathe(ctx.signal);
  }
  return { theta, loss: state.loss, report: stabilityReport(state.rows, { exact: false }) };
}

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* diagonal(ctx);
  yield* thresholds(ctx);
  yield* relu(ctx);
  yield { kind: 'note', text: `float64 on the host, hand-written gradients (checked against grad in the tests). A solution is fitted below a training loss of ${FITTED}.` };
}

const D = 200;

/** Experiments 1 and 2: a diagonal linear net on sparse regression. */
async function* diagonal(ctx: Ctx): AsyncIterable<BenchFrame> {
  const stream = random(ctx.rng.seed).fork('diagonal net');
  const truth = new Float64Array(D).fill(1, 0, 3);
  const x = Array.from({ length: 60 }, () => normals(stream, D));
  const data: Regression = { x, y: x.map((row) => row[0]! + row[1]! + row[2]!) };
  const net = diagonalNet(D);
  const start = normals(stream, 2 * D);
  const steps = ctx.quick ? 20_000 : 40_000;
  const weights = (theta: Float64Array): Float64Array => theta.subarray(0, D).map((a, j) => a * theta[D + j]!);
  const norm1 = (s: Solution): number => weights(s.theta).reduce((sum, w) => sum + Math.abs(w), 0);
  // E ½ (f(x) − y)² over x ~ N(0, I).
  const test = (s: Solution): number => weights(s.theta).reduce((sum, w, j) => sum + 0.5 * (w - truth[j]!) ** 2, 0);
  const sgd = (from: Float64Array, rate: number): Promise<Solution> => {
    const batches = random(ctx.rng.seed).fork(`diagonal sgd ${rate}`);
    return solve(ctx, net, data, from, steps, (theta, count) => sgdSteps(net, data, theta, rate, count, batches));
  };
  const rows: (string | number)[][] = [];
  const row = (method: string, rate: number, s: Solution): number => rows.push([method, rate, show(s.loss, 2), show(s.report.trace), show(2 / rate), show(s.report.lambdaMax), show(norm1(s)), show(test(s))]);
  const bySgd = new Map<number, Solution>();
  for (const rate of [0.002, 0.004, 0.008, 0.012, 0.016]) {
    yield progress(bySgd.size, 9, `diagonal net, SGD at ${rate}`);
    bySgd.set(rate, await sgd(start, rate));
    row('SGD', rate, bySgd.get(rate)!);
  }
  const byGradient = new Map<number, Solution>();
  for (const rate of [0.02, 0.1, 0.2]) {
    yield progress(5 + byGradient.size, 9, `diagonal net, gradient descent at ${rate}`);
    byGradient.set(rate, await solve(ctx, net, data, start, 8000, (theta, count) => gradientSteps(net, data, theta, rate, count)));
    row('GD', rate, byGradient.get(rate)!);
  }
  yield progress(8, 9, 'diagonal net, escape');
  const from = bySgd.get(0.004)!;
  const escaped = await sgd(from.theta.map((v, i) => v * (1 + 1e-6 * Math.cos(i))), 0.016);
  row('SGD from η = 0.004', 0.016, escaped);
  yield { kind: 'table', title: `diagonal net, d = ${D}, 60 examples of a 3-sparse target`, columns: ['method', 'η', 'training loss', 'tr G', '2/η', 'λmax', '‖w‖₁', 'test loss'], rows };
  const fitted = (solutions: Map<number, Solution>): [number, Solution][] => [...solutions].filter(([, s]) => s.loss < FITTED);
  const [ours, theirs] = [fitted(bySgd), fitted(byGradient)];
  const worst = (list: [number, Solution][], f: (rate: number, s: Solution) => number): number => Math.max(...list.map(([rate, s]) => f(rate, s)));
  const traceRatio = (rate: number, s: Solution): number => (s.report.trace * rate) / 2;
  yield measured('trace-bound', worst(ours, traceRatio), `${ours.length} of ${bySgd.size} runs fitted`, { baseline: traceRatio(0.1, byGradient.get(0.1)!) });
  yield measured('norm-bound', worst(ours, (rate, s) => norm1(s) * rate));
  yield measured('largest-eigenvalue', worst(theirs, (rate, s) => (s.report.lambdaMax * rate) / 2), `${theirs.length} of ${byGradient.size} runs fitted`);
  yield measured('trace-violated', Math.min(...[0.02, 0.1].map((rate) => traceRatio(rate, byGradient.get(rate)!))));
  yield measured('generalizes-rate', test(bySgd.get(0.016)!) / test(bySgd.get(0.002)!));
  yield measured('generalizes-method', test(bySgd.get(0.016)!) / test(byGradient.get(0.1)!));
  const norm = (v: Float64Array): number => Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
  yield measured('escape', norm(escaped.theta.map((v, i) => v - from.theta[i]!)) / norm(from.theta), `training loss ${show(from.loss, 2)} there, ${show(escaped.loss, 2)} here`);
  yield measured('escape-trace', escaped.loss < FITTED ? escaped.report.trace : NaN);
}

/** Experiment 3: the exact threshold separates decay from growth. */
async function* thresholds(ctx: Ctx): AsyncIterable<BenchFrame> {
  const stream = random(ctx.rng.seed).fork('thresholds');
  const gradients = Array.from({ length: 20 }, () => normals(stream, 40));
  const rows: (string | number)[][] = [];
  const found: { below: number; above: number }[] = [];
  for (const batch of [1, 2, 5, 20]) {
    yield progress(found.length, 4, `exact thresholds, batches of ${batch}`);
    const { exact, necessary, gradientDescent } = stabilityReport(gradients, { batch });
    const late = (factor: number): number => {
      const { norm2 } = secondMoments(gradients, { learningRate: factor * exact!, batch, steps: 400 });
      return (norm2[400]! / norm2[200]!) ** (1 / 200);
    };
    const simulated = (factor: number): number => linearizedSgd(gradients, { learningRate: factor * exact!, batch, steps: 60, trials: ctx.quick ? 200 : 2000, seed: ctx.rng.seed }).growth;
    found.push({ below: late(0.9), above: late(1.1) });
    rows.push([batch, show(exact!, 5), show(necessary, 5), show(gradientDescent, 5), show(late(0.9), 5), show(late(1.1), 5), show(simulated(0.9), 4), show(simulated(1.1), 4)]);
    await breathe(ctx.signal);
  }
  yield { kind: 'table', title: '20 random gradients in 40 dimensions', columns: ['B', 'η*', 'necessary', '2/λmax', 'growth at 0.9 η*', 'at 1.1 η*', 'simulated at 0.9 η*', 'at 1.1 η*'], rows };
  yield measured('decays-below', Math.max(...found.map((f) => f.below)), 'exact second moments, steps 200 to 400');
  yield measured('grows-above', Math.min(...found.map((f) => f.above)), 'exact second moments, steps 200 to 400');
}

/** Experiment 4: a two-layer ReLU net with a teacher of three neurons. */
async function* relu(ctx: Ctx): AsyncIterable<BenchFrame> {
  const [d, m, n] = [20, 40, 60];
  const stream = random(ctx.rng.seed).fork('relu net');
  const x = Array.from({ length: n }, () => normals(stream, d)).map((v) => v.map((a) => (a * Math.sqrt(d)) / Math.hypot(...v)));
  const teacher = Array.from({ length: 3 }, () => normals(stream, d, 1 / Math.sqrt(d)));
  const data: Regression = { x, y: x.map((row) => teacher.reduce((sum, w) => sum + Math.max(0, w.reduce((z, a, i) => z + a * row[i]!, 0)), 0)) };
  const net = reluNet(d, m);
  const start = Float64Array.of(...normals(stream, m), ...normals(stream, m * d, d ** -0.25));
  const rates = [0.003, 0.006, 0.009, 0.012];
  const rows: (string | number)[][] = [];
  const found: { ratio: number; path: number }[] = [];
  for (const rate of rates) {
    yield progress(found.length, rates.length, `ReLU net, SGD at ${rate}`);
    const batches = random(ctx.rng.seed).fork(`relu sgd ${rate}`);
    const s = await solve(ctx, net, data, start, ctx.quick ? 40_000 : 200_000, (theta, count) => sgdSteps(net, data, theta, rate, count, batches));
    const path = pathNorm(s.theta.subarray(0, m), Array.from({ length: m }, (_, j) => s.theta.subarray(m + j * d, m + (j + 1) * d)));
    found.push({ ratio: (s.report.trace * rate) / 2, path });
    rows.push([rate, show(s.loss, 2), show(s.report.trace), show(2 / rate), show(path)]);
  }
  yield { kind: 'table', title: `ReLU net, d = ${d}, ${m} neurons, ${n} examples of a teacher of 3`, columns: ['η', 'training loss', 'tr G', '2/η', 'path norm'], rows };
  yield measured('relu-trace', Math.max(...found.map((f) => f.ratio)));
  yield measured('relu-path-norm', rankCorrelation(rates, found.map((f) => f.path)));
}

/** Spearman's ρ without ties. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const ranks = (v: readonly number[]): number[] => v.map((x) => v.filter((y) => y < x).length);
  const [ra, rb] = [ranks(a), ranks(b)];
  const n = a.length;
  return 1 - (6 * ra.reduce((sum, r, i) => sum + (r - rb[i]!) ** 2, 0)) / (n * (n * n - 1));
}
