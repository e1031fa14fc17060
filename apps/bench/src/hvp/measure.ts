/** Timing contenders side by side: in turn, round after round, so that a slow spell of the machine meets all of them. */
import { type Contender, type FloatType, type Prepared, relativeError, type Task, TASKS } from './contender.js';
import type { BenchModel } from './models/index.js';

/** Milliseconds. */
export interface Times {
  readonly min: number;
  readonly median: number;
  /** Of the first call, with everything that has to be prepared. */
  readonly first: number;
}

/** One contender on one model in one dtype. */
export interface Row {
  readonly model: BenchModel['id'];
  readonly dtype: FloatType;
  readonly contender: string;
  /** Why there are no figures. */
  readonly absent?: string;
  readonly times: Readonly<Partial<Record<Task, Times>>>;
  /** Why a task has no figures. */
  readonly missing: Readonly<Partial<Record<Task, string>>>;
  /** Relative error of the Hessian-vector product against the float64 reference. */
  readonly error?: number;
}

export interface MeasureOptions {
  readonly models: readonly BenchModel[];
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
  error: number;
  readonly first: Partial<Record<Task, number>>;
  readonly missing: Partial<Record<Task, string>>;
  readonly times: Record<Task, number[]>;
}

const DTYPES: readonly FloatType[] = ['float32', 'float64'];
/** Fast contenders run so many milliseconds a round, so that the minimum has a chance to be one without interruption. */
const SPELL = 80;
/** A task that took this long in all is not timed again, but timed thrice unless that takes much longer. */
const PATIENCE = 3000;

/** All rows, model by model. */
export async function measure(options: MeasureOptions): Promise<Row[]> {
  const { models, contenders, rounds, signal, onProgress } = options;
  const total = models.length * (contenders.length * DTYPES.length + rounds);
  let done = 0;
  const rows: Row[] = [];
  for (const model of models) {
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
      for (const entry of entries) for (const task of TASKS) await timeOnce(entry, task, signal);
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
  const product = await prepared.values('hvp');
  await prepared.dispose();
  return product;
}

async function enter(contender: Contender, model: BenchModel, dtype: FloatType, truth: Float64Array): Promise<Entry> {
  const entry = { contender, dtype, error: NaN, first: {}, missing: {}, times: { gradient: [], hvp: [], ggnvp: [], examples: [] } };
  const reason = (cause: unknown): string => (cause as Error).message.split('\n')[0]!;
  if (!contender.dtypes.includes(dtype)) return { ...entry, prepared: null, absent: `no ${dtype}` };
  try {
    const prepared = await contender.prepare(model, dtype);
    const open: Entry = { ...entry, prepared, absent: null };
    for (const task of TASKS) await firstCall(open, task, truth).catch((cause) => (open.missing[task] = reason(cause)));
    return open;
  } catch (cause) {
    return { ...entry, prepared: null, absent: reason(cause) };
  }
}

async function firstCall(entry: Entry, task: Task, truth: Float64Array): Promise<void> {
  const start = performance.now();
  const product = task === 'hvp' ? await entry.prepared!.values(task) : await entry.prepared!.time(task);
  entry.first[task] = performance.now() - start;
  if (typeof product !== 'number') entry.error = relativeError(product, truth);
}

async function timeOnce({ prepared, missing, times }: Entry, task: Task, signal: AbortSignal | undefined): Promise<void> {
  if (prepared === null || missing[task] !== undefined) return;
  const sum = times[task].reduce((a, b) => a + b, 0);
  if (sum > (times[task].length < 3 ? 7 : 1) * PATIENCE) return;
  let spent = 0;
  do {
    signal?.throwIfAborted();
    const ms = await prepared.time(task);
    times[task].push(ms);
    spent += ms;
  } while (spent < SPELL);
}

function rowOf({ contender, dtype, absent, error, times, first, missing }: Entry, model: BenchModel): Row {
  const base = { model: model.id, dtype, contender: contender.name };
  if (absent !== null) return { ...base, absent, times: {}, missing: {} };
  const measured = TASKS.filter((task) => times[task].length > 0).map((task) => [task, summary(times[task], first[task]!)] as const);
  return { ...base, times: Object.fromEntries(measured), missing, ...(!Number.isNaN(error) && { error }) };
}

function summary(times: readonly number[], first: number): Times {
  const sorted = [...times].sort((a, b) => a - b);
  return { min: sorted[0]!, median: sorted[sorted.length >> 1]!, first };
}
