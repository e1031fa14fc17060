/** Networks with one normalization or another on the same data. */
import { adam, cosine } from '@curv/optimizers';
import { type BenchFrame, type Ctx, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { affineInvariantBatchNorm } from '../../spd/affine-invariant-batch-norm.js';
import type { SpdBatchNorm } from '../../spd/api.js';
import { buresBatchNorm } from '../../spd/bures-batch-norm.js';
import { fitSpdNet, predictSpdNet, type SpdData, type SpdModel } from '../../spd/fit-spd-net.js';
import { logEuclideanBatchNorm } from '../../spd/log-euclidean-batch-norm.js';
import { spdNet } from '../../spd/spd-net.js';
import { split } from './covariances.js';

/** The normalizations that are compared. */
const NORMS: Readonly<Record<string, SpdBatchNorm | undefined>> = {
  none: undefined,
  AIM: affineInvariantBatchNorm(),
  LEM: logEuclideanBatchNorm(),
  'GBW, power 1': buresBatchNorm(),
  'GBW, power ½': buresBatchNorm({ power: 0.5 }),
  'BW, power ½': buresBatchNorm({ power: 0.5, learnMetric: false }),
};

/** One network's figures. */
export interface Outcome {
  /** Test accuracy at the end, and after two epochs. */
  readonly accuracy: number;
  readonly early: number;
  readonly loss: number;
  readonly skipped: number;
  readonly shrunk: number;
}

export interface Comparison {
  readonly title: string;
  readonly data: SpdData;
  readonly training: number;
  readonly epochs: number;
  /** Seeds by normalization. */
  readonly seeds: Readonly<Record<string, number>>;
}

const BATCH = 30;

async function accuracyOf(model: SpdModel, { x, labels }: SpdData): Promise<number> {
  const found = await predictSpdNet(model, x);
  return found.reduce((hits, label, i) => hits + (label === labels[i] ? 1 : 0), 0) / found.length;
}

/** n → 10, AMSGrad of rate 5e-3 with cosine decay, batches of 30 (the spec of the published comparison on skeletons, at a smaller size). */
async function trial({ signal }: Ctx, { data, training: count, epochs }: Comparison, norm: SpdBatchNorm | undefined, seed: number): Promise<Outcome> {
  const { training, test } = split(data, count, random(seed).fork('split'));
  const net = spdNet({ sizes: [data.x.shape[1]!, 10], classes: 10, ...(norm && { norm }) });
  const steps = epochs * Math.floor(count / BATCH);
  let early = NaN;
  const fit = await fitSpdNet(net, training, {
    optimizer: adam({ amsgrad: true, learningRate: cosine(5e-3, steps) }),
    epochs,
    batchSize: BATCH,
    seed,
    signal,
    async onProgress({ epoch, model }) {
      if (epoch === 2) early = await accuracyOf(model, test);
    },
  });
  return { accuracy: await accuracyOf(fit, test), early, loss: fit.losses[fit.losses.length - 1]!, skipped: fit.skipped, shrunk: fit.shrunk };
}

export const meanOf = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** Trains all of them; outcomes by normalization, with a table. */
export async function* compare(ctx: Ctx, comparison: Comparison): AsyncGenerator<BenchFrame, Readonly<Record<string, readonly Outcome[]>>> {
  const { title, seeds, epochs, training } = comparison;
  const total = Object.values(seeds).reduce((a, b) => a + b, 0);
  const outcomes: Record<string, Outcome[]> = {};
  let done = 0;
  for (const [name, count] of Object.entries(seeds)) {
    outcomes[name] = [];
    for (let seed = 0; seed < count; seed++) {
      yield progress(done++, total, `${title}: ${name}, seed ${seed}`);
      outcomes[name]!.push(await trial(ctx, comparison, NORMS[name], ctx.rng.seed + seed));
    }
  }
  const row = (name: string, list: readonly Outcome[]): (string | number)[] => [
    name, list.length, meanOf(list.map((o) => o.accuracy)).toFixed(3), `${Math.min(...list.map((o) => o.accuracy)).toFixed(3)} … ${Math.max(...list.map((o) => o.accuracy)).toFixed(3)}`,
    meanOf(list.map((o) => o.early)).toFixed(3), meanOf(list.map((o) => o.loss)).toFixed(3), list.reduce((s, o) => s + o.skipped, 0), Math.round(meanOf(list.map((o) => o.shrunk))),
  ];
  yield {
    kind: 'table', title: `${title}: ${comparison.data.x.shape[1]} → 10, batch ${BATCH}, ${training} for training, ${epochs} epochs`,
    columns: ['normalization', 'seeds', 'test accuracy', 'range', 'after 2 epochs', 'last loss', 'not finite', 'pulled back'],
    rows: Object.entries(outcomes).map(([name, list]) => row(name, list)),
  };
  return outcomes;
}
