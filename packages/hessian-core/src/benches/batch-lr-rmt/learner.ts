/** Experiment 4 of `batch-lr-rmt`: the on-the-fly learner beside fixed learning rates. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { compile, cpu, grad, random, softmaxCrossEntropy, type Tensor, tensor, treeMap } from '@curv/tensor';
import { topEigenpairs } from '../../estimators/top-eigenpairs.js';
import { type SpectralLearner, spectralLearner } from '../../noise/spectral-learner.js';
import { hessian } from '../../operators/hessian.js';
import { type Examples, part } from '../../support/digits.js';
import { show } from '../../support/show.js';
import { type Data, denseLayers, evaluate, type Layers, logits, problemOf, toData } from '../../support/network.js';

const BATCH = 64;
const MOMENTUM = 0.9;
const RATES = [0.01, 0.03, 0.1, 0.3, 1];

type Rates = { readonly learningRate: number; readonly momentum: number };

/** Training with rates by epoch, w ← w + v: heavy ball, v ← ρ v − α g(w), or Nesterov's v ← ρ v − α g(w + ρ v). */
async function train(ctx: Ctx, seed: number, data: Data, epochs: number, nesterov: boolean, ratesOf: (epoch: number, layers: Layers) => Promise<Rates>): Promise<number> {
  const stream = random(seed).fork('learner');
  let layers = denseLayers(stream, [64, 32, 10], 'float64', 2);
  const loss = (p: Layers, x: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(logits(p, x, 'relu'), y);
  const map = (f: (a: Tensor, b: Tensor) => Tensor, a: Layers, b: Layers): Layers => treeMap(f as never, a as never, b as never) as unknown as Layers;
  const step = compile(
    (p: Layers, velocity: Layers, { x, y }: Data, chosen: Tensor, rate: Tensor, momentum: Tensor): [Layers, Layers] => {
      const at = nesterov ? map((a, b) => a.add(b.mul(momentum)), p, velocity) : p;
      const g = grad(loss)(at, x.gather(chosen, 0), y.gather(chosen, 0)) as unknown as Layers;
      const v = map((a, b) => a.mul(momentum).sub(b.mul(rate)), velocity, g);
      return [map((a, b) => a.add(b), p, v), v];
    },
    { engine: cpu },
  );
  let velocity = map((a) => a.mul(0), layers, layers);
  const n = data.y.size;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const { learningRate, momentum } = await ratesOf(epoch, layers);
    const [rate, rho] = [tensor([learningRate], [], 'float64'), tensor([momentum], [], 'float64')];
    const order = stream.permutation(n);
    for (let at = 0; at + BATCH <= n; at += BATCH) {
      [layers, velocity] = step(layers, velocity, data, tensor(order.slice(at, at + BATCH), [BATCH]), rate, rho);
      await breathe(ctx.signal);
    }
  }
  step.dispose();
  return (await evaluate(layers, data, 'relu', cpu)).loss;
}

/** The learner on a fixed curvature batch of 1024, with the broadening of the training batches. */
function learnerOf(ctx: Ctx, seed: number, digits: Examples, current: () => Layers): SpectralLearner {
  const stream = random(seed).fork('learner batches');
  const operatorOf = (from: number, to: number): ReturnType<typeof hessian> => hessian(problemOf(current(), [toData(part(digits, from, to), 'float64')], 'relu', cpu), { signal: ctx.signal });
  return spectralLearner({
    operator: () => operatorOf(0, 1024),
    every: 5,
    momentum: true,
    method: 'nesterov',
    bulk: 'minimum',
    // That of the fixed rates.
    maxMomentum: MOMENTUM,
    memory: 0.8,
    seed,
    signal: ctx.signal,
    // The largest of eight batches.
    excess: async (largest) => {
      const found: number[] = [];
      for (let b = 0; b < 8; b++) {
        const from = stream.integer(digits.count - BATCH);
        const operator = operatorOf(from, from + BATCH);
        found.push((await topEigenpairs(operator, { k: 1, tolerance: 1e-2, signal: ctx.signal })).values[0]!);
        operator.dispose();
      }
      return Math.max(...found) - largest;
    },
  });
}

interface Outcome {
  /** Final losses of the fixed rates. */
  readonly fixed: readonly number[];
  readonly ours: number;
  /** What the learner chose. */
  readonly chosen: readonly string[];
}

async function outcomeOf(ctx: Ctx, seed: number, digits: Examples, data: Data, epochs: number): Promise<Outcome> {
  const fixed: number[] = [];
  for (const rate of RATES) {
    const loss = await train(ctx, seed, data, epochs, false, async () => ({ learningRate: rate, momentum: MOMENTUM }));
    fixed.push(Number.isFinite(loss) ? loss : Infinity);
  }
  const chosen: string[] = [];
  let now: Layers = [];
  const spectral = learnerOf(ctx, seed, digits, () => now);
  const ours = await train(ctx, seed, data, epochs, true, async (epoch, layers) => {
    now = layers;
    const rates = (await spectral.onEpoch(epoch))!;
    if (rates.spectrum) chosen.push(`${show(rates.learningRate)} (${show(rates.momentum, 2)})`);
    return rates;
  });
  return { fixed, ours, chosen };
}

const geometricMean = (values: readonly number[]): number => Math.exp(values.reduce((s, v) => s + Math.log(v), 0) / values.length);

export async function* learner(ctx: Ctx, digits: Examples): AsyncIterable<BenchFrame> {
  const data = toData(digits, 'float64');
  const epochs = ctx.quick ? 10 : 30;
  const seeds = ctx.quick ? [ctx.rng.seed] : [0, 1, 2].map((i) => ctx.rng.seed + i);
  const found: Outcome[] = [];
  for (const seed of seeds) {
    yield progress(found.length, seeds.length, `on-the-fly learner beside fixed rates, seed ${seed}`);
    found.push(await outcomeOf(ctx, seed, digits, data, epochs));
  }
  yield {
    kind: 'table', title: `digits, net 64-32-10 relu, ${epochs} epochs of batches of ${BATCH}: final training loss`, columns: ['seed', ...RATES.map((rate) => `${rate} (${MOMENTUM})`), 'on the fly', 'rates (momentum), every 5 epochs'],
    rows: found.map(({ fixed, ours, chosen }, i) => [seeds[i]!, ...fixed.map((loss) => show(loss)), show(ours), chosen.join(', ')]),
  };
  const ratios = (rank: number): number[] => found.map(({ fixed, ours }) => ours / [...fixed].sort((a, b) => a - b)[rank]!);
  for (const [id, rank] of [['learner-best', 0], ['learner-median', 2]] as const) yield measured(id, geometricMean(ratios(rank)), ratios(rank).map((r) => show(r)).join(', '));
}
