/** Running the `sns` bench. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { sinkhorn } from '../../entropic/sinkhorn.js';
import { sns } from '../../entropic/sns.js';
import { besidePot } from './pot.js';
import { pixelProblems, type Problem, RANDOM_1000, RANDOM_500, zeroAndOne } from './problems.js';
import { scale } from './scale.js';
import { seconds, timed } from './timing.js';

const ETA = 1200;

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  let problems = [RANDOM_500(), RANDOM_1000()];
  let absent: string | null = null;
  try {
    problems = [...problems, ...pixelProblems(await zeroAndOne())];
  } catch (error) {
    absent = `the optional package mnist is absent: ${(error as Error).message.split('\n')[0]}`;
  }
  const parts: [string, () => AsyncIterable<BenchFrame>][] = [
    ['references', () => references(problems)],
    ['RANDOM(500, 1)', () => random(ctx, problems[0]!)],
    ['digits', () => pixels(problems, absent)],
    ['ablation', () => ablation(problems[0]!)],
    ['temperatures', () => temperatures(ctx, problems, absent)],
    ['POT', () => besidePot(ctx, problems)],
    ['point clouds', () => scale(ctx)],
  ];
  for (const [i, [name, part]] of parts.entries()) {
    yield progress(i, parts.length, name);
    yield* part();
    await breathe(ctx.signal);
  }
  yield { kind: 'note', text: 'Times: the least of runs in turn, one thread. Errors: ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁ of the plan returned; POT stops by the 2-norm of one of the two, which is smaller.' };
}

async function* references(problems: readonly Problem[]): AsyncIterable<BenchFrame> {
  let worst = 0;
  const rows: (string | number)[][] = [];
  for (const { name, cost, a, b, reference } of problems) {
    const found = sns(cost, a, b, { eta: ETA });
    worst = Math.max(worst, Math.abs(found.cost - reference[0]), Math.abs(found.dual - reference[1]));
    const { newton = 0, sweeps = 0, cg = 0, kernelPasses = 0 } = found.counts;
    rows.push([name, found.cost.toPrecision(12), found.dual.toPrecision(12), found.marginalError.toExponential(1), newton, sweeps, cg, kernelPasses]);
  }
  yield { kind: 'table', title: 'SNS at η = 1200', columns: ['problem', '⟨C, P⟩', 'dual', 'error', 'Newton', 'sweeps', 'CG', 'passes of exponentials'], rows };
  yield measured('reference', worst);
}

async function* random({ quick }: Ctx, { cost, a, b }: Problem): AsyncIterable<BenchFrame> {
  const { ms, value } = timed(5, () => sns(cost, a, b, { eta: ETA }));
  const paper = timed(3, () => sns(cost, a, b, { eta: ETA, mode: 'paper' }));
  yield measured('newton-random', value.converged ? value.counts.newton! : Infinity, `paper mode: ${paper.value.counts.newton} steps, ${seconds(paper.ms)} s`);
  yield measured('time-random', ms / 1000);
  if (quick) {
    for (const id of ['sweeps-random', 'speed-random', 'speed-random-log']) yield measured(id, null, 'needs more than 1e5 sweeps: not in a quick run');
    return;
  }
  const plain = timed(1, () => sinkhorn(cost, a, b, { eta: ETA, tolerance: 1e-8, maxIterations: 300_000 }));
  const sweeps = plain.value.counts.sweeps!;
  yield measured('sweeps-random', sweeps, `${plain.value.status}, error ${plain.value.marginalError.toExponential(1)}`);
  yield measured('speed-random', plain.ms / ms, `SNS ${seconds(ms)} s`, { baseline: plain.ms / 1000 });
  const logarithmic = timed(2, () => sinkhorn(cost, a, b, { eta: ETA, tolerance: 0, maxIterations: 100, domain: 'log' }));
  const all = (logarithmic.ms / 100) * sweeps;
  yield measured('speed-random-log', all / ms, `from 100 sweeps, ${(logarithmic.ms / 100).toFixed(2)} ms each`, { baseline: all / 1000 });
}

async function* pixels(problems: readonly Problem[], absent: string | null): AsyncIterable<BenchFrame> {
  if (absent !== null) {
    for (const id of ['newton-l2', 'newton-l1', 'speed-pixels']) yield measured(id, null, absent);
    return;
  }
  const ratios: number[] = [];
  for (const [id, name] of [['newton-l2', 'l2sq 784'], ['newton-l1', 'l1 784']] as const) {
    const { cost, a, b } = problems.find((problem) => problem.name === name)!;
    const ours = timed(5, () => sns(cost, a, b, { eta: ETA }));
    const plain = timed(2, () => sinkhorn(cost, a, b, { eta: ETA, tolerance: 1e-8, maxIterations: 20_000 }));
    ratios.push(plain.ms / ours.ms);
    yield measured(id, ours.value.converged ? ours.value.counts.newton! : Infinity, `${seconds(ours.ms)} s, error ${ours.value.marginalError.toExponential(1)}; Sinkhorn to 1e-8 ${seconds(plain.ms)} s, ${plain.value.counts.sweeps} sweeps`);
  }
  yield measured('speed-pixels', Math.min(...ratios), ratios.map((ratio) => ratio.toFixed(1)).join(', '));
}

async function* ablation({ cost, a, b }: Problem): AsyncIterable<BenchFrame> {
  const ks = [2, 3, 4, 6, 10, 30];
  const steps = ks.map((k) => sns(cost, a, b, { eta: ETA, mode: 'paper', density: (k + 1) / (2 * a.length) }).counts.newton!);
  yield { kind: 'table', title: 'Newton steps to 1e-12 with the k·n largest entries of P', columns: ['k', 'steps'], rows: ks.map((k, i) => [k, steps[i]!]) };
  yield measured('ablation', Math.abs(steps[3]! - steps[5]!));
  yield measured('ablation-order', steps.slice(1, 5).filter((count, i) => count > steps[i]!).length);
}

async function* temperatures(ctx: Ctx, problems: readonly Problem[], absent: string | null): AsyncIterable<BenchFrame> {
  const chosen = ['random 500', 'l2sq 500', 'l1 500'].map((name) => problems.find((problem) => problem.name === name)).filter((problem) => problem !== undefined);
  const rows: (string | number)[][] = [];
  let worst = 0;
  let violations = 0;
  for (const { name, cost, a, b, reference } of chosen) {
    let before = Infinity;
    for (const eta of [10, 100, 300, 1000]) {
      await breathe(ctx.signal);
      const most = ctx.quick ? 2000 : 30_000;
      const ours = timed(3, () => sns(cost, a, b, { eta }));
      const plain = timed(2, () => sinkhorn(cost, a, b, { eta, tolerance: 1e-8, maxIterations: most }));
      worst = Math.max(worst, plain.value.converged ? ours.ms / Math.min(plain.ms, ours.ms) : 1);
      const bias = ours.value.cost - reference[2];
      if (!(bias < before) || bias < -1e-12) violations++;
      before = bias;
      const sweeps = plain.value.counts.sweeps!;
      rows.push([name, eta, plain.value.converged ? sweeps : `> ${sweeps}`, plain.ms.toFixed(1), ours.value.counts.newton!, ours.value.counts.sweeps!, ours.ms.toFixed(1), bias.toExponential(2)]);
    }
  }
  yield { kind: 'table', title: 'Sinkhorn to 1e-8 and SNS to 1e-12', columns: ['problem', 'η', 'sweeps', 'ms', 'Newton', 'its sweeps', 'ms', '⟨C, P⟩ − optimum'], rows };
  yield measured('sweep', worst, absent ?? undefined);
  yield measured('bias', violations, absent ?? undefined);
}
