/** Running the `sophia` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import type { Optimizer } from '../../api.js';
import { adamw } from '../../methods/adamw.js';
import { sophiaG, sophiaH } from '../../methods/sophia.js';
import { cosine } from '../../schedules/cosine.js';
import { warmUp } from '../../schedules/warm-up.js';
import { type CharData, charData, mlpLanguageModel, type Start } from '../../zoo/char-lm.js';
import { trainLanguage } from '../support/language-run.js';
import { stepTimes } from '../support/step-times.js';
import { conditionNumbers, toyFunction } from './exact.js';

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* twoVariables();
  yield* language(ctx);
  yield* time(ctx);
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

type Method = 'AdamW' | 'Sophia-G' | 'Sophia-H';

interface Trial {
  readonly method: Method;
  readonly rate: number;
  /** γ of Sophia, β₂ of AdamW. */
  readonly second: number;
  readonly interval?: number;
}

const grid = (method: Method, rates: readonly number[], seconds: readonly number[]): Trial[] => seconds.flatMap((second) => rates.map((rate) => ({ method, rate, second })));

type Grids = Readonly<Record<Method, readonly Trial[]>>;

/** As many trials for each method, spaced alike around its best: from the start of the nets that the paper trains, and from large embeddings. */
const GRIDS: Readonly<Record<Start, Grids>> = {
  gpt: {
    AdamW: grid('AdamW', [1.6e-2, 2.4e-2, 3.2e-2, 4e-2, 5e-2], [0.999, 0.99]),
    'Sophia-G': grid('Sophia-G', [3e-3, 4e-3, 5e-3, 6.4e-3, 8e-3], [0.05, 0.2]),
    'Sophia-H': grid('Sophia-H', [3e-3, 4e-3, 5e-3, 6.4e-3, 8e-3], [0.01, 0.05]),
  },
  normal: { AdamW: grid('AdamW', [1.2e-2, 1.6e-2, 2e-2], [0.999]), 'Sophia-G': grid('Sophia-G', [2e-3, 2.5e-3, 3e-3], [0.2]), 'Sophia-H': grid('Sophia-H', [2e-3, 2.5e-3, 3e-3], [0.01]) },
};

const OFTEN: Trial = { method: 'Sophia-H', rate: 3e-3, second: 0.01, interval: 2 };
/** What the other claims need. */
const OTHERS: readonly Trial[] = [...grid('AdamW', [1e-3, 3e-3], [0.999]), ...grid('Sophia-G', [1e-3], [0.05]), ...grid('Sophia-G', [3e-3], [1]), OFTEN];

