/** Two optimizers train one net each, side by side, while both nets answer what is drawn. */
import type { ModelData } from '@curv-internal/model-data';
import { train } from '@curv/optimizers';
import { compile, type Engine, random, softmaxCrossEntropy, type Tensor, tensor } from '@curv/tensor';
import type { Frame } from '@curv/plugin';
import { type Batch, bestType, denseNet, loadDigits, logitsOf, type Net, rowsOf } from '../digits.js';
import { bestEngine } from '../engines.js';
import type { BoardOrder } from '../protocol.js';
import type { Host } from '../run-demo.js';
import { streaming } from '../streaming.js';
import { labelsOf } from './labels.js';
import { optimizers } from './optimizers.js';

export interface BoardHost extends Host {
  /** Takes whoever wants the drawings. */
  onDrawing(take: (pixels: Float32Array) => void): void;
  answer(answers: readonly Float32Array[]): void;
}

/** Examples to learn from; the rest is to test with. */
const LEARN = 1500;
/** Steps between two points of the curves. */
const EVERY = 5;
const ACCURACY_EVERY = 25;

interface Board extends BoardHost {
  readonly engine: Engine;
  readonly order: BoardOrder;
  readonly data: ModelData;
  put(frame: Frame): void;
}

export async function runBoard(order: BoardOrder, host: BoardHost): Promise<AsyncIterable<Frame>> {
  const { engine, notes } = await bestEngine(order.engine, [], host.onLost);
  host.onEngine(engine.name, notes);
  const data = await loadDigits();
  return streaming((put) => trainBoth({ ...host, engine, order, data, put }));
}

/** What is drawn now, and what each net says to it. */
class Answers {
  private pixels: Tensor | null = null;
  private readonly said: Float32Array[] = [new Float32Array(10), new Float32Array(10)];
  private readonly nets: (Net | null)[] = [null, null];
  private readonly odds: (net: Net, x: Tensor) => Tensor;

  constructor(private readonly board: Board) {
    this.odds = compile((net: Net, x: Tensor) => logitsOf(net, x).softmax(-1), { engine: board.engine });
    board.onDrawing((pixels) => {
      const dtype = bestType(board.engine);
      this.pixels = tensor(dtype === 'float64' ? Float64Array.from(pixels) : pixels, [1, 64], dtype);
      void this.tell();
    });
  }

  /** The net as it is now; it is copied, since its tensors go with the next step. */
  async learned(which: number, net: Net): Promise<void> {
    this.nets[which] = await copyOf(net);
    await this.tell(which);
  }

  private async tell(which?: number): Promise<void> {
    const { pixels } = this;
    if (pixels === null) return;
    for (const i of which === undefined ? [0, 1] : [which]) {
      const net = this.nets[i];
      if (net) this.said[i] = Float32Array.from(await this.odds(net, pixels).data());
    }
    this.board.answer(this.said);
  }
}

/** A copy on the host, which every call of an engine takes as it is. */
async function copyOf({ hidden, output }: Net): Promise<Net> {
  const copy = async (t: Tensor): Promise<Tensor> => tensor((await t.data()).slice() as Float32Array, t.shape, t.dtype);
  const layer = async ({ kernel, bias }: Net['hidden']): Promise<Net['hidden']> => ({ kernel: await copy(kernel), bias: await copy(bias) });
  return { hidden: await layer(hidden), output: await layer(output) };
}

async function trainBoth(board: Board): Promise<void> {
  const { order, signal } = board;
  const answers = new Answers(board);
  const chosen = [String(order.values['left']), String(order.values['right'])] as const;
  const labels = labelsOf(...chosen);
  const done = [0, 0];
  const steps = Number(order.values['steps']);
  await Promise.all(
    chosen.map((name, which) =>
      trainOne(board, {
        optimizer: name,
        label: labels[which]!,
        onStep: async (step, net) => {
          done[which] = step;
          board.put({ kind: 'progress', done: done[0]! + done[1]!, total: 2 * steps, text: `step ${Math.max(...done)} of ${steps}` });
          if (step % EVERY === 0 || step === steps) await answers.learned(which, net);
        },
      }),
    ),
  );
  board.put({ kind: 'progress', done: 1, total: 1, text: 'trained; both go on answering until you stop' });
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    if (signal.aborted) reject(signal.reason as Error);
  });
}

interface Contender {
  readonly optimizer: string;
  readonly label: string;
  onStep(step: number, net: Net): Promise<void>;
}

async function trainOne({ data, engine, order, put, pass, signal }: Board, { optimizer: name, label: title, onStep }: Contender): Promise<void> {
  const found = optimizers[name];
  if (found === undefined) throw new RangeError(`optimizer: expected one of ${Object.keys(optimizers).join(', ')}, got ${name}`);
  const dtype = bestType(engine);
  const label = (i: number): number => (data.target.kind === 'classes' ? data.target.at(i) : data.target.at(i)[0]!);
  const steps = Number(order.values['steps']);
  const unseen = rowsOf(data, label, Array.from({ length: data.count - LEARN }, (_, i) => LEARN + i), dtype);
  const right = compile((net: Net, { x, y }: Batch) => logitsOf(net, x).argMax(-1).equal(y).cast('float32').mean(), { engine });
  const losses = { x: [] as number[], y: [] as number[] };
  // Both start from the same net.
  const start = denseNet(random(order.seed).fork('board'), [64, Number(order.values['hidden']), 10], dtype);
  const told = async (step: number, net: Net): Promise<void> =>
    put({ kind: 'metric', step, figure: 'Accuracy on digits that neither has seen', axes: { x: { label: 'step' }, y: { label: 'share right' } }, values: { [title]: (await right(net, unseen).data())[0]! } });
  await told(0, start);
  let sum = 0;
  await train<Batch>({
    problem: { model: (net: Net, { x }: Batch) => logitsOf(net, x), outputLoss: (z: Tensor, { y }: Batch) => softmaxCrossEntropy(z, y), likelihood: 'categorical' },
    optimizer: found.make(found.rate * Number(order.values['rate'])),
    params: start as never,
    async batch(_, stream) {
      await pass();
      return rowsOf(data, label, Array.from({ length: 64 }, () => stream.integer(LEARN)), dtype);
    },
    steps,
    seed: order.seed,
    engine,
    signal,
    onProgress: ({ loss }) => void (sum += loss),
    checkpointEvery: 1,
    async onCheckpoint({ params, step }) {
      const net = params as unknown as Net;
      if (step % EVERY === 0) {
        losses.x.push(step);
        losses.y.push(sum / EVERY);
        sum = 0;
        put({ kind: 'series', name: title, figure: 'Loss', axes: { x: { label: 'step' }, y: { label: 'cross-entropy', log: true } }, x: losses.x.slice(), y: losses.y.slice() });
      }
      if (step % ACCURACY_EVERY === 0) await told(step, net);
      await onStep(step, net);
    },
  });
}
