/** Running the `hessian-spectrum` bench: exact spectra in float64 on the engine `cpu`. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { lossPath } from '../../landscape/loss-path.js';
import { riskFunction } from '../../landscape/risk-function.js';
import { hessian } from '../../operators/hessian.js';
import { exactSpectrum } from '../../spectrum/exact-spectrum.js';
import { type SpectrumSplit, splitSpectrum } from '../../spectrum/split-spectrum.js';
import { spectrumReport } from '../../spectrum/spectrum-report.js';
import { type Examples, loadDigits, part } from '../../support/digits.js';
import { show } from '../../support/show.js';
import { denseLayers, descend, evaluate, type Layers, problemOf, toData } from '../../support/network.js';
import { overlapping } from '../../support/clusters.js';

const CLASSES = [2, 3, 4, 5, 6, 8] as const;

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* classes(ctx);
  yield* widths(ctx);
  const digits = await loadDigits();
  yield* onDigits(ctx, digits);
  yield* basins(ctx, digits);
  yield { kind: 'note', text: 'Exact spectra in float64 (engine cpu). Overlapping clusters have k − 1 outliers; the rule for the gap is ours, the paper counts by eye.' };
}

const streamOf = (ctx: Ctx, seed: number, what: string): ReturnType<typeof random> => random(ctx.rng.seed + seed).fork(`hessian-spectrum ${what}`);
const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

/** Experiments 1 and 3: outliers count classes; the start and the end of training. */
async function* classes(ctx: Ctx): AsyncIterable<BenchFrame> {
  const seeds = ctx.quick ? 1 : 3;
  const rows: (string | number)[][] = [];
  const found: { k: number; h: number; c: number; negativity: number; ratio: number; start: number }[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    for (const k of CLASSES) {
      yield progress(found.length, seeds * CLASSES.length, `${k} classes, seed ${seed}`);
      const stream = streamOf(ctx, seed, `classes ${k}`);
      const data = toData(overlapping(stream, k, ctx.quick ? 500 : 1000), 'float64');
      const first = denseLayers(stream, [10, 16, k], 'float64');
      const start = await spectrumAt(ctx, first, data);
      const layers = await descend({ layers: first, data, activation: 'tanh', rate: 0.3, steps: 300, engine: cpu, signal: ctx.signal });
      const { hessian: h, gaussNewton: g, covariance: c, loss } = await spectrumReport(problemOf(layers, [data], 'tanh', cpu), { signal: ctx.signal });
      const ratio = g.values[0]! / h.values[0]!;
      const [gapH, gapC] = [h, c].map(({ values }) => splitSpectrum(values, { maxOutliers: 3 * k })) as [SpectrumSplit, SpectrumSplit];
      found.push({ k, h: gapH.gap, c: gapC.gap, negativity: h.split.negativity, ratio, start: start.negativity });
      rows.push([k, seed, show(loss), `${gapH.gap} (${show(gapH.ratio)})`, `${gapC.gap} (${show(gapC.ratio)})`, Array.from(h.values.slice(0, k + 1), (x) => show(x)).join(' '), show(h.values[h.values.length - 1]!), show(ratio), show(start.largest), show(start.smallest)]);
    }
  }
  yield { kind: 'table', title: 'k overlapping clusters in R¹⁰, net 10-16-k tanh, 300 steps of gradient descent', columns: ['k', 'seed', 'loss', 'gap H (ratio)', 'gap C (ratio)', 'largest of H', 'least', 'λ₁(G)/λ₁(H)', 'start: λ₁', 'start: least'], rows };
  const share = (of: 'h' | 'c'): number => found.filter((f) => f[of] === f.k - 1).length / found.length;
  const runs = `${found.length} runs`;
  yield measured('classes-covariance', share('c'), runs);
  yield measured('classes-hessian', share('h'), runs);
  yield measured('negative-part', Math.max(...found.map((f) => f.negativity)), runs);
  yield measured('gauss-newton-low', Math.min(...found.map((f) => f.ratio)), runs);
  yield measured('gauss-newton-high', Math.max(...found.map((f) => f.ratio)), runs);
  yield measured('start-negative', found.reduce((sum, f) => sum + f.start, 0) / found.length, `${runs}, least ${show(Math.min(...found.map((f) => f.start)))}`);
  yield measured('end-negative', Math.max(...found.map((f) => f.negativity)), runs);
}

async function spectrumAt(ctx: Ctx, layers: Layers, data: ReturnType<typeof toData>): Promise<{ largest: number; smallest: number; negativity: number; values: Float64Array }> {
  const operator = hessian(problemOf(layers, [data], 'tanh', cpu), { signal: ctx.signal });
  const { values } = await exactSpectrum(operator, { signal: ctx.signal });
  operator.dispose();
  return { values, largest: values[0]!, smallest: values[values.length - 1]!, negativity: splitSpectrum(values).negativity };
}

