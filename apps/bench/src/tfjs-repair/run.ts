/** Running the `tfjs-repair` bench. */
import type { BenchFrame, Ctx, Measurement } from '@curv/plugin';
import { tapeCases } from '@curv/tfjs/repair/conformance';
import type { Look, Looks } from './look.js';
import { lookInNode } from './node.js';
import { lookInChromium } from './webgl.js';

const BACKENDS = ['cpu', 'wasm', 'webgl'] as const;
type Backend = (typeof BACKENDS)[number];

/** Relative errors up to this are float32's; GLSL promises only 2⁻¹¹ of sine and cosine (1.4e-4 was measured). */
const LIMIT: Readonly<Record<Backend, number>> = { cpu: 2e-5, wasm: 2e-5, webgl: 2e-4 };

/** Streams progress, then tables and measurements. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const found = new Map<Backend, Looks>();
  const absent = new Map<Backend, string>();
  for (const backend of BACKENDS) {
    yield* watched(backend, async (onCase) => {
      try {
        found.set(backend, backend === 'webgl' ? await lookInChromium(ctx.quick, ctx.signal, onCase) : await lookInNode(backend, ctx.quick, ctx.signal, onCase));
      } catch (error) {
        ctx.signal.throwIfAborted();
        absent.set(backend, (error as Error).message.split('\n')[0]!);
      }
    });
    if (absent.has(backend)) yield { kind: 'note', text: `${backend} is absent: ${absent.get(backend)}` };
  }
  yield listedTable(found);
  yield operationTable(found);
  for (const measurement of measurements(found, absent)) yield { kind: 'measurement', measurement };
  yield { kind: 'note', text: 'In the tables: relative error as it is → repaired; "throws" where TensorFlow.js refuses. Right: up to 2e-5, on webgl 2e-4. Truth: mpmath, or float64 differences of the forward pass.' };
}

/** Runs a job and yields a progress frame for each case that it begins. */
async function* watched(backend: Backend, job: (onCase: (name: string) => void) => Promise<void>): AsyncIterable<BenchFrame> {
  const queue: string[] = [];
  let wake = (): void => {};
  let running = true;
  const ended = job((name) => {
    queue.push(name);
    wake();
  }).finally(() => {
    running = false;
    wake();
  });
  // Each backend looks at every case twice; a quick run at fewer.
  const total = 2 * BACKENDS.length * tapeCases.length;
  let done = 2 * BACKENDS.indexOf(backend) * tapeCases.length;
  while (running || queue.length > 0) {
    const name = queue.shift();
    if (name !== undefined) yield { kind: 'progress', done: ++done, total, text: `${backend}: ${name}` };
    else await Promise.race([ended, new Promise<void>((resolve) => (wake = resolve))]);
  }
  await ended;
}

const shown = (error: string): string => (error === 'Infinity' ? 'throws' : Number(error).toExponential(1));
const change = (before: string, after: string): string => `${shown(before)} → ${shown(after)}`;

function listedTable(found: ReadonlyMap<Backend, Looks>): BenchFrame {
  const [first] = found.values();
  const value = (v: readonly number[] | null | undefined): string => (v == null ? 'throws' : v.map((x) => x.toFixed(4)).join(', '));
  return {
    kind: 'table',
    title: 'Second derivatives at 0.7, and Hessian products of losses',
    columns: ['', 'exact', ...BACKENDS.flatMap((backend) => (found.has(backend) ? [`${backend}, as it is`, 'repaired', 'error'] : []))],
    rows: (first?.stock.listed ?? []).map(({ name, expected }, i) => [
      name,
      value(expected),
      ...[...found.values()].flatMap(({ stock, repaired }) => [value(stock.listed[i]!.value), value(repaired.listed[i]!.value), shown(repaired.listed[i]!.error)]),
    ]),
  };
}

function operationTable(found: ReadonlyMap<Backend, Looks>): BenchFrame {
  const [first] = found.values();
  const errorOf = ({ results }: Look, name: string, order: number): string => results.find((r) => r.name === name && r.order === order)!.error;
  const names = [...new Map((first?.stock.results ?? []).map(({ name, group }) => [name, group]))];
  return {
    kind: 'table',
    title: 'First and second derivatives of operations, losses and normalizations',
    columns: ['group', 'operation', ...[...found.keys()].flatMap((backend) => [`${backend}: first`, 'second'])],
    rows: names.map(([name, group]) => [group, name, ...[...found.values()].flatMap(({ stock, repaired }) => [1, 2].map((order) => change(errorOf(stock, name, order), errorOf(repaired, name, order))))]),
  };
}

/** Derivatives that came out wrong without an error. */
const silent = (backend: Backend, { results }: Look): number => results.filter((r) => r.order > 0 && r.value !== null && !(Number(r.error) <= LIMIT[backend])).length;

function share(backend: Backend, { results }: Look): { right: number; of: number } {
  const derivatives = results.filter(({ order }) => order > 0);
  const names = [...new Set(derivatives.map(({ name }) => name))];
  return { right: names.filter((name) => derivatives.every((r) => r.name !== name || Number(r.error) <= LIMIT[backend])).length, of: names.length };
}

function measurements(found: ReadonlyMap<Backend, Looks>, absent: ReadonlyMap<Backend, string>): Measurement[] {
  const all = [...found];
  const total = (f: (backend: Backend, looks: Looks) => number): number => all.reduce((sum, [backend, looks]) => sum + f(backend, looks), 0);
  const rows = BACKENDS.map((backend): Measurement => {
    const looks = found.get(backend);
    if (looks === undefined) return { claim: `rows-${backend}`, figure: null, detail: absent.get(backend) ?? 'not run' };
    const [before, after] = [share(backend, looks.stock), share(backend, looks.repaired)];
    return { claim: `rows-${backend}`, figure: after.right / after.of, baseline: before.right / before.of, detail: `${after.right} of ${after.of}, before ${before.right}${looks.failed.map((text) => `; ${text}`).join('')}` };
  });
  const listed = (pick: (looks: Looks) => Look): number => Math.max(...all.flatMap(([, looks]) => pick(looks).listed.map(({ error }) => Number(error))));
  return [
    {
      claim: 'silently-wrong',
      figure: total((backend, { repaired }) => silent(backend, repaired)),
      baseline: total((backend, { stock }) => silent(backend, stock)),
      detail: `before: ${all.map(([backend, { stock }]) => `${backend} ${silent(backend, stock)}`).join(', ')}`,
    },
    ...rows,
    { claim: 'known-rows', figure: listed(({ repaired }) => repaired), baseline: listed(({ stock }) => stock) },
    { claim: 'tensors-left', figure: total((_, { repaired }) => repaired.tensorsLeft), baseline: total((_, { stock }) => stock.tensorsLeft) },
  ];
}
