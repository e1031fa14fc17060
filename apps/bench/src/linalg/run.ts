/** Running the `linalg` bench. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { type PythonPeer, pythonPeer, toBase64 } from '@curv-internal/python-peer';
import { memoryRates } from './memory.js';
import { loadPeers, type Peer } from './peers.js';
import { SIZES, type Task, task, type TaskName } from './tasks.js';
import program from './linalg_peer.py';

/** Least milliseconds of each contender that did the task. */
interface Row {
  readonly name: TaskName;
  readonly n: number;
  readonly ours: number;
  readonly python: number | null;
  readonly peers: Readonly<Record<string, number>>;
}

const note = (text: string): BenchFrame => ({ kind: 'note', text });

/** Streams progress, then a table and measurements. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  let python: PythonPeer | null = null;
  try {
    python = pythonPeer('scipy', program);
    const { numpy, scipy } = await python.ask({ do: 'version' });
    yield note(`NumPy ${numpy}, SciPy ${scipy}, one thread`);
  } catch (error) {
    yield note(`NumPy is absent: ${(error as Error).message}`);
  }
  const { peers, absent } = await loadPeers();
  for (const reason of absent) yield note(`a JavaScript peer is absent: ${reason}`);
  for (const { name, limits } of peers) if (limits !== undefined) yield note(`${name}: ${limits}`);
  try {
    const rows: Row[] = [];
    const plan = Object.entries(SIZES).flatMap(([name, sizes]) => (ctx.quick ? sizes.quick : sizes.full).map((n) => [name as TaskName, n] as const));
    for (const [done, [name, n]] of plan.entries()) {
      yield progress(done, plan.length + 1, `${name}, n = ${n}`);
      rows.push(await measure(task(name, n), peers, python, ctx));
    }
    yield tableOf(rows, peers);
    yield* claimsOf(rows, ctx.quick);
    yield progress(plan.length, plan.length + 1, 'memory rates');
    const rates = await memoryRates(ctx.quick, ctx.signal);
    const detail = `triad ${rates.triad.toFixed(1)} GB/s; ${rates.rows} rows, ${rates.entries} entries`;
    yield measured('sparse-product', rates.product / rates.triad, `${rates.product.toFixed(1)} GB/s; ${detail}`);
    yield measured('conjugate-gradient', rates.conjugateGradient / rates.triad, `${rates.conjugateGradient.toFixed(1)} GB/s; ${detail}`);
  } finally {
    python?.dispose();
  }
}

/** In turn, round after round, so that a slow spell of the machine meets all; slow contenders run once. */
async function measure(problem: Task, peers: readonly Peer[], python: PythonPeer | null, ctx: Ctx): Promise<Row> {
  if (python) await python.ask({ do: 'put', name: 'x', shape: problem.name === 'fft' ? [] : [problem.n, problem.n], complex: problem.name === 'fft', values: toBase64(problem.data) });
  const contenders = new Map<string, () => unknown>([['ours', problem.run]]);
  for (const peer of peers) {
    const prepared = peer.prepare(problem);
    if (prepared !== null) contenders.set(peer.name, prepared);
  }
  const best = new Map<string, number>();
  let native: number | null = null;
  const rounds = ctx.quick ? 2 : 3;
  for (let round = 0; round < rounds; round++) {
    for (const [name, f] of contenders) {
      await breathe(ctx.signal);
      const known = best.get(name) ?? 0;
      if (round > 0 && known > 1500) continue;
      best.set(name, Math.min(known || Infinity, leastTime(f)));
    }
    if (python) {
      const repeats = Math.max(1, Math.min(20, Math.round(60 / (native ?? 20))));
      native = Math.min(native ?? Infinity, (await python.ask({ do: 'time', name: 'x', task: problem.name, rounds: repeats })).ms as number);
    }
  }
  const { ours, ...others } = Object.fromEntries(best) as Record<string, number>;
  return { name: problem.name, n: problem.n, ours: ours!, python: native, peers: others };
}

/** Of as many runs as fit into 60 ms, and of eight where these fit into a second: the first ones are not compiled yet. */
function leastTime(f: () => unknown): number {
  let least = Infinity;
  let spent = 0;
  let runs = 0;
  do {
    const start = performance.now();
    f();
    const ms = performance.now() - start;
    least = Math.min(least, ms);
    spent += ms;
    runs++;
  } while (spent < 60 || (runs < 8 && spent < 1000));
  return least;
}

function tableOf(rows: readonly Row[], peers: readonly Peer[]): BenchFrame {
  const cell = (ms: number | null | undefined, ours: number): string => (ms === null || ms === undefined ? '–' : `${ms.toPrecision(3)} (${(ms / ours).toPrecision(2)}×)`);
  return {
    kind: 'table',
    title: 'Least milliseconds, and the ratio to ours',
    columns: ['', 'n', '@curv/linalg', 'NumPy, SciPy', ...peers.map((p) => p.name)],
    rows: rows.map((r) => [r.name, r.n, r.ours.toPrecision(3), cell(r.python, r.ours), ...peers.map((p) => cell(r.peers[p.name], r.ours))]),
  };
}

function* claimsOf(rows: readonly Row[], quick: boolean): Iterable<BenchFrame> {
  const wanted: [string, TaskName, number][] = [
    ['symmetric-eigen', 'symmetric eigen', 300],
    ['svd', 'svd', 300],
    ['cholesky', 'cholesky', 1000],
    ['matmul', 'matmul', 1000],
    ['fft', 'fft', 2 ** 20],
  ];
  for (const [id, name, n] of wanted) {
    const row = rows.find((r) => r.name === name && r.n === n) ?? rows.find((r) => r.name === name)!;
    const size = row.n === n ? '' : `, quick: n = ${row.n}`;
    if (row.python === null) yield measured(id, null, 'NumPy is absent');
    else yield measured(id, row.ours / row.python, `${row.ours.toPrecision(3)} ms beside ${row.python.toPrecision(3)} ms${size}`);
    if (id !== 'symmetric-eigen' && id !== 'svd') continue;
    const [fastest] = Object.entries(row.peers).sort((a, b) => a[1] - b[1]);
    if (fastest === undefined) yield measured(`${id}-js`, null, 'no JavaScript peer is present');
    else yield measured(`${id}-js`, row.ours / fastest[1], `${row.ours.toPrecision(3)} ms beside ${fastest[1].toPrecision(3)} ms of ${fastest[0]}${size}`);
  }
  if (quick) yield note('quick: smaller sizes than the claims name');
}