/** Experiment 2: with the data fixed, width only adds zeros. */
async function* widths(ctx: Ctx): AsyncIterable<BenchFrame> {
  const all = [5, 10, 20, 40];
  const seeds = ctx.quick ? 1 : 3;
  const rows: (string | number)[][] = [];
  const ratios: number[] = [];
  const [large, flat] = [all.map(() => 0), all.map(() => 0)];
  for (let seed = 0; seed < seeds; seed++) {
    const data = toData(overlapping(streamOf(ctx, seed, 'width data'), 3, ctx.quick ? 500 : 1000), 'float64');
    const largest: number[] = [];
    for (const [i, width] of all.entries()) {
      yield progress(rows.length, seeds * all.length, `width ${width}, seed ${seed}`);
      const first = denseLayers(streamOf(ctx, seed, `width ${width}`), [10, width, 3], 'float64');
      const layers = await descend({ layers: first, data, activation: 'tanh', rate: 0.3, steps: 300, engine: cpu, signal: ctx.signal });
      const { values } = await spectrumAt(ctx, layers, data);
      const split = splitSpectrum(values, { maxOutliers: 9 });
      largest.push(values[0]!);
      large[i]! += split.large / seeds;
      flat[i]! += split.flatFraction / seeds;
      rows.push([width, seed, values.length, show(values[0]!), split.gap, split.large, percent(split.flatFraction)]);
    }
    ratios.push(Math.max(...largest) / Math.min(...largest));
  }
  yield { kind: 'table', title: 'three overlapping clusters, net 10-width-3 tanh, 300 steps', columns: ['width', 'seed', 'parameters', 'λ₁', 'gap', 'λ > 0.05 λ₁', '|λ| < 1e-3 λ₁'], rows };
  yield measured('width-largest', Math.max(...ratios));
  const growth = (means: readonly number[]): number[] => means.slice(1).map((x, i) => x - means[i]!);
  yield measured('width-outliers', Math.max(...growth(large.slice(1))), `means ${large.map((x) => show(x)).join(', ')}`);
  yield measured('width-flat', Math.min(...growth(flat)), `means ${flat.map(percent).join(', ')}`);
}

/** Experiment 4: a net of 1210 parameters on digits, trained until 99 % of them are right. */
async function* onDigits(ctx: Ctx, digits: Examples): AsyncIterable<BenchFrame> {
  const data = toData(part(digits, 0, ctx.quick ? 600 : digits.count), 'float64');
  const rows: (string | number)[][] = [];
  const found: { accuracy: number; outliers: number; bulk: number }[] = [];
  const seeds = ctx.quick ? 1 : 3;
  for (let seed = 0; seed < seeds; seed++) {
    yield progress(2 * seed, 2 * seeds, `digits, seed ${seed}: training`);
    let layers = denseLayers(streamOf(ctx, seed, 'digits'), [64, 16, 10], 'float64');
    let state = { loss: Infinity, accuracy: 0 };
    for (let round = 0; round < 60 && state.accuracy < 0.99; round++) {
      layers = await descend({ layers, data, activation: 'tanh', rate: 0.3, steps: 50, engine: cpu, signal: ctx.signal });
      state = await evaluate(layers, data, 'tanh', cpu);
    }
    yield progress(2 * seed + 1, 2 * seeds, `digits, seed ${seed}: 1210 Hessian-vector products`);
    const { values } = await spectrumAt(ctx, layers, data);
    const { gap, ratio, negativity } = splitSpectrum(values);
    const bulk = values.filter((x) => Math.abs(x) < 1e-2 * values[0]!).length / values.length;
    found.push({ accuracy: state.accuracy, outliers: gap, bulk });
    rows.push([seed, show(state.loss), percent(state.accuracy), Array.from(values.slice(0, 12), (x) => show(x)).join(' '), `${gap} (${show(ratio)})`, show(negativity), percent(bulk)]);
  }
  yield { kind: 'table', title: 'digits, net 64-16-10 tanh', columns: ['seed', 'loss', 'accuracy', 'largest of H', 'gap (ratio)', '−λmin / λmax', '|λ| < 1e-2 λ₁'], rows };
  yield measured('digits-accuracy', Math.min(...found.map((f) => f.accuracy)));
  yield measured('digits-outliers-low', Math.min(...found.map((f) => f.outliers)));
  yield measured('digits-outliers-high', Math.max(...found.map((f) => f.outliers)));
  yield measured('digits-bulk', Math.min(...found.map((f) => f.bulk)));
}

/** Experiment 5: large-batch and small-batch solutions lie in one basin. */
async function* basins(ctx: Ctx, digits: Examples): AsyncIterable<BenchFrame> {
  const data = toData(part(digits, 0, ctx.quick ? 500 : 1400), 'float64');
  const largeBatch = async (seed: number): Promise<Layers> =>
    descend({ layers: denseLayers(streamOf(ctx, seed, 'basin'), [64, 32, 10], 'float64'), data, activation: 'tanh', rate: 0.3, steps: ctx.quick ? 1000 : 1500, engine: cpu, signal: ctx.signal });
  yield progress(0, 3, 'basin: large batch');
  const large = await largeBatch(0);
  yield progress(1, 3, 'basin: small batch');
  const small = await descend({ layers: large, data, activation: 'tanh', rate: 0.1, steps: 3000, batch: 16, stream: streamOf(ctx, 0, 'small batch'), engine: cpu, signal: ctx.signal });
  yield progress(2, 3, 'basin: another start');
  const other = await largeBatch(1);
  const risk = riskFunction(problemOf(large, [data], 'tanh', cpu));
  const point = (layers: Layers): Promise<Float64Array> => riskFunction(problemOf(layers, [data], 'tanh', cpu)).point();
  const [a, b, c] = [await point(large), await point(small), await point(other)];
  const same = await lossPath(risk, a, b, { signal: ctx.signal });
  const apart = await lossPath(risk, a, c, { signal: ctx.signal });
  risk.dispose();
  const row = (name: string, p: typeof same): (string | number)[] => [name, show(p.loss[0]!), show(p.loss[p.loss.length - 1]!), show(p.distance), show(p.barrier), show(p.bump)];
  yield { kind: 'table', title: 'digits, net 64-32-10 tanh: the loss on straight lines', columns: ['from large batch to', 'loss there', 'loss here', 'distance', 'barrier', 'bump'], rows: [row('small batch, from there', same), row('another start', apart)] };
  yield measured('basin-barrier', same.barrier, `distance ${show(same.distance)}`, { baseline: apart.barrier });
  yield measured('basin-ratio', same.barrier / apart.barrier);
}
