/** Running the `hvp` bench. */
import type { BenchFrame, Ctx, Measurement } from '@curv/plugin';
import { cpu } from '@curv/tensor';
import type { Contender, FloatType, Task } from './contender.js';
import { curv } from './curv.js';
import { jax } from './jax.js';
import { measure, type Row } from './measure.js';
import { MODELS } from './models.js';
import { tfjsNested } from './tfjs-nested.js';
import { torch } from './torch.js';

const PEERS: readonly (readonly [string, () => Promise<Contender>])[] = [
  ['jax-js wasm jit', jax],
  ['PyTorch, 1 thread', torch],
  ['tfjs nested gradients (wasm)', tfjsNested],
];

/** Streams progress, then tables and measurements. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const ours = [curv(cpu), ...(await Promise.all(['tfjs-wasm', 'tfjs-cpu'].filter((name) => name in ctx.engines).map(async (name) => curv(await ctx.engines[name]!()))))];
  const peers: Contender[] = [];
  for (const [name, load] of PEERS) {
    try {
      peers.push(await load());
    } catch (error) {
      yield { kind: 'note', text: `${name} is absent: ${(error as Error).message.split('\n')[0]}` };
    }
  }
  const queue: BenchFrame[] = [];
  let wake = (): void => {};
  const measuring = measure({
    contenders: [...ours, ...peers],
    // A reference that we did not produce, where there is one.
    reference: peers.find((p) => p.name.startsWith('PyTorch')) ?? ours[0]!,
    rounds: ctx.quick ? 2 : 5,
    signal: ctx.signal,
    onProgress: (done, total, text) => {
      queue.push({ kind: 'progress', done, total, text });
      wake();
    },
  });
  let running = true;
  const ended = measuring.finally(() => {
    running = false;
    wake();
  });
  while (running || queue.length > 0) {
    if (queue.length > 0) yield queue.shift()!;
    else await Promise.race([ended, new Promise<void>((resolve) => (wake = resolve))]);
  }
  const rows = await ended;
  peers.forEach((peer) => void peer.dispose?.());
  for (const model of MODELS) yield tableOf(model.title, rows.filter((row) => row.model === model.id));
  for (const measurement of measurements(rows)) yield { kind: 'measurement', measurement };
  yield { kind: 'note', text: 'Times: minimum (median) in milliseconds over rounds in turn; errors of the HVP relative to float64 PyTorch, or to our float64 where PyTorch is absent.' };
}

function tableOf(title: string, rows: readonly Row[]): BenchFrame {
  const time = (t: { min: number; median: number } | undefined): string => (t ? `${t.min.toFixed(2)} (${t.median.toFixed(2)})` : '–');
  return {
    kind: 'table',
    title,
    columns: ['', 'dtype', 'gradient', 'HVP', 'ratio', 'error', ''],
    rows: rows.map((r) => [r.contender, r.dtype, time(r.gradient), time(r.hvp), r.hvp ? (r.hvp.min / r.gradient!.min).toFixed(2) : '–', r.error === undefined ? '–' : r.error.toExponential(1), r.absent ?? '']),
  };
}

/** Figures of the claims, from ratios of minimum times within this run. */
export function measurements(rows: readonly Row[]): Measurement[] {
  const mine = rows.filter((r) => r.contender.startsWith('curv ') && r.absent === undefined);
  const find = (contender: string, model: string, dtype: FloatType): Row | undefined => rows.find((r) => r.contender === contender && r.model === model && r.dtype === dtype && r.absent === undefined);
  const worstError = (dtype: FloatType): Measurement => {
    const peer = rows.filter((r) => r.contender.startsWith('jax') && r.dtype === dtype && r.error !== undefined).map((r) => r.error!);
    return { claim: `error-${dtype}`, figure: Math.max(...mine.filter((r) => r.dtype === dtype).map((r) => r.error!)), ...(peer.length > 0 && { peer: Math.max(...peer) }) };
  };
  const ratio = (claim: string, engine: string, model: string, dtype: FloatType, task: Task): Measurement => {
    const [a, b] = [find(engine, model, dtype)?.[task], find('jax-js wasm jit', model, dtype)?.[task]];
    if (!a || !b) return { claim, figure: null, detail: `${a ? 'jax-js' : engine} was not measured` };
    return { claim, figure: a.min / b.min, detail: `${a.min.toFixed(1)} ms beside ${b.min.toFixed(1)} ms; medians ${(a.median / b.median).toPrecision(2)}` };
  };
  const besideTorch = (['float32', 'float64'] as const).flatMap((dtype) => {
    const [a, b] = [find('curv cpu', 'conv', dtype)?.hvp, find('PyTorch, 1 thread', 'conv', dtype)?.hvp];
    return a && b ? [{ dtype, value: a.min / b.min }] : [];
  });
  const ratios = mine.map((r) => ({ r, value: r.hvp!.min / r.gradient!.min })).sort((a, b) => b.value - a.value);
  const torchRatios = rows.filter((r) => r.contender.startsWith('PyTorch') && r.hvp).map((r) => r.hvp!.min / r.gradient!.min);
  const worst = ratios[0]!;
  return [
    worstError('float32'),
    worstError('float64'),
    { claim: 'hvp-per-gradient', figure: worst.value, ...(torchRatios.length > 0 && { peer: Math.max(...torchRatios) }), detail: `${worst.r.contender}, ${worst.r.model}, ${worst.r.dtype}` },
    ratio('wasm-conv-gradient', 'curv tfjs-wasm', 'conv', 'float32', 'gradient'),
    ratio('wasm-conv-hvp', 'curv tfjs-wasm', 'conv', 'float32', 'hvp'),
    ratio('wasm-mlp-hvp', 'curv tfjs-wasm', 'mlp', 'float32', 'hvp'),
    besideTorch.length === 0
      ? { claim: 'cpu-conv-hvp', figure: null, detail: 'PyTorch was not measured' }
      : { claim: 'cpu-conv-hvp', figure: Math.max(...besideTorch.map((r) => r.value)), detail: besideTorch.map((r) => `${r.dtype} ${r.value.toFixed(2)}`).join(', ') },
    ratio('cpu-mlp-hvp', 'curv cpu', 'mlp', 'float64', 'hvp'),
  ];
}
