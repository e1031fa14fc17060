/** Running the `batch-lr-rmt` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { type LinearOperator, matrix, denseOperator } from '@curv/linalg';
import { cpu, random } from '@curv/tensor';
import { topEigenpairs } from '../../estimators/top-eigenpairs.js';
import { broadenedExtremes } from '../../noise/broadened-extremes.js';
import { effectiveBatch } from '../../noise/effective-batch.js';
import { fitNoiseConstant } from '../../noise/fit-noise-constant.js';
import { hessianNoise } from '../../noise/hessian-noise.js';
import { hessian } from '../../operators/hessian.js';
import { type Examples, loadDigits } from '../../support/digits.js';
import { show } from '../../support/show.js';
import { type Data, denseLayers, descend, evaluate, problemOf, toData } from '../../support/network.js';
import { learner } from './learner.js';
import { largestStableRate, type Optimizer } from '../../support/stable-rates.js';

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* synthetic(ctx);
  const digits = await loadDigits();
  yield* broadening(ctx, digits);
  yield* stableRates(ctx, digits);
  yield* learner(ctx, digits);
  yield { kind: 'note', text: 'float64 on the engine cpu; nets that are compared are trained at once, by vmap.' };
}

/** Experiment 1: the theorem on random matrices. */
async function* synthetic(ctx: Ctx): AsyncIterable<BenchFrame> {
  const n = 400;
  const draws = ctx.quick ? 5 : 20;
  const rows: (string | number)[][] = [];
  let worst = 0;
  for (const [i, [deviation, spike]] of ([[0.05, 3], [0.1, 3], [0.1, 1]] as const).entries()) {
    yield progress(i, 3, `random matrices, noise ${deviation}`);
    const { max } = broadenedExtremes({ max: spike, min: 0, s2: n * deviation ** 2 });
    const found: number[] = [];
    for (let draw = 0; draw < draws; draw++) {
      const stream = random(ctx.rng.seed + draw).fork(`wigner ${deviation} ${spike}`);
      const data = new Float64Array(n * n);
      for (let a = 0; a < n; a++) for (let b = 0; b <= a; b++) data[a * n + b] = data[b * n + a] = deviation * stream.normal();
      // Any direction will do: the noise has none.
      data[0]! += spike;
      found.push((await topEigenpairs(denseOperator(matrix(n, n, data), { symmetric: true }), { k: 1, tolerance: 1e-5, signal: ctx.signal })).values[0]!);
    }
    const { mean, error } = meanOf(found);
    worst = Math.max(worst, Math.abs(mean / max - 1));
    rows.push([deviation, spike, show(max, 4), `${show(mean, 4)} ± ${show(error, 2)}`]);
  }
  yield { kind: 'table', title: `λ u uᵀ + ε, ${n} rows, ${draws} draws`, columns: ['deviation of an entry', 'λ', 'predicted', 'largest eigenvalue'], rows };
  yield measured('broadening-theory', worst);
}

function meanOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const spread = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(spread / values.length) };
}

const pick = ({ inputs, labels, width }: Examples, chosen: Int32Array): Examples => ({
  inputs: Float64Array.from({ length: chosen.length * width }, (_, i) => inputs[chosen[Math.floor(i / width)]! * width + (i % width)]!),
  labels: Int32Array.from(chosen, (i) => labels[i]!), width, count: chosen.length,
});

async function largest(ctx: Ctx, operator: LinearOperator): Promise<number> {
  return (await topEigenpairs(operator, { k: 1, tolerance: 1e-4, signal: ctx.signal })).values[0]!;
}

