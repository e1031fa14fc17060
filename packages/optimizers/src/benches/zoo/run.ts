/** Running the `zoo` bench. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { certifiedDigits } from '../../zoo/nist.js';
import { levenbergMarquardt } from '../../minimize/methods/levenberg-marquardt.js';
import { minimize } from '../../minimize/minimize.js';
import { type Entry, entries } from './entries.js';
import { minimizers, type Trainer, trainers } from './methods.js';
import type { Scipy, ScipyMethod, ScipyRun } from './scipy.js';
import { minimized, type Run, trained } from './to-target.js';

/** Values, or gradients, that a run may take. */
const MOST = { classical: 5000, NIST: 2000, convex: 1000, nets: 400 } as const;
const MOST_TRAINING = { classical: 2000, NIST: 500, convex: 300, nets: 150 } as const;

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  if (!ctx.engine.dtypes.includes('float64')) throw new RangeError(`zoo: expected an engine with float64, got ${ctx.engine.name}`);
  const { all, absent } = await entries(ctx.engine, ctx.quick);
  for (const reason of absent) yield { kind: 'note', text: `left out, the optional package mnist is absent: ${reason}` };
  const peer = await loadScipy();
  if (typeof peer === 'string') yield { kind: 'note', text: `SciPy is not measured: ${peer}` };
  const scipy = typeof peer === 'string' ? null : peer;
  try {
    yield* onNist(ctx, all, ctx.quick ? null : scipy);
    yield* deterministic(ctx, all, scipy);
    yield* training(ctx, all);
  } finally {
    scipy?.dispose();
    all.forEach(({ oracles }) => oracles.dispose());
  }
}

