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
const RATES = [0.01, 0.03, 0.1, 0.3, 1];

type Rates = { readonly learningRate: number; readonly momentum: number };

/** Heavy-ball training, v ← ρ v − α g, w ← w + v, with rates by epoch. */
async function train(ctx: Ctx, data: Data, epochs: number, ratesOf: (epoch: number, layers: Layers) => Promise<Rates>): Promise<number> {
  const stream = random(ctx.rng.seed).fork('learner');
  let layers = denseLayers(stream, [64, 32, 10], 'float64', 2);
  const loss = (p: Layers, x: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(logits(p, x, 'relu'), y);
  const map = (f: (a: Tensor, b: Tensor) => Tensor, a: Layers, b: Layers): Layers => treeMap(f as never, a as never, b as never) as unknown as Layers;
  const step = compile(
    (p: Layers, velocity: Layers, { x, y }: Data, chosen: Tensor, rate: Tensor, momentum: Tensor): [Layers, Layers] => {
      const g = grad(loss)(p, x.gather(chosen, 0), y.gather(chosen, 0)) as unknown as Layers;
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
function learnerOf(ctx: Ctx, digits: Examples, current: () => Layers): SpectralLearner {
  const stream = random(ctx.rng.seed).fork('learner batches');
  const operatorOf = (from: number, to: number): ReturnType<typeof hessian> => hessian(problemOf(current(), [toData(part(digits, from, to), 'float64')], 'relu', cpu), { signal: ctx.signal });
  return spectralLearner({
    operator: () => operatorOf(0, 1024),
    every: 5,
    momentum: true,
    seed: ctx.rng.seed,
    signal: ctx.signal,
    // The largest of eight batches: with their mean one of two seeds diverged.
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

export async function* learner(ctx: Ctx, digits: Examples): AsyncIterable<BenchFrame> {
  const data = toData(digits, 'float64');
  const epochs = ctx.quick ? 10 : 30;
  const losses: number[] = [];
  for (const [i, rate] of RATES.entries()) {
    yield progress(i, RATES.length + 1, `fixed learning rate ${rate}`);
    const loss = await train(ctx, data, epochs, async () => ({ learningRate: rate, momentum: 0.9 }));
    losses.push(Number.isFinite(loss) ? loss : Infinity);
  }
  yield progress(RATES.length, RATES.length + 1, 'on-the-fly learner');
  const chosen: string[] = [];
  let now: Layers = [];
  const spectral = learnerOf(ctx, digits, () => now);
  const ours = await train(ctx, data, epochs, async (epoch, layers) => {
    now = layers;
    const rates = (await spectral.onEpoch(epoch))!;
    if (rates.spectrum) chosen.push(`${show(rates.learningRate)} (${show(rates.momentum, 2)})`);
    return rates;
  });
  yield {
    kind: 'table', title: `digits, net 64-32-10 relu, ${epochs} epochs of batches of ${BATCH}: final training loss`, columns: ['learning rate', 'momentum', 'loss'],
    rows: [...RATES.map((rate, i) => [rate, 0.9, show(losses[i]!)]), ['on the fly, every 5 epochs', chosen.join(', '), show(ours)]],
  };
  const sorted = [...losses].sort((a, b) => a - b);
  yield measured('learner-best', ours / sorted[0]!, `best fixed ${show(sorted[0]!)}`);
  yield measured('learner-median', ours / sorted[2]!, `median fixed ${show(sorted[2]!)}`);
}
