/** Running the `transport` bench. */
import type { Matrix } from '@curv/linalg';
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { pythonPeer, type PythonPeer, toBase64 } from '@curv-internal/python-peer';
import { costMatrix } from '../../costs.js';
import { exactTransport } from '../../exact/exact-transport.js';
import { linearAssignment } from '../../exact/linear-assignment.js';
import { wasserstein1d } from '../../exact/transport-1d.js';
import { gromovWasserstein } from '../../variants/gromov-wasserstein.js';
import program from './exact_peer.py';
import { assignmentProblems, cloud, draws, masses, transportProblems } from './problems.js';

interface Answer {
  readonly cost: number;
  readonly ms: number;
}

/** POT and SciPy where a Python has them. */
interface Peer {
  readonly absent?: string;
  load(arrays: Readonly<Record<string, Matrix | Float64Array>>): Promise<void>;
  ask(action: string): Promise<Answer | null>;
  dispose(): void;
}

function startPeer(): Peer {
  let python: PythonPeer;
  try {
    python = pythonPeer('ot', program);
  } catch (error) {
    return { absent: (error as Error).message, load: async () => {}, ask: async () => null, dispose: () => {} };
  }
  return {
    async load(arrays) {
      for (const [name, value] of Object.entries(arrays)) {
        const [data, shape] = value instanceof Float64Array ? [value, [value.length]] : [value.data, [value.rows, value.columns]];
        await python.ask({ action: 'load', name, data: toBase64(data), shape });
      }
    },
    ask: (action) => python.ask({ action }) as Promise<Answer>,
    dispose: () => python.dispose(),
  };
}

/** Ours and the peer's in turn: least times, of compiled code where the rounds are many and short. */
async function compare(ctx: Ctx, peer: Peer, action: string, rounds: number, ours: () => number): Promise<{ cost: number; ms: number; theirs: Answer | null }> {
  let cost = NaN;
  let ms = Infinity;
  const answers: Answer[] = [];
  if (rounds > 3) for (let k = 0; k < 2; k++) ours();
  for (let k = 0; k < rounds; k++) {
    const start = performance.now();
    cost = ours();
    ms = Math.min(ms, performance.now() - start);
    const answer = await peer.ask(action);
    if (answer) answers.push(answer);
    await breathe(ctx.signal);
  }
  const theirs = answers[0] ? { cost: answers[0].cost, ms: Math.min(...answers.map((answer) => answer.ms)) } : null;
  return { cost, ms, theirs };
}

const COLUMNS = ['problem', 'pivots', 'ours ms', 'peer ms', 'ratio', 'relative difference'];
const digits = (value: number, n = 1): string => value.toFixed(n);
const relative = (value: number, other: number): number => Math.abs(value - other) / Math.max(Math.abs(other), Number.MIN_VALUE);

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const peer = startPeer();
  try {
    const parts = [['exact transport', onTransport], ['assignment', onAssignment], ['Gromov-Wasserstein', onGromov], ['the line', onLine]] as const;
    for (const [k, [name, part]] of parts.entries()) {
      yield progress(k, parts.length, name);
      yield* part(ctx, peer);
    }
  } finally {
    peer.dispose();
  }
}

/** A claim about a peer, null with the reason where there is none. */
const beside = (peer: Peer, id: string, figures: readonly number[], detail?: string): BenchFrame =>
  peer.absent === undefined ? measured(id, Math.max(...figures), detail) : measured(id, null, peer.absent);

async function* onTransport(ctx: Ctx, peer: Peer): AsyncIterable<BenchFrame> {
  const n = ctx.quick ? 300 : 1000;
  const rows: (string | number)[][] = [];
  const [gaps, differences, ratios]: number[][] = [[], [], []];
  for (const { name, cost, a, b } of transportProblems(ctx.rng.fork('transport'), n)) {
    await peer.load({ cost, a, b });
    let pivots = 0;
    const { cost: value, ms, theirs } = await compare(ctx, peer, 'emd', 5, () => {
      const result = exactTransport(cost, a, b);
      gaps!.push(relative(result.dual, result.cost));
      pivots = result.counts.iterations;
      return result.cost;
    });
    if (theirs) {
      differences!.push(relative(value, theirs.cost));
      ratios!.push(ms / theirs.ms);
    }
    rows.push([`${name}, ${cost.rows}`, pivots, digits(ms), theirs ? digits(theirs.ms) : '–', theirs ? digits(ms / theirs.ms, 2) : '–', theirs ? relative(value, theirs.cost).toExponential(1) : '–']);
  }
  yield { kind: 'table', title: 'exact transport beside POT’s emd2', columns: COLUMNS, rows };
  const detail = ctx.quick ? `n = ${n}` : undefined;
  yield measured('emd-gap', Math.max(...gaps!), detail);
  yield beside(peer, 'emd-optimum', differences!, detail);
  yield beside(peer, 'emd-time', ratios!, detail);
}