function optimizerOf({ method, rate, second, interval = 10 }: Trial, steps: number): Optimizer {
  const warm = Math.floor(steps / 15);
  const learningRate = warmUp(warm, cosine(rate, steps - warm, 0.05));
  if (method === 'AdamW') return adamw({ learningRate, weightDecay: 0, beta2: second });
  return (method === 'Sophia-G' ? sophiaG : sophiaH)({ learningRate, weightDecay: 0, gamma: second, interval });
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Means over seeds: of the batches, the start and the draws. */
interface Outcome extends Trial {
  readonly validation: number;
  readonly winRate: number;
}

async function outcomeOf(ctx: Ctx, data: CharData, start: Start, trial: Trial): Promise<Outcome> {
  const steps = stepsOf(ctx);
  const [validations, shares]: [number[], number[]] = [[], []];
  for (const seed of seedsOf(ctx)) {
    const model = mlpLanguageModel(random(seed).fork('model'), start);
    const onInfo = ({ winRate }: Readonly<Record<string, number>>): void => void (winRate !== undefined && shares.push(winRate));
    const { validation } = await trainLanguage({ ...ctx, rng: random(seed) }, { ...model, data, optimizer: optimizerOf(trial, steps), steps, onInfo });
    validations.push(validation);
  }
  return { ...trial, validation: mean(validations), winRate: mean(shares) };
}

const stepsOf = ({ quick }: Ctx): number => (quick ? 300 : 1500);
const seedsOf = ({ rng, quick }: Ctx): number[] => (quick ? [rng.seed] : [0, 1, 2].map((i) => rng.seed + i));

/** Every trial from one start, and a table of them. */
async function* outcomes(ctx: Ctx, data: CharData, start: Start, trials: readonly Trial[]): AsyncGenerator<BenchFrame, readonly Outcome[]> {
  const found: Outcome[] = [];
  for (const trial of trials) {
    yield progress(found.length, trials.length, `${start}: ${trial.method}, rate ${trial.rate}`);
    found.push(await outcomeOf(ctx, data, start, trial));
  }
  const rows = found.map((t) => [t.method, t.rate, t.second, t.interval ?? '', t.validation.toFixed(4), Number.isNaN(t.winRate) ? '' : t.winRate.toFixed(3)]);
  const from = start === 'gpt' ? 'embeddings and weights N(0, 0.02²)' : 'embeddings N(0, 1), weights N(0, 1 / inputs)';
  yield { kind: 'table', title: `names, context 4, 32-64-64-27 tanh, batch 64, ${stepsOf(ctx)} steps from ${from}: means of ${seedsOf(ctx).length} seeds`, columns: ['method', 'rate', 'γ or β₂', 'interval', 'validation', 'unclipped'], rows };
  return found;
}

const least = (found: readonly Outcome[], method: Method): Outcome => found.filter((t) => t.method === method).reduce((a, b) => (b.validation < a.validation ? b : a));
const told = (t: Outcome): string => `${t.method} ${t.validation.toFixed(4)} at ${t.rate}, ${t.method === 'AdamW' ? 'β₂' : 'γ'} = ${t.second}`;

/** Experiments 3 to 5: the character language model. */
async function* language(ctx: Ctx): AsyncIterable<BenchFrame> {
  const data = await charData(4);
  const trials = Object.values(GRIDS.gpt).flat();
  const found = yield* outcomes(ctx, data, 'gpt', [...trials, ...OTHERS]);
  const tried = found.slice(0, trials.length);
  const adam = least(tried, 'AdamW');
  for (const [id, method] of [['language-g', 'Sophia-G'], ['language-h', 'Sophia-H']] as const) {
    yield measured(id, least(tried, method).validation - adam.validation, `${told(least(tried, method))}; ${told(adam)}`, { baseline: adam.validation });
  }
  const at = (method: Method, rate: number, second: number): Outcome => found.find((t) => t.method === method && t.rate === rate && t.second === second && t.interval === undefined)!;
  yield measured('language-same-rate', Math.min(...[1e-3, 3e-3].map((rate) => at('AdamW', rate, 0.999).validation - at('Sophia-G', rate, 0.05).validation)));
  const often = found.find((t) => t.interval === OFTEN.interval)!.validation;
  const seldom = at('Sophia-H', OFTEN.rate, OFTEN.second).validation;
  yield measured('interval', Math.abs(often - seldom), `${often.toFixed(4)} and ${seldom.toFixed(4)}`);
  const byGamma = [0.05, 0.2, 1].map((gamma) => at('Sophia-G', 3e-3, gamma).winRate);
  yield measured('win-rate', Math.min(byGamma[1]! - byGamma[0]!, byGamma[2]! - byGamma[1]!), byGamma.map((r) => r.toFixed(3)).join(', '));
  const other = yield* outcomes(ctx, data, 'normal', Object.values(GRIDS.normal).flat());
  yield { kind: 'note', text: `From embeddings N(0, 1): ${(['AdamW', 'Sophia-G', 'Sophia-H'] as const).map((method) => told(least(other, method))).join('; ')}.` };
}

/** Experiment 4: the cost of a step. */
async function* time(ctx: Ctx): AsyncIterable<BenchFrame> {
  const data = await charData(4);
  const trials: Trial[] = [{ method: 'AdamW', rate: 1e-3, second: 0.999 }, { method: 'Sophia-G', rate: 1e-3, second: 0.05 }];
  const make = (trial: Trial) => ({ ...mlpLanguageModel(random(ctx.rng.seed).fork('model')), optimizer: optimizerOf(trial, 1500) });
  yield progress(0, 1, 'time of a step');
  const [adam, sophia] = await stepTimes(ctx, trials.map(make), data, 10);
  yield measured('interval-time', sophia! / adam!, `${sophia!.toFixed(2)} and ${adam!.toFixed(2)} ms, mean over 10 steps, least of rounds`);
}
