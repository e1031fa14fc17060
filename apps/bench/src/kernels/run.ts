/** Running the `kernels` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { cpu } from '@curv/tensor';
import type { FloatType } from '../hvp/contender.js';
import { values } from '../hvp/models/index.js';
import { cases } from './cases.js';
import { type Contender, curv, jax, mlMatrix, numpyTs, torch } from './contenders.js';
import { measureCase, type Row } from './measure.js';
import { measurePasses, nodeCounts, type PassRow, tinyGradient } from './passes.js';
import { withoutVectors } from './without-vectors.js';

const PEERS: readonly (readonly [string, () => Promise<Contender>])[] = [
  ['jax-js', jax], ['numpy-ts', numpyTs], ['ml-matrix', mlMatrix], ['PyTorch', torch],
];

/** Streams progress, then tables and measurements. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const rounds = ctx.quick ? 2 : 6;
  const contenders: Contender[] = [curv(cpu), withoutVectors];
  const engines = Object.keys(ctx.engines).filter((name) => name === 'tfjs-wasm' || name.startsWith('onnx'));
  for (const [name, load] of [...engines.map((n) => [n, async () => curv(await ctx.engines[n]!())] as const), ...PEERS]) {
    try {
      contenders.push(await load());
    } catch (error) {
      yield { kind: 'note', text: `${name} is absent: ${(error as Error).message.split('\n')[0]}` };
    }
  }
  const rows: Row[] = [];
  const problems = cases(ctx.quick).flatMap((problem) => (['float64', 'float32'] as const).map((dtype) => [problem, dtype] as const));
  try {
    for (const [i, [problem, dtype]] of problems.entries()) {
      yield progress(i, problems.length + 2, `${problem.id}, ${dtype}`);
      rows.push(await measureCase(problem, dtype, contenders, rounds, ctx.signal));
    }
  } finally {
    for (const contender of contenders) contender.dispose?.();
  }
  yield* (['float64', 'float32'] as const).map((dtype) => tableOf(dtype, rows, contenders));
  yield progress(problems.length, problems.length + 2, 'graph passes');
  const passes = await measurePasses(rounds, ctx.signal);
  const counts = nodeCounts();
  yield progress(problems.length + 1, problems.length + 2, 'small calls');
  const tiny = { float64: await tinyGradient('float64', rounds, ctx.signal), float32: await tinyGradient('float32', rounds, ctx.signal) };
  yield passTable(passes);
  yield { kind: 'table', title: 'Nodes of graphs of the MLP', columns: ['program', 'as traced', 'after optimize'], rows: counts.map((c) => [c.program, c.before, c.after]) };
  yield* findings(rows, contenders, passes);
  yield measured('tiny-gradient', Math.max(tiny.float64, tiny.float32), `${tiny.float64.toFixed(1)} µs in float64, ${tiny.float32.toFixed(1)} µs in float32`);
  const flat = counts.find((c) => c.program === 'HVP of a flat vector')!;
  yield measured('passes', flat.before / flat.after, `${flat.before} and ${flat.after} nodes`);
}

const shown = (ms: number): string => (ms < 0.1 ? ms.toFixed(4) : ms < 10 ? ms.toFixed(2) : ms.toFixed(1));

function tableOf(dtype: FloatType, rows: readonly Row[], contenders: readonly Contender[]): BenchFrame {
  const mine = rows.filter((row) => row.dtype === dtype);
  const cell = (time: number | string | undefined): string => (typeof time === 'number' ? shown(time) : '–');
  return {
    kind: 'table',
    title: `${dtype}: milliseconds of processor time, minimum over rounds in turn`,
    columns: ['', ...contenders.map((c) => c.name), 'cpu, Gflop/s'],
    rows: mine.map(({ problem, times }) => [
      problem.id,
      ...contenders.map((c) => cell(times.get(c.name))),
      problem.flops === undefined ? '' : (problem.flops / (times.get('curv cpu') as number) / 1e6).toFixed(1),
    ]),
  };
}

const passTable = (rows: readonly PassRow[]): BenchFrame => ({
  kind: 'table',
  title: 'What graph passes gain on the cpu engine, float32',
  columns: ['program', 'variant', 'ms', 'ratio', 'nodes'],
  rows: rows.map((r) => [r.program, r.variant, shown(r.ms), r.ratio.toFixed(2), r.nodes]),
});

function* findings(rows: readonly Row[], contenders: readonly Contender[], passes: readonly PassRow[]): Iterable<BenchFrame> {
  const product = rows.find(({ problem, dtype }) => problem.id === 'matmul 512' && dtype === 'float64')!;
  const ours = product.times.get('curv cpu') as number;
  const beside = (id: string, names: readonly string[]): BenchFrame => {
    const found = names.map((name) => [name, product.times.get(name)] as const).filter((e): e is readonly [string, number] => typeof e[1] === 'number');
    if (found.length === 0) return measured(id, null, 'not measured');
    const [name, ms] = found.reduce((a, b) => (b[1] < a[1] ? b : a));
    return measured(id, ms / ours, `${name} ${shown(ms)} ms, cpu ${shown(ours)} ms`);
  };
  yield beside('matmul-jax', ['jax-js wasm jit']);
  yield beside('matmul-best', contenders.filter((c) => c.javascript).map((c) => c.name));
  yield beside('vectors-matmul', [withoutVectors.name]);
  yield measured('matmul-error', Math.max(...rows.filter((r) => r.problem.operation === 'matmul' && r.dtype === 'float64').map(productError)));
  const unfused = passes.find((p) => p.program === 'HVP, conv' && p.variant.startsWith('no fusion'))!;
  yield measured('fusion', unfused.ratio, `${shown(unfused.ms)} ms without`);
}

/** Largest |C − AB| ÷ Σ|a||b| over a sample of elements, against compensated sums. */
function productError({ problem, result }: Row): number {
  const n = problem.inputs[0]!.shape[0]!;
  const [a, b] = problem.inputs.map(values) as [Float64Array, Float64Array];
  let worst = 0;
  for (let s = 0; s < 200; s++) {
    const [i, j] = [(s * 37) % n, (s * 101) % n];
    let [sum, lost, size] = [0, 0, 0];
    for (let k = 0; k < n; k++) {
      const term = a[i * n + k]! * b[k * n + j]!;
      const y = term - lost;
      const t = sum + y;
      lost = t - sum - y;
      sum = t;
      size += Math.abs(term);
    }
    worst = Math.max(worst, Math.abs(result[i * n + j]! - sum) / size);
  }
  return worst;
}