async function* onAssignment(ctx: Ctx, peer: Peer): AsyncIterable<BenchFrame> {
  const n = ctx.quick ? 500 : 2000;
  const rows: (string | number)[][] = [];
  const [differences, ratios]: number[][] = [[], []];
  for (const { name, cost } of assignmentProblems(ctx.rng.fork('assignment'), n)) {
    await peer.load({ cost });
    const { cost: value, ms, theirs } = await compare(ctx, peer, 'assignment', 3, () => linearAssignment(cost).cost);
    if (theirs) {
      differences!.push(relative(value, theirs.cost));
      ratios!.push(ms / theirs.ms);
    }
    rows.push([`${name}, ${n}`, '', digits(ms), theirs ? digits(theirs.ms) : '–', theirs ? digits(ms / theirs.ms, 2) : '–', theirs ? relative(value, theirs.cost).toExponential(1) : '–']);
  }
  yield { kind: 'table', title: 'assignment beside SciPy’s linear_sum_assignment', columns: COLUMNS.filter((c) => c !== 'pivots'), rows: rows.map(([name, , ...rest]) => [name!, ...rest]) };
  const detail = ctx.quick ? `n = ${n}` : undefined;
  yield beside(peer, 'assignment-optimum', differences!, detail);
  yield beside(peer, 'assignment-time', ratios!, detail);
}

async function* onGromov(ctx: Ctx, peer: Peer): AsyncIterable<BenchFrame> {
  const rng = ctx.rng.fork('gromov');
  const rows: (string | number)[][] = [];
  const excess: number[] = [];
  for (let k = 0; k < (ctx.quick ? 1 : 4); k++) {
    const [x, y] = [cloud(rng, 100, 2), cloud(rng, 100, 3)];
    const [c, d] = [costMatrix(x, x, 'euclidean', 'max'), costMatrix(y, y, 'euclidean', 'max')];
    const [a, b] = [masses(rng, 100), masses(rng, 100)];
    await peer.load({ c, d, a, b });
    let iterations = 0;
    const { cost, ms, theirs } = await compare(ctx, peer, 'gromov', 2, () => {
      const result = gromovWasserstein(c, d, { a, b });
      iterations = result.counts.iterations;
      return result.cost;
    });
    if (theirs) excess.push(cost / theirs.cost - 1);
    rows.push([`100 points in 2 and 3 dimensions (${k + 1})`, iterations, digits(ms), theirs ? digits(theirs.ms) : '–', cost.toPrecision(8), theirs ? theirs.cost.toPrecision(8) : '–']);
  }
  yield { kind: 'table', title: 'Gromov-Wasserstein beside POT', columns: ['problem', 'iterations', 'ours ms', 'peer ms', 'our cost', 'peer cost'], rows };
  yield beside(peer, 'gromov-value', excess);
}

async function* onLine(ctx: Ctx, peer: Peer): AsyncIterable<BenchFrame> {
  const rng = ctx.rng.fork('line');
  const n = ctx.quick ? 10_000 : 100_000;
  const [x, y, a, b] = [draws(n, () => rng.normal()), draws(n, () => rng.normal() + 1), masses(rng, n), masses(rng, n)];
  await peer.load({ x, y, a, b });
  const { cost, ms, theirs } = await compare(ctx, peer, 'line', 5, () => wasserstein1d(x, y, { a, b }));
  const detail = theirs ? `${digits(ms)} ms beside ${digits(theirs.ms)} ms, costs differ by ${relative(cost, theirs.cost).toExponential(1)}` : undefined;
  yield beside(peer, 'line-time', theirs ? [ms / theirs.ms] : [], detail);
}
