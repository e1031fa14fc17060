/** Running the `sophia` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import type { Optimizer } from '../../api.js';
import { adamw } from '../../methods/adamw.js';
import { sophiaG, sophiaH } from '../../methods/sophia.js';
import { cosine } from '../../schedules/cosine.js';
import { warmUp } from '../../schedules/warm-up.js';
import { charData, mlpLanguageModel } from '../support/char-lm.js';
import { trainLanguage } from '../support/language-run.js';
import { stepTimes } from '../support/step-times.js';
import { conditionNumbers, toyFunction } from './exact.js';

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* twoVariables();
  yield* language(ctx);
  yield* time(ctx);
  yield { kind: 'note', text: 'At this size Sophia ties a tuned AdamW: no halving of the steps is to be seen. It is ahead at small rates only.' };
}

function* twoVariables(): Iterable<BenchFrame> {
  const rows = conditionNumbers([1, 1e2, 1e4, 1e6], 1e7);
  const counts = rows.map((row) => row.sophia);
  yield { kind: 'table', title: '½ (x₁² + κ x₂²) from (1, 1): steps to 1e-8 of the start', columns: ['κ', 'Sophia', 'gradient descent'], rows: rows.map((row) => [row.condition, row.sophia, row.gradient]) };
  yield measured('condition-spread', Math.max(...counts) - Math.min(...counts), `${counts[0]} steps`, { baseline: rows[3]!.gradient });
  const toy = toyFunction();
  yield { kind: 'table', title: 'two variables, one sharp and one flat: steps to 1e-2', columns: ['Sophia', 'sign descent', 'Adam', 'gradient descent', 'Newton ends at'], rows: [[toy.sophia, toy.sign, toy.adam, toy.gradient, toy.newton]] };
  yield measured('toy-sign', toy.sophia / toy.sign, `${toy.sophia} and ${toy.sign} steps`);
  yield measured('toy-adam', toy.sign / toy.adam, `${toy.sign} and ${toy.adam} steps`);
  yield measured('toy-newton', toy.newton, 'a local maximum in the first variable');
  yield measured('toy-gradient', toy.gradient);
}

interface Trial {
  readonly method: 'AdamW' | 'Sophia-G' | 'Sophia-H';
  readonly rate: number;
  readonly gamma?: number;
  readonly interval?: number;
}

const RATES: Readonly<Record<Trial['method'], readonly number[]>> = { AdamW: [1e-3, 3e-3, 1e-2, 2e-2], 'Sophia-G': [1e-3, 2e-3, 3e-3, 4e-3, 1e-2], 'Sophia-H': [1e-3, 3e-3] };

function optimizerOf({ method, rate, gamma, interval = 10 }: Trial, steps: number): Optimizer {
  const warm = Math.floor(steps / 15);
  const learningRate = warmUp(warm, cosine(rate, steps - warm, 0.05));
  if (method === 'AdamW') return adamw({ learningRate, weightDecay: 0 });
  return method === 'Sophia-G' ? sophiaG({ learningRate, weightDecay: 0, gamma: gamma ?? 0.05, interval }) : sophiaH({ learningRate, weightDecay: 0, gamma: gamma ?? 0.01, interval });
}

/** Experiments 3 to 5: the character language model. */
async function* language(ctx: Ctx): AsyncIterable<BenchFrame> {
  const steps = ctx.quick ? 300 : 1500;
  const data = await charData(4);
  const trials: Trial[] = [
    ...(Object.keys(RATES) as Trial['method'][]).flatMap((method) => RATES[method].map((rate) => ({ method, rate }))),
    { method: 'Sophia-H', rate: 3e-3, interval: 2 },
    ...[0.05, 0.2, 1].map((gamma): Trial => ({ method: 'Sophia-G', rate: 2e-3, gamma })),
  ];
  const found: (Trial & { validation: number; winRate: number })[] = [];
  for (const trial of trials) {
    yield progress(found.length, trials.length, `${trial.method}, rate ${trial.rate}`);
    const { problem, params } = mlpLanguageModel(random(ctx.rng.seed).fork('model'));
    const rates: number[] = [];
    const { validation } = await trainLanguage(ctx, { problem, params, data, optimizer: optimizerOf(trial, steps), steps, onInfo: ({ winRate }) => void (winRate !== undefined && rates.push(winRate)) });
    found.push({ ...trial, validation, winRate: rates.reduce((a, b) => a + b, 0) / rates.length });
  }
  yield { kind: 'table', title: `names, context 4, 32-64-64-27 tanh, batch 64, ${steps} steps`, columns: ['method', 'rate', 'γ', 'interval', 'validation', 'unclipped'], rows: found.map((t) => [t.method, t.rate, t.gamma ?? '', t.interval ?? '', t.validation.toFixed(4), Number.isNaN(t.winRate) ? '' : t.winRate.toFixed(3)]) };
  const of = (method: Trial['method'], rate?: number): number => Math.min(...found.filter((t) => t.method === method && t.gamma === undefined && t.interval === undefined && (rate === undefined || t.rate === rate)).map((t) => t.validation));
  const adam = of('AdamW');
  yield measured('language-g', of('Sophia-G') - adam, `${of('Sophia-G').toFixed(4)} and ${adam.toFixed(4)}`, { baseline: adam });
  yield measured('language-h', of('Sophia-H') - adam, `${of('Sophia-H').toFixed(4)} and ${adam.toFixed(4)}`, { baseline: adam });
  yield measured('language-same-rate', Math.min(...[1e-3, 3e-3].map((rate) => of('AdamW', rate) - of('Sophia-G', rate))));
  const often = found.find((t) => t.interval === 2)!.validation;
  yield measured('interval', Math.abs(often - of('Sophia-H', 3e-3)), `${often.toFixed(4)} and ${of('Sophia-H', 3e-3).toFixed(4)}`);
  const byGamma = found.filter((t) => t.gamma !== undefined).map((t) => t.winRate);
  yield measured('win-rate', Math.min(byGamma[1]! - byGamma[0]!, byGamma[2]! - byGamma[1]!), byGamma.map((r) => r.toFixed(3)).join(', '));
}

/** Experiment 4: the cost of a step. */
async function* time(ctx: Ctx): AsyncIterable<BenchFrame> {
  const data = await charData(4);
  const trials: Trial[] = [{ method: 'AdamW', rate: 1e-3 }, { method: 'Sophia-G', rate: 1e-3 }];
  const make = (trial: Trial) => ({ ...mlpLanguageModel(random(ctx.rng.seed).fork('model')), optimizer: optimizerOf(trial, 1500) });
  yield progress(0, 1, 'time of a step');
  const [adam, sophia] = await stepTimes(ctx, trials.map(make), data, 10);
  yield measured('interval-time', sophia! / adam!, `${sophia!.toFixed(2)} and ${adam!.toFixed(2)} ms, mean over 10 steps, least of rounds`);
}
