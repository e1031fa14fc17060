/** Running the `hvp` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { cpu, type Engine } from '@curv/tensor';
import { Budget } from './budget.js';
import { JAX, measurements, TORCH } from './claims.js';
import { type Contender, type Task, TASKS } from './contender.js';
import { curv } from './curv.js';
import { jax } from './jax.js';
import { measure, type Row, type Times } from './measure.js';
import { residentMemory } from './memory.js';
import { MODELS, parameterCount } from './models/index.js';
import { tfjsNested } from './tfjs-nested.js';
import { torch } from './torch.js';

const PEERS: readonly (readonly [string, () => Promise<Contender>])[] = [
  [JAX, jax],
  [TORCH, torch],
  ['tfjs nested gradients (wasm)', tfjsNested],
];

/** What 10 000 products take on the MLP. */
const MEMORY_SECONDS = 20;

/** Streams progress, then tables and measurements. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const engines = new Map<string, Engine>([['cpu', cpu]]);
  const contenders: Contender[] = [curv(cpu)];
  const peers: Contender[] = [];
  const notes: BenchFrame[] = [];
  const absent = (name: string, error: unknown): void => void notes.push({ kind: 'note', text: `${name} is absent: ${(error as Error).message.split('\n')[0]}` });
  for (const name of ['tfjs-wasm', 'onnx']) {
    try {
      engines.set(name, await ctx.engines[name]!());
      contenders.push(curv(engines.get(name)!));
    } catch (error) {
      absent(name, error);
    }
  }
  for (const [name, load] of PEERS) await load().then((peer) => void peers.push(peer), (error) => absent(name, error));
  yield* notes;
  const models = ctx.quick ? MODELS.filter(({ id }) => id === 'tiny' || id === 'mlp' || id === 'conv') : MODELS;
  const budget = new Budget(ctx.quick ? 60 : 270, models.length, ctx.quick ? 0 : MEMORY_SECONDS);
  const reference = peers.find((p) => p.name === TORCH) ?? contenders[0]!;
  let rows: Row[];
  try {
    rows = yield* measure({ models, contenders: [...contenders, ...peers], reference, rounds: ctx.quick ? 3 : 10, budget, signal: ctx.signal });
  } finally {
    peers.forEach((peer) => void peer.dispose?.());
  }
  for (const model of MODELS) {
    const own = rows.filter((row) => row.model === model.id);
    if (own.length > 0) yield tableOf(`${model.title}; ${parameterCount(model)} parameters`, own);
  }
  for (const measurement of measurements(rows)) yield { kind: 'measurement', measurement };
  yield progress(...budget.spent(), 'memory over 10 000 products');
  yield* memory(ctx, engines.get('onnx'));
  yield { kind: 'note', text: 'Times: minimum (median) in milliseconds over rounds in turn, one thread each; who is slow is timed less often, down to once; first: the first HVP with everything that has to be prepared; errors of the HVP relative to float64 PyTorch, or to our float64 where PyTorch is absent.' };
}

async function* memory(ctx: Ctx, engine: Engine | undefined): AsyncIterable<BenchFrame> {
  const claim = 'onnx-memory';
  if (engine === undefined || ctx.quick) {
    yield measured(claim, null, ctx.quick ? 'left out with --quick' : 'onnx was not measured');
    return;
  }
  const marks = await residentMemory(engine, 10_000, ctx.signal);
  const grown = marks[marks.length - 1]!.megabytes - marks[0]!.megabytes;
  yield measured(claim, grown, marks.map(({ calls, megabytes }) => `${calls}: ${megabytes.toFixed(0)} MB`).join(', '));
}

function tableOf(title: string, rows: readonly Row[]): BenchFrame {
  const time = (t: Times | undefined): string => (t ? `${short(t.min)} (${short(t.median)})` : '–');
  const body = rows.map((r) => {
    const { gradient, hvp } = r.times;
    const why = r.absent ?? [...new Set(TASKS.flatMap((task: Task) => r.missing[task] ?? []))].join('; ');
    return [r.contender, r.dtype, ...TASKS.map((task) => time(r.times[task])), gradient && hvp ? (hvp.min / gradient.min).toFixed(2) : '–', hvp ? short(hvp.first) : '–', r.error === undefined ? '–' : r.error.toExponential(1), why];
  });
  return { kind: 'table', title, columns: ['', 'dtype', 'gradient', 'HVP', 'GGN product', 'per example', 'HVP ÷ gradient', 'first', 'error', ''], rows: body };
}

const short = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3));

