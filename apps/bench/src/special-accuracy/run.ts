/** Running the `special-accuracy` bench. */
import type { BenchFrame, Ctx, Measurement } from '@curv/plugin';
import { type PythonPeer, pythonPeer } from '@curv-internal/python-peer';
import { type Call, callOf } from './call.js';
import { cephesCall, cephesReady, scipyValues, stdlib } from './peers.js';
import { type AccuracyTable, type Errors, errorsOf, readTables } from './tables.js';
import program from './scipy_peer.py';

/** Held to units in the last place, where their region's metric is relative. */
const ELEMENTARY: ReadonlySet<string> = new Set([
  'gamma', 'logGamma', 'digamma', 'erf', 'erfc', 'erfcx', 'inverseErf', 'inverseErfc', 'normalPdf', 'normalLogPdf', 'normalCdf', 'normalLogCdf', 'normalQuantile', 'expIntegralE1', 'log1pExp', 'log1mExp', 'sigmoid',
  'logit', 'logSumExp', 'softmax[0]', 'logSoftmax[0]',
]);

interface Row {
  readonly table: AccuracyTable;
  readonly elementary: boolean;
  readonly ours: Errors;
  readonly scipy: Errors | null;
  readonly stdlib: Errors | null;
  readonly cephes: Errors | null;
  /** Nanoseconds a call. */
  readonly time: number;
  readonly stdlibTime: number | null;
}

const evaluate = ({ args, value }: AccuracyTable, f: Call): Float64Array => value.map((_, i) => f(...args.map((a) => a[i]!)));

/** Nanoseconds a call, the least of several rounds of at least a millisecond; the spreading of arguments is timed along, for all alike. */
function timeOf(table: AccuracyTable, f: Call): number {
  const points = Array.from(table.value, (_, i) => table.args.map((a) => a[i]!));
  let least = Infinity;
  let sink = 0;
  for (let round = 0; round < 12; round++) {
    const start = performance.now();
    let calls = 0;
    while (performance.now() - start < 1) {
      for (const point of points) sink += f(...point);
      calls += points.length;
    }
    least = Math.min(least, ((performance.now() - start) / calls) * 1e6);
  }
  return sink === 0.1 ? NaN : least;
}

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  let python: PythonPeer | null = null;
  try {
    python = pythonPeer('scipy', program);
  } catch (error) {
    yield { kind: 'note', text: `SciPy is absent: ${(error as Error).message}` };
  }
  if (stdlib('gamma') === null) yield { kind: 'note', text: 'stdlib is absent: npm install --prefix FOLDER @stdlib/math-base-special-…, and NODE_PATH=FOLDER/node_modules' };
  await cephesReady;
  const tables = readTables();
  const rows: Row[] = [];
  try {
    for (const table of tables) {
      ctx.signal.throwIfAborted();
      yield { kind: 'progress', done: rows.length, total: tables.length, text: `${table.function}, ${table.region}` };
      rows.push(await rowOf(table, python, ctx.quick));
    }
  } finally {
    python?.dispose();
  }
  yield tableOf(rows);
  for (const measurement of measurements(rows)) yield { kind: 'measurement', measurement };
  yield { kind: 'note', text: 'Errors in units in the last place, of finite values; a share in brackets where not all are finite. Times: least nanoseconds a call over 12 rounds.' };
}

async function rowOf(table: AccuracyTable, python: PythonPeer | null, quick: boolean): Promise<Row> {
  const f = callOf(table);
  const [fromStdlib, fromCephes] = [stdlib(table.function), cephesCall(table.function)];
  const fromScipy = python === null ? null : await scipyValues(python, table);
  const peer = (call: Call | null): Errors | null => (call === null ? null : errorsOf(table, evaluate(table, call)));
  return {
    table,
    elementary: ELEMENTARY.has(table.function) && table.metric === 'relative',
    ours: errorsOf(table, evaluate(table, f)),
    scipy: fromScipy === null ? null : errorsOf(table, fromScipy),
    stdlib: peer(fromStdlib),
    cephes: peer(fromCephes),
    // of a rule an element costs nothing once it is made
    time: quick || table.call === 'rule' ? NaN : timeOf(table, f),
    stdlibTime: quick || fromStdlib === null ? null : timeOf(table, fromStdlib),
  };
}

function tableOf(rows: readonly Row[]): BenchFrame {
  const show = (x: number): string => (x < 1000 ? x.toPrecision(2) : x.toExponential(1));
  const most = (e: Errors | null): string => (e === null ? '–' : Number.isNaN(e.maxUlp) ? 'none finite' : `${show(e.maxUlp)}${e.finite < 1 ? ` (${(100 * e.finite).toFixed(0)} %)` : ''}`);
  const time = (t: number | null): string => (t === null || Number.isNaN(t) ? '–' : t.toFixed(0));
  return {
    kind: 'table',
    title: 'Errors in units in the last place',
    columns: ['function', 'region', 'points', 'metric', 'largest', 'median', 'largest, relative', 'SciPy', 'stdlib', 'cephes', 'ns', 'ns, stdlib'],
    rows: rows.map((r) => [
      r.table.function, r.table.region, r.table.value.length, r.table.metric, most(r.ours), show(r.ours.medianUlp), r.ours.maxRelative.toExponential(1), most(r.scipy), most(r.stdlib), most(r.cephes), time(r.time), time(r.stdlibTime),
    ]),
  };
}

function measurements(rows: readonly Row[]): Measurement[] {
  const worst = (group: readonly Row[], pick: (e: Errors) => number): Row => group.reduce((a, b) => (pick(b.ours) > pick(a.ours) ? b : a));
  const peer = (group: readonly Row[], pick: (e: Errors) => number): { peer: number } | object => {
    const known = group.flatMap((r) => (r.scipy === null ? [] : [pick(r.scipy)]));
    return known.length === 0 ? {} : { peer: Math.max(...known) };
  };
  const where = (r: Row): string => `${r.table.function}, ${r.table.region}`;
  const [elementary, rest] = [rows.filter((r) => r.elementary), rows.filter((r) => !r.elementary)];
  const [a, b] = [worst(elementary, (e) => e.maxUlp), worst(rest, (e) => e.maxRelative)];
  return [
    { claim: 'elementary', figure: a.ours.maxUlp, ...peer(elementary, (e) => e.maxUlp), detail: where(a) },
    { claim: 'rest', figure: b.ours.maxRelative, ...peer(rest, (e) => e.maxRelative), detail: where(b) },
    { claim: 'finite', figure: Math.min(...rows.map((r) => r.ours.finite)), detail: `${rows.reduce((n, r) => n + r.table.value.length, 0)} values, ${new Set(rows.map((r) => r.table.function)).size} functions` },
  ];
}
