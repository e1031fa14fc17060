/** Running the `optimizer-cost` bench. */
import { adaHessian, adamw, mfac, type Optimizer, sophiaG, sophiaH } from '@curv/optimizers';
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { cpu, type Engine, treeLeaves, zeros } from '@curv/tensor';
import { tfjsEngine } from '@curv/tfjs';
import * as tf from '@tensorflow/tfjs';
import { dropIn, type Lane, ours, tfjs, torch } from './lanes.js';
import { type Net, nets } from './nets.js';

/** Steps of a turn: every method refreshes once in them. */
const TURN = 10;

/** A method, and the share of the batch that its curvature is taken on. */
const METHODS: Readonly<Record<string, readonly [make: () => Optimizer, share?: number]>> = {
  AdamW: [() => adamw()],
  'Sophia-G, k = 10': [() => sophiaG({ learningRate: 1e-3 })],
  'Sophia-G, curvature on 1/2 of the batch': [() => sophiaG({ learningRate: 1e-3 }), 1 / 2],
  'Sophia-H, k = 10': [() => sophiaH({ learningRate: 1e-3 })],
  'Sophia-H, curvature on 1/15 of the batch': [() => sophiaH({ learningRate: 1e-3 }), 1 / 15],
  AdaHessian: [() => adaHessian({ learningRate: 0.01 })],
  'M-FAC, m = 64': [() => mfac({ window: 64, damping: 1e-3, learningRate: 1e-4 })],
};

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  yield* states();
  const found: Record<string, number>[] = [];
  let absent = '';
  for (const net of await nets()) {
    yield progress(found.length, 2, net.title);
    const { lanes, missing } = await open(net, ctx);
    absent ||= missing;
    const times = yield* take(ctx, net, lanes, found.length);
    for (const lane of lanes) await lane.close();
    const adam = times['AdamW']!;
    yield { kind: 'table', title: `${net.title}: mean over ${TURN} steps, least of all turns`, columns: ['', 'ms', '÷ AdamW on cpu'], rows: Object.entries(times).map(([name, ms]) => [name, ms.toFixed(3), (ms / adam).toFixed(2)]) };
    found.push(times);
  }
  yield* judged(found, absent);
  yield { kind: 'note', text: 'Times are of whole steps, batch to parameters, with the loss read: loss, gradient, curvature where it is due, update. Turns of all contenders alternate. TensorFlow.js runs on its repaired tape: on wasm it lacks kernels that these gradients need.' };
}

/** Numbers that the methods keep. */
function* states(): Iterable<BenchFrame> {
  const params = { w: zeros([200, 50]), b: zeros([50]) };
  const d = 200 * 50 + 50;
  const numbers = (method: Optimizer): number => treeLeaves(method.init(params).slots).reduce((n, t) => n + t.size, 0);
  yield measured('state-sophia', numbers(sophiaH({ learningRate: 1e-3 })) / (2 * d), `${numbers(sophiaH({ learningRate: 1e-3 }))} numbers for d = ${d}, one of them a count`);
  yield measured('state-ada-hessian', numbers(adaHessian()) / (2 * d), `${numbers(adaHessian())} numbers`);
  yield measured('state-m-fac', numbers(mfac({ window: 64 })) / (64 * d + 64 ** 2), `${numbers(mfac({ window: 64 }))} numbers, m = 64`);
}

async function open(net: Net, ctx: Ctx): Promise<{ lanes: Lane[]; missing: string }> {
  const lanes = Object.entries(METHODS).map(([name, [make, share]]) => ours(name, net, make(), cpu, share));
  for (const backend of ['cpu', 'wasm'] as const) {
    const engine: Engine = await tfjsEngine({ backend });
    lanes.push(ours(`AdamW, engine tfjs-${backend}`, net, adamw(), engine));
    lanes.push(await tfjs(`tf.train.adam, ${backend}`, net, backend, () => tf.train.adam(1e-3)));
    lanes.push(await dropIn(`AdamW by toTfOptimizer, ${backend}`, net, backend, adamw()));
  }
  lanes.push(await dropIn('AdaHessian by toTfOptimizer, wasm', net, 'wasm', adaHessian({ learningRate: 0.01 })));
  const missing: string[] = [];
  const add = async (make: () => Promise<Lane>): Promise<void> => {
    try {
      lanes.push(await make());
    } catch (cause) {
      missing.push((cause as Error).message.split('\n')[0]!);
    }
  };
  if (ctx.engines['onnx']) await add(async () => ours('AdamW, engine onnx', net, adamw(), await ctx.engines['onnx']!()));
  await add(() => torch(net));
  return { lanes, missing: missing.join('; ') };
}

/** Least milliseconds of a step, by contender. */
async function* take({ quick, signal }: Ctx, net: Net, lanes: readonly Lane[], before: number): AsyncGenerator<BenchFrame, Record<string, number>> {
  const rounds = quick ? 8 : 40;
  const least = lanes.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    yield progress(before + round / rounds, 2, `${net.title}: round ${round + 1} of ${rounds}`);
    for (const [i, lane] of lanes.entries()) {
      signal.throwIfAborted();
      const ms = (await lane.run(TURN)) / TURN;
      // The first rounds compile, and AdaHessian takes four probes in its first steps.
      if (round >= 3) least[i] = Math.min(least[i]!, ms);
    }
  }
  return Object.fromEntries(lanes.map(({ name }, i) => [name, least[i]!]));
}

function* judged(found: readonly Readonly<Record<string, number>>[], absent: string): Iterable<BenchFrame> {
  const largest = (ratios: readonly number[]): number => Math.max(...ratios);
  const both = (ratios: readonly number[]): string => `char-LM ${ratios[0]!.toFixed(2)}, conv net ${ratios[1]!.toFixed(2)}`;
  const toAdam = (name: string): readonly number[] => found.map((times) => times[name]! / times['AdamW']!);
  const judgedOn = [['sophia-g', 'Sophia-G, k = 10', 'Sophia-G, curvature on 1/2 of the batch'], ['sophia-h', 'Sophia-H, k = 10', 'Sophia-H, curvature on 1/15 of the batch'], ['ada-hessian', 'AdaHessian'], ['m-fac', 'M-FAC, m = 64']] as const;
  for (const [claim, name, part] of judgedOn) {
    const detail = part === undefined ? '' : `; on the paper's part of the batch ${both(toAdam(part))}`;
    yield measured(claim, largest(toAdam(name)), both(toAdam(name)) + detail, { baseline: largest(found.map((times) => times['AdamW']!)) });
  }
  const tfjsRatios = (['cpu', 'wasm'] as const).map((backend) => found.map((times) => times[`AdamW, engine tfjs-${backend}`]! / times[`tf.train.adam, ${backend}`]!));
  yield measured('tfjs', largest(tfjsRatios.flat()), `cpu: ${both(tfjsRatios[0]!)}; wasm: ${both(tfjsRatios[1]!)}`);
  const peer = found.map((times) => times['PyTorch AdamW, 1 thread']);
  if (peer.some((ms) => ms === undefined)) yield measured('torch', null, absent);
  else {
    const ratios = found.map((times, i) => Math.min(...Object.entries(times).flatMap(([name, ms]) => (name === 'AdamW' || name.startsWith('AdamW, engine') ? [ms] : []))) / peer[i]!);
    yield measured('torch', largest(ratios), both(ratios), { peer: Math.max(...(peer as number[])) });
  }
}