/** Experiment 2: Hessians of batches of digits. */
async function* broadening(ctx: Ctx, digits: Examples): AsyncIterable<BenchFrame> {
  const sizes = [16, 32, 64, 128, 256, 512];
  const count = ctx.quick ? 8 : 24;
  const stream = random(ctx.rng.seed).fork('batch hessians');
  const data = toData(digits, 'float64');
  const steps = Math.ceil((5 * digits.count) / 32);
  const layers = await descend({ layers: denseLayers(stream, [64, 16, 10], 'float64'), data, activation: 'tanh', rate: 0.1, steps, batch: 32, stream, engine: cpu, signal: ctx.signal });
  const operatorOf = (part: Data): ReturnType<typeof hessian> => hessian(problemOf(layers, [part], 'tanh', cpu), { signal: ctx.signal });
  const { loss } = await evaluate(layers, data, 'tanh', cpu);
  const full = operatorOf(data);
  const top = await largest(ctx, full);
  const found: { size: number; mean: number; error: number; all: number[] }[] = [];
  let s2 = 0;
  for (const [i, size] of sizes.entries()) {
    yield progress(i, sizes.length, `λ₁ of batches of ${size}`);
    const operators = Array.from({ length: count }, () => operatorOf(toData(pick(digits, stream.permutation(digits.count).subarray(0, size)), 'float64')));
    const all: number[] = [];
    for (const operator of operators) all.push(await largest(ctx, operator));
    if (size === 64) ({ s2 } = await hessianNoise(operators, { full, probes: 5, seed: ctx.rng.seed, signal: ctx.signal }));
    operators.forEach((operator) => operator.dispose());
    found.push({ size, all, ...meanOf(all) });
  }
  full.dispose();
  const at = (size: number): (typeof found)[number] => found.find((f) => f.size === size)!;
  const { noiseConstant } = fitNoiseConstant({ lambdaMax: top, batchLambdaMax: at(64).all, batch: 64, dataset: digits.count });
  const scale = (size: number): number => effectiveBatch(size, digits.count);
  const fitted = (size: number): number => top + noiseConstant / scale(size);
  const independent = (size: number): number => broadenedExtremes({ max: top, min: 0, s2: (s2 * scale(64)) / scale(size) }).max;
  yield {
    kind: 'table', title: `digits, net 64-16-10 tanh after 5 epochs: loss ${show(loss)}, λ₁ = ${show(top, 4)}, ${count} batches of each size`,
    columns: ['B', 'mean λ₁(B)', 'fitted at 64', 'independent noise'],
    rows: found.map((f) => [f.size, `${show(f.mean, 4)} ± ${show(f.error, 2)}`, show(fitted(f.size), 4), show(independent(f.size), 4)]),
  };
  const errorOf = (predict: (size: number) => number): number => Math.max(...[32, 128, 256, 512].map((size) => Math.abs(predict(size) / at(size).mean - 1)));
  yield measured('batches-exceed', Math.min(...found.map((f) => f.mean - top)));
  yield measured('batches-decrease', Math.max(...found.slice(1).map((f, i) => (f.mean - found[i]!.mean) / Math.hypot(f.error, found[i]!.error))));
  yield measured('fitted-broadening', errorOf(fitted), `c = ${show(noiseConstant)}; s² at 64 = ${show(s2)}`, { baseline: errorOf(independent) });
}

/** Experiment 3: the largest stable learning rates. */
async function* stableRates(ctx: Ctx, digits: Examples): AsyncIterable<BenchFrame> {
  const sizes = [1, 2, 4, 8, 16, 32, 64, 128];
  const data = toData(digits, 'float64');
  const found: Record<Optimizer, number[]> = { sgd: [], adam: [] };
  let done = 0;
  for (const optimizer of ['sgd', 'adam'] as const) {
    let guess = optimizer === 'sgd' ? -5 : -11;
    for (const batch of sizes) {
      yield progress(done++, 2 * sizes.length, `largest stable rate of ${optimizer}, batches of ${batch}`);
      const { rate, exponent } = await largestStableRate({
        data, sizes: [64, 32, 10], dtype: 'float64', optimizer, batch, steps: 300, runs: ctx.quick ? 1 : 3, seed: ctx.rng.seed, guess, engine: cpu, signal: ctx.signal,
      });
      found[optimizer].push(rate);
      guess = exponent + 1;
    }
  }
  yield { kind: 'table', title: 'digits, net 64-32-10 relu, 300 steps: largest stable learning rate', columns: ['B', ...sizes.map(String)], rows: (['sgd', 'adam'] as const).map((o) => [o === 'sgd' ? 'SGD' : 'Adam', ...found[o].map((x) => show(x))]) };
  const slope = (o: Optimizer, from: number, to: number): number => fitSlope(sizes, found[o], from, to);
  yield measured('adam-slope-low', slope('adam', 1, 64));
  yield measured('adam-slope-high', slope('adam', 1, 64));
  yield measured('sgd-slope-low', slope('sgd', 1, 16));
  yield measured('sgd-slope-high', slope('sgd', 1, 16));
  yield measured('sgd-saturates', slope('sgd', 16, 128));
}

/** Least-squares slope of log y against log x. */
function fitSlope(x: readonly number[], y: readonly number[], from: number, to: number): number {
  const points = x.flatMap((size, i) => (size >= from && size <= to ? [[Math.log(size), Math.log(y[i]!)] as const] : []));
  const [a, b] = [0, 1].map((j) => points.reduce((sum, p) => sum + p[j]!, 0) / points.length) as [number, number];
  return points.reduce((sum, [u, v]) => sum + (u - a) * (v - b), 0) / points.reduce((sum, [u]) => sum + (u - a) ** 2, 0);
}