/** SciPy, or why it is not there. */
async function loadScipy(): Promise<Scipy | string> {
  try {
    return (await import('./scipy.js')).scipy();
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}

/** Certified digits from both starts, run to the end. */
async function* onNist(ctx: Ctx, all: readonly Entry[], scipy: Scipy | null): AsyncIterable<BenchFrame> {
  const rows: (string | number)[][] = [];
  const digits: { level: string; ours: number; peer: number }[] = [];
  for (const entry of all.filter((e) => e.nist)) {
    const { nist } = entry;
    yield progress(digits.length, 54, entry.name);
    const row: (string | number)[] = [entry.name.slice(5), nist!.level];
    for (const start of nist!.starts) {
      const found = await minimize(entry.oracles, start, { method: levenbergMarquardt(), tolerance: 0, maxIterations: 2000, signal: ctx.signal });
      const ours = certifiedDigits(found.x, nist!.certified);
      const theirs = scipy && (await scipy.run(entry, 'lm', 2000, { start, target: -1 }));
      const peer = theirs === null ? NaN : certifiedDigits(theirs.best, nist!.certified);
      digits.push({ level: nist!.level, ours, peer });
      row.push(`${ours.toFixed(1)} in ${found.evaluations.value} + ${found.evaluations.jacobian}J`, theirs === null ? '' : `${Math.max(0, peer).toFixed(1)} in ${theirs.values} + ${theirs.jacobians}J`);
    }
    rows.push(row);
    await breathe(ctx.signal);
  }
  yield { kind: 'table', title: 'NIST StRD: certified digits, residuals and Jacobians of Levenberg-Marquardt to its own end', columns: ['problem', 'level', 'start 1', 'SciPy lm', 'start 2', 'SciPy lm'], rows };
  const least = (of: 'ours' | 'peer', higher: boolean): number => Math.min(...digits.filter((d) => (d.level === 'higher') === higher).map((d) => d[of]));
  const solved = (of: 'ours' | 'peer'): number => digits.filter((d) => d[of] >= 6).length;
  const beside = (peer: number): { peer?: number } => (scipy ? { peer } : {});
  yield measured('nist-solved', solved('ours'), undefined, beside(solved('peer')));
  yield measured('nist-digits', least('ours', false), undefined, beside(least('peer', false)));
  yield measured('nist-digits-higher', least('ours', true), undefined, beside(least('peer', true)));
}

/** A SciPy method, and ours that is set beside it. */
const PEERS: Readonly<Record<string, ScipyMethod>> = { 'L-BFGS': 'L-BFGS-B', 'Newton-CG': 'Newton-CG', 'trust region': 'trust-ncg', 'Levenberg-Marquardt': 'lm' };
const SECOND = ['Newton-CG', 'trust region'];

interface Both {
  readonly entry: Entry;
  readonly runs: ReadonlyMap<string, Run | null>;
  readonly peers: ReadonlyMap<string, ScipyRun>;
}

const cell = (r: Run | null | undefined): string => {
  if (!r) return '';
  const { value, product, jacobian, solve } = r.evaluations;
  return r.reached ? [value, product && `${product}p`, jacobian && `${jacobian}J`, solve && !jacobian && `${solve}s`].filter(Boolean).join(' + ') : '—';
};
const peerCell = (r: ScipyRun | undefined): string => (!r ? '' : r.reached ? [r.values, r.products && `${r.products}p`, r.jacobians && `${r.jacobians}J`].filter(Boolean).join(' + ') : '—');

async function both(entry: Entry, scipy: Scipy | null, ctx: Ctx): Promise<Both> {
  const runs = new Map<string, Run | null>();
  const peers = new Map<string, ScipyRun>();
  const most = MOST[entry.group];
  for (const [name, make] of Object.entries(minimizers)) {
    const method = make(entry);
    runs.set(name, method && (await minimized(entry, method, ctx, most)));
    const theirs = PEERS[name];
    if (scipy && theirs && method) peers.set(name, await scipy.run(entry, theirs, most));
    await breathe(ctx.signal);
  }
  return { entry, runs, peers };
}

async function* deterministic(ctx: Ctx, all: readonly Entry[], scipy: Scipy | null): AsyncIterable<BenchFrame> {
  const found: Both[] = [];
  for (const entry of all) {
    yield progress(found.length, all.length, entry.name);
    found.push(await both(entry, scipy, ctx));
  }
  const names = Object.keys(minimizers);
  const columns = names.flatMap((name) => (scipy && PEERS[name] ? [name, `SciPy ${PEERS[name]}`] : [name]));
  const row = ({ entry, runs, peers }: Both): string[] => [entry.name, ...names.flatMap((name) => (scipy && PEERS[name] ? [cell(runs.get(name)), peerCell(peers.get(name))] : [cell(runs.get(name))]))];
  yield { kind: 'table', title: 'values (with gradients) until f − f* ≤ 1e-8 (f(x₀) − f*), nets to a loss; p products, J Jacobians, s solves; — not reached', columns: ['problem', ...columns], rows: found.map(row) };
  const seconds = found.filter(({ entry }) => entry.group === 'convex' || entry.group === 'nets');
  yield { kind: 'table', title: 'seconds', columns: ['problem', ...names], rows: seconds.map(({ entry, runs }) => [entry.name, ...names.map((name) => (runs.get(name)?.reached ? runs.get(name)!.seconds.toFixed(2) : ''))]) };
  yield* comparisons(found, scipy !== null);
  const missed = found.filter(({ entry }) => entry.group === 'convex').flatMap(({ runs }) => SECOND.filter((name) => !runs.get(name)!.reached));
  yield measured('convex', missed.length);
}

function* comparisons(found: readonly Both[], present: boolean): Iterable<BenchFrame> {
  const total = (r: Run): number => r.evaluations.value + r.evaluations.product;
  const ratios: readonly [claim: string, method: string, ours: (r: Run) => number, theirs: (r: ScipyRun) => number][] = [
    ['lm-scipy', 'Levenberg-Marquardt', (r) => r.evaluations.value, (r) => r.values],
    ['lbfgs-scipy', 'L-BFGS', (r) => r.evaluations.value, (r) => r.values],
    ['trust-scipy', 'trust region', (r) => r.evaluations.value, (r) => r.values],
    ['trust-products', 'trust region', (r) => r.evaluations.product, (r) => r.products],
    ['newton-scipy', 'Newton-CG', total, (r) => r.values + r.products],
  ];
  for (const [claim, method, ours, theirs] of ratios) {
    const pairs = found.flatMap(({ entry, runs, peers }) => {
      const [a, b] = [runs.get(method), peers.get(method)];
      return a?.reached && b?.reached ? [{ name: entry.name, ratio: ours(a) / Math.max(1, theirs(b)) }] : [];
    });
    if (!present) yield measured(claim, null, 'SciPy is absent');
    else {
      const worst = pairs.reduce((w, p) => (p.ratio > w.ratio ? p : w));
      const mean = Math.exp(pairs.reduce((s, { ratio }) => s + Math.log(ratio), 0) / pairs.length);
      yield measured(claim, mean, `${pairs.length} problems that both solve, ${pairs.filter(({ ratio }) => ratio > 1.1).length} above 1.1, most ${worst.ratio.toFixed(2)} (${worst.name})`);
    }
  }
  const only = (ours: boolean): number => found.filter(({ runs, peers }) => peers.has('L-BFGS') && runs.get('L-BFGS')!.reached === ours && peers.get('L-BFGS')!.reached !== ours).length;
  if (present) yield measured('lbfgs-reach', only(true) - only(false), `${only(true)} and ${only(false)}`);
  else yield measured('lbfgs-reach', null, 'SciPy is absent');
}

async function* training(ctx: Ctx, all: readonly Entry[]): AsyncIterable<BenchFrame> {
  const list = ctx.quick ? all.filter(({ group }) => group === 'convex' || group === 'classical') : all;
  const rows: string[][] = [];
  for (const entry of list) {
    yield progress(rows.length, list.length, `first order: ${entry.name}`);
    const row = [entry.name];
    for (const trainer of Object.values(trainers)) row.push(await bestRate(entry, trainer, ctx));
    rows.push(row);
  }
  yield { kind: 'table', title: 'gradients of methods that train, all data at each step: fewest over the rates (and dampings) tried, @ the rate, λ the damping; — not reached', columns: ['problem', ...Object.keys(trainers)], rows };
}

interface Setting {
  readonly rate: number;
  readonly damping: number;
}

const settingsOf = ({ rates, dampings = [NaN] }: Trainer): Setting[] => (rates.length > 0 ? rates : [NaN]).flatMap((rate) => dampings.map((damping) => ({ rate, damping })));

async function bestRate(entry: Entry, trainer: Trainer, ctx: Ctx): Promise<string> {
  let best: (Setting & { gradients: number }) | null = null;
  let tried = 0;
  const most = ctx.quick ? 300 : MOST_TRAINING[entry.group];
  for (const { rate, damping } of settingsOf(trainer)) {
    const optimizer = trainer.make(rate, entry, damping);
    if (optimizer === null) continue;
    tried++;
    const gradients = await trained(entry, optimizer, ctx, best?.gradients ?? most);
    if (gradients !== null && (best === null || gradients < best.gradients)) best = { gradients, rate, damping };
    await breathe(ctx.signal);
  }
  if (best === null) return tried === 0 ? '' : '—';
  return [best.gradients, !Number.isNaN(best.rate) && `@ ${best.rate}`, !Number.isNaN(best.damping) && `λ ${best.damping}`].filter(Boolean).join(' ');
}
