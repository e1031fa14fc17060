/** Timing contenders side by side: in turn, round after round, so that a slow spell of the machine meets all of them. */
import { type Contender, type FloatType, type Prepared, relativeError, type Task } from './contender.js';
import { type BenchModel, MODELS } from './models.js';

/** One contender on one model in one dtype. */
export interface Row {
  readonly model: BenchModel['id'];
  readonly dtype: FloatType;
  readonly contender: string;
  /** Why there are no figures. */
  readonly absent?: string;
  /** Minimum and median milliseconds of a gradient and of a Hessian-vector product. */
  readonly gradient?: { readonly min: number; readonly median: number };
  readonly hvp?: { readonly min: number; readonly median: number };
  /** Relative error of the Hessian-vector product against the float64 reference. */
  readonly error?: number;
}

export interface MeasureOptions {
  readonly contenders: readonly Contender[];
  /** Computes the reference product in float64. */
  readonly reference: Contender;
  /** Timed rounds of each task. */
  readonly rounds: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number, text: string) => void;
}

interface Entry {
  readonly contender: Contender;
  readonly dtype: FloatType;
  readonly prepared: Prepared | null;
  readonly absent: string | null;
  readonly error: number;
  readonly times: Record<Task, number[]>;
}

const DTYPES: readonly FloatType[] = ['float32', 'float64'];
const TASKS: readonly Task[] = ['gradient', 'hvp'];

/** All rows, model by model. */
export async function measure(options: MeasureOptions): Promise<Row[]> {
  const { contenders, rounds, signal, onProgress } = options;
  const total = MODELS.length * (contenders.length * 2 + rounds);
  let done = 0;
  const rows: Row[] = [];
  for (const model of MODELS) {
    const truth = await referenceProduct(options.reference, model);
    const entries: Entry[] = [];
    for (const contender of contenders) {
      for (const dtype of DTYPES) {
        signal?.throwIfAborted();
        onProgress?.(++done, total, `${model.id}: ${contender.name}, ${dtype}`);
        entries.push(await enter(contender, model, dtype, truth));
      }
    }
    for (let round = 0; round < rounds; round++) {
      onProgress?.(++done, total, `${model.id}: round ${round + 1} of ${rounds}`);
      for (const entry of entries) await timeOnce(entry, signal);
    }
    for (const entry of entries) {
      rows.push(rowOf(entry, model));
      await entry.prepared?.dispose();
    }
  }
  return rows;
}

async function referenceProduct(reference: Contender, model: BenchModel): Promise<Float64Array> {
  const prepared = await reference.prepare(model, 'float64');
  const product = await prepared.hvp();
  await prepared.dispose();
  return product;
}

async function enter(contender: Contender, model: BenchModel, dtype: FloatType, truth: Float64Array): Promise<Entry> {
  const times = { gradient: [], hvp: [] };
  if (!contender.dtypes.includes(dtype)) return { contender, dtype, prepared: null, absent: `no ${dtype}`, error: NaN, times };
  try {
    const prepared = await contender.prepare(model, dtype);
    const error = relativeError(await prepared.hvp(), truth);
    return { contender, dtype, prepared, absent: null, error, times };
  } catch (cause) {
    return { contender, dtype, prepared: null, absent: (cause as Error).message.split('\n')[0]!, error: NaN, times };
  }
}

/** Fast contenders run several times a round, so that the minimum has a chance to be one without interruption. */
async function timeOnce({ prepared, times }: Entry, signal: AbortSignal | undefined): Promise<void> {
  if (prepared === null) return;
  for (const task of TASKS) {
    let spent = 0;
    do {
      signal?.throwIfAborted();
      const ms = await prepared.time(task);
      times[task].push(ms);
      spent += ms;
    } while (spent < 60);
  }
}

function rowOf({ contender, dtype, absent, error, times }: Entry, model: BenchModel): Row {
  const base = { model: model.id, dtype, contender: contender.name };
  if (absent !== null) return { ...base, absent };
  return { ...base, error, gradient: summary(times.gradient), hvp: summary(times.hvp) };
}

function summary(times: readonly number[]): { min: number; median: number } {
  const sorted = [...times].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]! };
}
