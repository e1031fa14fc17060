/** Running the `adahessian` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { random, tensor, type Tensor, treeLeaves } from '@curv/tensor';
import type { Optimizer, Params, Problem } from '../../api.js';
import { adaHessian, type AdaHessianOptions } from '../../methods/ada-hessian.js';
import { adam } from '../../methods/adam.js';
import { adamw } from '../../methods/adamw.js';
import { cosine } from '../../schedules/cosine.js';
import { warmUp } from '../../schedules/warm-up.js';
import { train } from '../../train/train.js';
import { type CharBatch, charData, type CharData, linearLanguageModel, mlpLanguageModel } from '../../zoo/char-lm.js';
import { type DigitBatch, digitData, digitLoss, digitNet } from '../../zoo/digits-net.js';
import { trainLanguage } from '../support/language-run.js';
import { stepTimes } from '../support/step-times.js';

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* scales(ctx);
  yield* language(ctx);
  yield* regression(ctx);
  yield* conv(ctx);
  yield { kind: 'note', text: 'On Rosenbrock with random probes AdaHessian is not faster than a tuned Adam, and no such claim is made.' };
}

/** Experiment 1: a diagonal quadratic. */
async function* scales({ rng }: Ctx): AsyncIterable<BenchFrame> {
  const a = tensor([1, 100, 1e4], [3], 'float64');
  const problem: Problem = { loss: ({ x }: { x: Tensor }) => x.square().mul(a).mul(0.5).sum() };
  const spread = async (optimizer: Optimizer): Promise<number> => {
    const { params } = await train({ problem, optimizer, params: { x: tensor([1, 1, 1], [3], 'float64') }, batch: () => null, steps: 20, seed: rng.seed });
    const x = treeLeaves(params)[0]!.dataSync();
    return Math.max(...x) - Math.min(...x);
  };
  yield measured('scale-spread', await spread(adaHessian()), 'the point passes through the minimum in step 10, by momentum', { baseline: await spread(adam({ learningRate: 0.15 })) });
}

const schedule = (rate: number, steps: number): ((step: number) => number) => {
  const warm = Math.floor(steps / 15);
  return warmUp(warm, cosine(rate, steps - warm, 0.05));
};

interface Trial {
  readonly name: string;
  readonly rate: number;
  readonly options?: AdaHessianOptions;
}

const optimizerOf = ({ name, rate, options }: Trial, steps: number): Optimizer =>
  name === 'AdamW' ? adamw({ learningRate: schedule(rate, steps), weightDecay: 0 }) : adaHessian({ learningRate: schedule(rate, steps), blocks: 'units', ...options });

/** One model, several trials: a table, and the validation cross-entropies in order. */
async function* compare(ctx: Ctx, title: string, model: () => { problem: Problem<CharBatch>; params: Params }, data: CharData, trials: readonly Trial[], steps: number): AsyncGenerator<BenchFrame, number[]> {
  const found: number[] = [];
  for (const trial of trials) {
    yield progress(found.length, trials.length, `${title}: ${trial.name}, rate ${trial.rate}`);
    found.push((await trainLanguage(ctx, { ...model(), data, optimizer: optimizerOf(trial, steps), steps })).validation);
  }
  yield { kind: 'table', title: `${title}, ${steps} steps`, columns: ['method', 'rate', 'every', 'validation'], rows: trials.map((t, i) => [t.name, t.rate, t.options?.updateEvery ?? '', found[i]!.toFixed(4)]) };
  return found;
}

/** Experiments 2 and 5: the character language model, and delayed refreshes. */
async function* language(ctx: Ctx): AsyncIterable<BenchFrame> {
  const steps = ctx.quick ? 300 : 1500;
  const data = await charData(4);
  const rates = [1e-3, 3e-3, 1e-2, 2e-2];
  const delays = [2, 5, 10];
  const trials: Trial[] = [
    ...rates.map((rate) => ({ name: 'AdamW', rate })),
    ...[0.15, 0.05].map((rate) => ({ name: 'AdaHessian', rate })),
    ...delays.map((updateEvery) => ({ name: 'AdaHessian', rate: 0.15, options: { updateEvery } })),
  ];
  const model = () => mlpLanguageModel(random(ctx.rng.seed).fork('model'));
  const found = yield* compare(ctx, 'names, context 4, 32-64-64-27 tanh, batch 64', model, data, trials, steps);
  const best = Math.min(...found.slice(0, 4));
  const always = found[4]!;
  yield measured('language-default', always - best, `${always.toFixed(4)} and ${best.toFixed(4)}`, { baseline: best });
  yield measured('delay', Math.max(...found.slice(6).map((x) => x - always)), found.slice(6).map((x) => x.toFixed(4)).join(', '));
  yield progress(0, 1, 'time of a step');
  const timed = [trials[4]!, trials[8]!, trials[0]!].map((trial) => ({ ...model(), optimizer: optimizerOf(trial, steps) }));
  const [each, tenth, adamTime] = (await stepTimes(ctx, timed, data, 10)) as [number, number, number];
  yield measured('delay-time', tenth / each, `${tenth.toFixed(2)} and ${each.toFixed(2)} ms; AdamW ${adamTime.toFixed(2)} ms`, { baseline: adamTime / each });
}

