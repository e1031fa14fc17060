/** Running the `scaling` bench. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { compile, type Engine, flatten, hvp, random, softmaxCrossEntropy, type Tensor, tensor } from '@curv/tensor';
import { cpuTime } from '../cpu-time.js';
import type { FloatType } from '../hvp/contender.js';
import { inTurn } from '../kernels/measure.js';
import { logSlope } from '../support/log-slope.js';

const INPUTS = 64;
const CLASSES = 10;
const BATCH = 16;

/** Times of one engine in one dtype, by size. */
interface Line {
  readonly engine: string;
  readonly dtype: FloatType;
  readonly times: number[];
}

/** Width of an MLP 64-h-h-10 with about so many parameters, and how many those are. */
function mlp(parameters: number): { readonly width: number; readonly count: number } {
  const linear = INPUTS + CLASSES + 2;
  const width = Math.round((-linear + Math.sqrt(linear ** 2 + 4 * (parameters - CLASSES))) / 2);
  return { width, count: width ** 2 + linear * width + CLASSES };
}

const loss = ([w1, b1, w2, b2, w3, b3]: Tensor[], x: Tensor, y: Tensor): Tensor =>
  softmaxCrossEntropy(x.matmul(w1!).add(b1!).tanh().matmul(w2!).add(b2!).tanh().matmul(w3!).add(b3!), y);

/** Minimum milliseconds of processor time of a product of the net, read back. */
async function timeOf(engine: Engine, dtype: FloatType, width: number, batch: number, ctx: Ctx): Promise<number> {
  const stream = random(3);
  const normal = (shape: number[], scale = 1): Tensor => {
    const n = shape.reduce((a, b) => a * b, 1);
    return tensor(Float64Array.from({ length: n }, () => scale * stream.normal()), shape, dtype);
  };
  const shapes = [[INPUTS, width], [width], [width, width], [width], [width, CLASSES], [CLASSES]];
  const params = shapes.map((shape) => normal(shape, 1 / Math.sqrt(shape[0]!)));
  const direction = shapes.map((shape) => normal(shape));
  const x = normal([batch, INPUTS]);
  const y = tensor(Int32Array.from({ length: batch }, (_, i) => i % CLASSES), [batch], 'int32');
  const product = compile(hvp(loss as never), { engine });
  const once = async (): Promise<number> => {
    const start = cpuTime();
    const { leaves } = flatten(product(params as never, direction as never, x as never, y as never));
    await Promise.all(leaves.map((leaf) => leaf.data()));
    const ms = cpuTime() - start;
    for (const leaf of leaves) leaf.dispose();
    return ms;
  };
  try {
    await once();
    return (await inTurn([once], ctx.quick ? 2 : 8, ctx.signal))[0]!;
  } finally {
    product.dispose();
    for (const t of [...params, ...direction, x, y]) t.dispose();
  }
}

/** Streams progress, then tables and measurements. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const engines: Engine[] = [];
  for (const [name, load] of Object.entries(ctx.engines)) {
    // the plain JavaScript backend takes minutes, and the automatic choice is among the others
    if (name === 'tfjs-cpu' || name === 'auto') continue;
    try {
      engines.push(await load());
    } catch (error) {
      yield { kind: 'note', text: `${name} is absent: ${(error as Error).message.split('\n')[0]}` };
    }
  }
  const sizes = [1e4, 1e5, ...(ctx.quick ? [] : [3e5]), 1e6, ...(ctx.quick ? [] : [3e6]), 1e7].map(mlp);
  const batches = ctx.quick ? [1, 16, 256] : [1, 4, 16, 64, 256, 1024];
  const kinds = engines.flatMap((engine) => (['float32', 'float64'] as const).filter((dtype) => engine.dtypes.includes(dtype)).map((dtype) => ({ engine, dtype })));
  const total = kinds.length * (sizes.length + batches.length);
  const bySize: Line[] = [];
  const byBatch: Line[] = [];
  let done = 0;
  for (const { engine, dtype } of kinds) {
    const [a, b]: Line[] = [{ engine: engine.name, dtype, times: [] }, { engine: engine.name, dtype, times: [] }];
    for (const { width, count } of sizes) {
      yield progress(done++, total, `${engine.name} ${dtype}, ${count} parameters`);
      a!.times.push(await timeOf(engine, dtype, width, BATCH, ctx));
    }
    for (const batch of batches) {
      yield progress(done++, total, `${engine.name} ${dtype}, batch ${batch}`);
      b!.times.push(await timeOf(engine, dtype, mlp(1e5).width, batch, ctx));
    }
    bySize.push(a!);
    byBatch.push(b!);
  }
  const counts = sizes.map((s) => s.count);
  const from = sizes.findIndex((s) => s.count > 9e4);
  const slopes = bySize.map(({ engine, dtype, times }) => ({ name: `${engine} ${dtype}`, slope: logSlope(counts.slice(from), times.slice(from)) }));
  const row = ({ engine, dtype, times }: Line): string[] => [engine, dtype, ...times.map((t) => t.toPrecision(3))];
  yield {
    kind: 'table',
    title: `HVP of an MLP 64-h-h-10 at batch ${BATCH}, milliseconds of processor time, by parameters`,
    columns: ['engine', 'dtype', ...counts.map(String), 'slope'],
    rows: bySize.map((line, i) => [...row(line), slopes[i]!.slope.toFixed(3)]),
  };
  yield {
    kind: 'table',
    title: `HVP of the net with ${mlp(1e5).count} parameters, milliseconds of processor time, by batch`,
    columns: ['engine', 'dtype', ...batches.map(String)],
    rows: byBatch.map(row),
  };
  const sorted = [...slopes].sort((a, b) => a.slope - b.slope);
  yield measured('slope-low', sorted[0]!.slope, sorted[0]!.name);
  yield measured('slope-high', sorted.at(-1)!.slope, sorted.at(-1)!.name);
}
