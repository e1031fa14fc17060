/**
 * Timing contenders side by side: in turn, task by task and round after round, so that a slow spell of the machine meets all of them. All is done within
 * a budget of time: every model gets its share, and who is slow is timed less often.
 */
import { type BenchFrame, breathe, progress } from '@curv/plugin';
import type { Budget } from './budget.js';
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
  /** Most rounds of a model; fewer where its time is up, but at least LEAST_ROUNDS. */
  readonly rounds: number;
  readonly budget: Budget;
  readonly signal: AbortSignal;
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
const LEAST_ROUNDS = 3;
/** Milliseconds of timed calls after which a task of a contender is not called again. */
const PATIENCE = 3000;
/** A first call that takes so many milliseconds is followed by one timed call, and the contender's further tasks are left out. */
const LONG = 10_000;

/** Streams progress, returns all rows, model by model. */
export async function* measure(options: MeasureOptions): AsyncGenerator<BenchFrame, Row[]> {
  const { models, contenders, rounds, budget, signal } = options;
  const rows: Row[] = [];
  const said = (text: string): BenchFrame => progress(...budget.spent(), text);
  for (const model of models) {
    const deadline = budget.deadline();
    yield said(`${model.id}: reference`);
    const truth = await referenceProduct(options.reference, model);
    const entries: Entry[] = [];
    for (const contender of contenders) {
      for (const dtype of DTYPES) {
        yield said(`${model.id}: first calls of ${contender.name}, ${dtype}`);
        await breathe(signal);
        entries.push(await enter(contender, model, dtype, truth));
      }
    }
    for (let round = 0; round < rounds && (round < LEAST_ROUNDS || performance.now() < deadline); round++) {
      yield said(`${model.id}: round ${round + 1} of at most ${rounds}`);
      for (const task of TASKS) for (const entry of entries) await timeOnce(entry, task, signal);
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
    let long = '';
    for (const task of TASKS) {
      if (long === '') await firstCall(open, task, truth).catch((cause) => (open.missing[task] = reason(cause)));
      else open.missing[task] = long;
      if ((open.first[task] ?? 0) > LONG) long = `left out: the first ${task} took ${Math.round(open.first[task]! / 1000)} s`;
    }
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

async function timeOnce({ prepared, missing, first, times }: Entry, task: Task, signal: AbortSignal): Promise<void> {
  if (prepared === null || missing[task] !== undefined) return;
  const sum = times[task].reduce((a, b) => a + b, 0);
  if (sum > PATIENCE || (sum > 0 && first[task]! > LONG)) return;
  let spent = 0;
  do {
    const ms = await prepared.time(task);
    times[task].push(ms);
    spent += ms;
  } while (spent < SPELL);
  await breathe(signal);
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