/** Experiment 3: softmax regression. */
async function* regression(ctx: Ctx): AsyncIterable<BenchFrame> {
  const steps = ctx.quick ? 200 : 800;
  const data = await charData(2);
  const trials: Trial[] = [
    ...[3e-3, 1e-2, 3e-2, 1e-1].map((rate) => ({ name: 'AdamW', rate })),
    // Letters differ in frequency, so the inputs of a unit differ in curvature: no average over them.
    ...[0.05, 0.15, 0.3].map((rate) => ({ name: 'AdaHessian', rate, options: { blocks: 'none' as const } })),
  ];
  const found = yield* compare(ctx, 'names, context 2, softmax regression, batch 64', () => linearLanguageModel(2), data, trials, steps);
  const [first, second] = [found.slice(0, 4), found.slice(4)];
  yield measured('linear-best', Math.min(...second) - Math.min(...first), `${Math.min(...second).toFixed(4)} and ${Math.min(...first).toFixed(4)}`, { baseline: Math.min(...first) });
  const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  yield measured('linear-spread', spread(second), undefined, { baseline: spread(first.slice(1)) });
}

/** Experiment 4: a conv net on digits, and what block averages do to V. */
async function* conv(ctx: Ctx): AsyncIterable<BenchFrame> {
  const { engine, rng, signal, quick } = ctx;
  const data = await digitData(1500);
  const epochs = quick ? 1 : 3;
  const fit = async (optimizer: Optimizer): Promise<{ loss: number; v: Params }> => {
    const { params, problem } = digitNet(random(rng.seed).fork('net'));
    const order = random(rng.seed).fork('order');
    let rows = order.permutation(data.count);
    const batch = (step: number): DigitBatch => {
      const at = ((step - 1) * 50) % data.count;
      if (at === 0 && step > 1) rows = order.permutation(data.count);
      return data.batch(rows.subarray(at, at + 50));
    };
    const out = await train<DigitBatch>({ problem, optimizer, params, batch, steps: (epochs * data.count) / 50, seed: rng.seed, engine, signal });
    return { loss: await digitLoss(problem, out.params, data, engine), v: (out.state.slots as unknown as { v: Params }[])[0]!.v };
  };
  const rows: (string | number)[][] = [];
  const adams: number[] = [];
  for (const rate of [1e-3, 3e-3, 1e-2]) {
    yield progress(adams.length, 5, `digits: Adam, rate ${rate}`);
    adams.push((await fit(adam({ learningRate: rate }))).loss);
    rows.push(['Adam', rate, adams[adams.length - 1]!.toFixed(4), '']);
  }
  yield progress(3, 5, 'digits: AdaHessian');
  // Windows of the convolution, and all inputs of a unit of the dense layer, whose diagonal is noise from a single probe otherwise.
  const averaged = await fit(adaHessian({ blocks: 'units' }));
  const windows = await fit(adaHessian());
  const plain = await fit(adaHessian({ blocks: 'none' }));
  rows.push(['AdaHessian, blocks of the convolution alone', 0.15, windows.loss.toFixed(4), (await variation(windows.v)).toFixed(3)]);
  rows.push(['AdaHessian, blocks of both layers', 0.15, averaged.loss.toFixed(4), (await variation(averaged.v)).toFixed(3)], ['AdaHessian, no blocks', 0.15, plain.loss.toFixed(4), (await variation(plain.v)).toFixed(3)]);
  yield { kind: 'table', title: `digits 8 × 8, conv 3×3×8, average pooling, dense; batch 50, ${epochs} epochs`, columns: ['method', 'rate', 'training loss', 'variation of V'], rows };
  yield measured('conv-loss', averaged.loss / Math.min(...adams), `${averaged.loss.toFixed(4)} and ${Math.min(...adams).toFixed(4)}`, { baseline: Math.min(...adams) });
  yield measured('conv-variation', await variation(plain.v), undefined, { baseline: await variation(averaged.v) });
}

/** Standard deviation ÷ mean of √v inside each 3 × 3 window, mean over windows. */
async function variation(v: Params): Promise<number> {
  const kernel = await (v as unknown as { kernel: Tensor }).kernel.data();
  const windows = Array.from({ length: 8 }, (_, channel) => Array.from({ length: 9 }, (_, i) => Math.sqrt(kernel[i * 8 + channel]!)));
  const each = windows.map((w) => {
    const mean = w.reduce((a, b) => a + b, 0) / 9;
    return Math.sqrt(w.reduce((s, x) => s + (x - mean) ** 2, 0) / 9) / mean;
  });
  return each.reduce((a, b) => a + b, 0) / each.length;
}
