/** Running the `hessian-alignment` bench. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { compile, cpu, type Engine, grad, random, type Tensor, tensor, vmap } from '@curv/tensor';
import { headHessianDiagonal, headHessianProduct } from '../../alignment/head-derivatives.js';
import { hessianAlignmentPenalty } from '../../alignment/hessian-alignment-penalty.js';
import { show } from '../../support/show.js';
import type { Data, Layers } from '../../support/network.js';
import { colored, type Digits, loadDigits28 } from '../../support/colored-mnist.js';
import { accuracyOf, distancesOf, type MethodName, METHODS, trainDomains } from '../../support/train-domains.js';

/** The fastest engine that loads. */
async function fastest(ctx: Ctx): Promise<Engine> {
  try {
    return (await ctx.engines['tfjs-wasm']?.()) ?? ctx.engine;
  } catch {
    return ctx.engine;
  }
}

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const engine = await fastest(ctx);
  let digits: Digits | null = null;
  try {
    digits = await loadDigits28();
  } catch (error) {
    const detail = `the optional package mnist is absent: ${(error as Error).message.split('\n')[0]}`;
    for (const claim of ['hgp-erm', 'hutchinson-erm', 'hgp-irm', 'hutchinson-irm', 'hessians-align', 'gradients-align', 'label-shift', 'label-shift-reversed']) yield { kind: 'measurement', measurement: { claim, figure: null, detail } };
  }
  if (digits !== null) {
    yield* correlationShift(ctx, engine, digits);
    yield* labelShift(ctx, engine, digits);
  }
  yield* cost(ctx);
  yield { kind: 'note', text: `Training in float32 on ${engine.name}; distances of Hessians in float64.` };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

interface Found {
  readonly train: number;
  readonly test: number;
  readonly grey: number;
  readonly hessian: number;
  readonly gradient: number;
}

/** Experiments 1 and 2: colour agrees with the label in 80 and 90 % while training, in 10 % at the test. */
async function* correlationShift(ctx: Ctx, engine: Engine, digits: Digits): AsyncIterable<BenchFrame> {
  const seeds = ctx.quick ? 1 : 3;
  const compared: readonly MethodName[] = ['ERM', 'IRM', 'HGP', 'Hutchinson'];
  const names = ctx.quick ? compared : (Object.keys(METHODS) as MethodName[]);
  const found = new Map<MethodName, Found[]>(names.map((name) => [name, []]));
  for (let seed = 0; seed < seeds; seed++) {
    const stream = random(ctx.rng.seed + seed).fork('colored');
    const size = ctx.quick ? 1000 : 1500;
    const domains = [0.2, 0.1].map((flip, e) => colored(digits, e * size, size, { flip }, stream));
    const test = colored(digits, 3000, 2000, { flip: 0.9 }, stream);
    const grey = colored(digits, 3000, 2000, { flip: null }, stream);
    for (const [i, method] of names.entries()) {
      // The other baselines are reported once.
      if (seed > 0 && !compared.includes(method)) continue;
      yield progress(seed * names.length + i, seeds * names.length, `Colored MNIST, ${method}, seed ${seed}`);
      const layers = await trainDomains({ method, domains, hidden: 64, steps: 251, anneal: 80, stream: random(ctx.rng.seed + seed).fork('start'), engine, signal: ctx.signal });
      const accuracy = (data: Data): Promise<number> => accuracyOf(layers, data, engine);
      const train = (await accuracy(domains[0]!) + (await accuracy(domains[1]!))) / 2;
      found.get(method)!.push({ train, test: await accuracy(test), grey: await accuracy(grey), ...(await distancesOf(layers, domains, engine)) });
    }
  }
  const of = (method: MethodName, what: keyof Found): number => mean(found.get(method)!.map((f) => f[what]));
  const columns = ['train', 'test', 'grey', 'hessian', 'gradient'] as const;
  yield {
    kind: 'table', title: `Colored MNIST, net 392-64-64-1 relu, 251 whole-batch steps`,
    columns: ['method', 'seeds', 'weight', 'train', 'test (colour reversed)', 'grey', '‖H₁ − H₂‖F', '‖g₁ − g₂‖'],
    rows: names.map((name) => [name, found.get(name)!.length, METHODS[name].weight, ...columns.map((what) => show(of(name, what)))]),
  };
  for (const [id, method] of [['hgp', 'HGP'], ['hutchinson', 'Hutchinson']] as const) {
    for (const [other, baseline] of [['erm', 'ERM'], ['irm', 'IRM']] as const) {
      yield measured(`${id}-${other}`, of(method, 'test') - of(baseline, 'test'), `${show(of(method, 'test'))} beside ${show(of(baseline, 'test'))}; by seed ${found.get(method)!.map((f, i) => show(f.test - found.get(baseline)![i]!.test)).join(', ')}`, { baseline: of(baseline, 'test') });
    }
  }
  const ratio = (what: 'hessian' | 'gradient'): number => Math.max(of('HGP', what), of('Hutchinson', what)) / of('ERM', what);
  yield measured('hessians-align', ratio('hessian'));
  yield measured('gradients-align', ratio('gradient'));
}

/** Experiment 3: one domain holds 97 % of one label, the other 97 % of the other. */
async function* labelShift(ctx: Ctx, engine: Engine, digits: Digits): AsyncIterable<BenchFrame> {
  const seeds = ctx.quick ? 1 : 3;
  const names = ['ERM', 'HGP'] as const;
  const colours = { same: 0.15, reversed: 0.9, grey: null } as const;
  type Where = keyof typeof colours;
  const found: Record<(typeof names)[number], Record<Where, number>[]> = { ERM: [], HGP: [] };
  for (let seed = 0; seed < seeds; seed++) {
    const stream = random(ctx.rng.seed + seed).fork('label shift');
    const domains = [{ flip: 0.2, positive: 0.97 }, { flip: 0.1, positive: 0.03 }].map((how, e) => colored(digits, e * 3000, 1000, how, stream));
    const test = (where: Where): Data => colored(digits, 7000, 2000, { flip: colours[where], positive: 0.5 }, stream);
    const tests = { same: test('same'), reversed: test('reversed'), grey: test('grey') };
    for (const [i, method] of names.entries()) {
      yield progress(seed * names.length + i, seeds * names.length, `label shift, ${method}, seed ${seed}`);
      const layers: Layers = await trainDomains({ method, domains, hidden: 64, steps: 251, anneal: 80, stream: random(ctx.rng.seed + seed).fork('start'), engine, signal: ctx.signal });
      const accuracy = (where: Where): Promise<number> => accuracyOf(layers, tests[where], engine);
      found[method].push({ same: await accuracy('same'), reversed: await accuracy('reversed'), grey: await accuracy('grey') });
    }
  }
  const of = (method: (typeof names)[number], where: Where): number => mean(found[method].map((f) => f[where]));
  yield {
    kind: 'table', title: `label shift 97/3 and 3/97, accuracy on balanced labels, means of ${seeds} seeds`, columns: ['method', 'colour as in training', 'reversed', 'grey'],
    rows: names.map((name) => [name, show(of(name, 'same')), show(of(name, 'reversed')), show(of(name, 'grey'))]),
  };
  for (const [id, where] of [['label-shift', 'same'], ['label-shift-reversed', 'reversed']] as const) yield measured(id, of('HGP', where) - of('ERM', where), `${show(of('HGP', where))} beside ${show(of('ERM', where))}`, { baseline: of('ERM', where) });
}

/** Experiment 4: diagonals in closed form beside 300 probes. */
async function* cost(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield progress(0, 1, 'cost of diagonals');
  const [n, width, probes] = [1500, 128, 300];
  const stream = random(ctx.rng.seed).fork('alignment cost');
  const domain = (): { features: Tensor; labels: Tensor } => ({ features: stream.tensor('normal', [n, width]), labels: tensor(Int32Array.from({ length: n }, () => stream.integer(2)), [n]) });
  const head = { kernel: stream.tensor('normal', [width, 1]).mul(0.1), bias: tensor([0.1]) };
  const domains = [domain(), domain()];
  const [first] = domains as [ReturnType<typeof domain>, unknown];
  const time = async (estimator: 'exact' | 'sampled', repeats: number): Promise<number> => {
    const slope = compile(grad((kernel: Tensor) => hessianAlignmentPenalty({ ...head, kernel }, domains, { kind: 'hutchinson', alpha: 1, beta: 1, estimator, probes }).loss), { engine: cpu });
    let best = Infinity;
    for (let i = 0; i <= repeats; i++) {
      const start = performance.now();
      await (slope(head.kernel) as Tensor).data();
      if (i > 0) best = Math.min(best, performance.now() - start);
      await breathe(ctx.signal);
    }
    slope.dispose();
    return best;
  };
  const exact = await time('exact', 20);
  const sampled = await time('sampled', 3);
  const wanted = await headHessianDiagonal(head, first).data();
  const signs = stream.tensor('rademacher', [probes, width + 1, 1]);
  const found = await (vmap((z: Tensor) => z.mul(headHessianProduct(head, first, z)))(signs) as Tensor).mean(0).data();
  const size = (v: readonly number[]): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  yield { kind: 'table', title: `diagonal of a logistic head, P = ${width + 1}, two domains of ${n}: value and gradient of the penalty`, columns: ['', 'ms'], rows: [['closed form', show(exact)], [`${probes} probes`, show(sampled)]] };
  yield measured('closed-form-cost', sampled / exact);
  yield measured('sampled-error', size(Array.from(wanted, (x, i) => x - found[i]!)) / size(Array.from(wanted)));
}
