/** Holding an engine against the reference interpreter on random programs. */
import type { DType, Engine, Graph, TypedArray } from '../api.js';
import { traceClosure } from '../compile.js';
import { allocate } from '../execute.js';
import { isFloat, sizeOf } from '../primitive.js';
import { print } from '../print.js';
import { type Random, random } from '../random.js';
import { Tensor } from '../tensor.js';
import { checkpoint } from '../transforms/checkpoint.js';
import { grad, hvp, jvp } from '../transforms/grad.js';
import { vmap } from '../transforms/vmap.js';
import { applyProgram, dtypeOfKind, inputsOf, type Program, type ProgramInput, showProgram, specsOf } from './programs.js';
import { excess, expectedOf } from './rounding.js';
import { shrinkProgram } from './shrink-program.js';
import { writeProgram } from './write-program.js';

/** What of a random program is run; `examples` are the gradients of the examples of a batch. */
export type ProgramAspect = 'value' | 'jvp' | 'gradient' | 'hvp' | 'vmap' | 'examples';

/** One program on one engine in one dtype. */
export interface ProgramResult {
  /** Of the program: `runPrograms(engine, { seed, count: 1 })` runs it again. */
  readonly seed: number;
  readonly aspect: ProgramAspect;
  readonly dtype: 'float32' | 'float64';
  /** Largest difference from the reference, relative to what rounding explains; at most 1 passes. */
  readonly error: number;
  readonly passed: boolean;
  /** Share of the results' elements of which the reference knows what they are, whatever the rounding. */
  readonly known: number;
  /** What is wrong, with the smallest program found that has it and the graph that the engine got. */
  readonly reason?: string;
}

export interface ProgramOptions {
  /** Of the first program; the next ones follow. Default 1. */
  readonly seed?: number;
  /** How many programs. Default 300. */
  readonly count?: number;
  readonly dtypes?: readonly ('float32' | 'float64')[];
  /** Relative error of one operation, where an engine's arithmetic needs more than `ROUNDING`; say why where it is set. */
  readonly rounding?: Partial<Record<'float32' | 'float64', number>>;
  /** Programs that are run. */
  readonly filter?: (program: Program, special: boolean) => boolean;
  readonly signal?: AbortSignal;
  readonly onProgram?: (result: ProgramResult) => void;
}

/** Relative error of one operation: a few units in the last place. */
export const ROUNDING: Readonly<Record<'float32' | 'float64', number>> = { float32: 2 ** -22, float64: 2 ** -50 };

/** A case: what is drawn from a seed. */
interface Case {
  readonly program: Program;
  readonly aspect: ProgramAspect;
  /** Whether inputs hold infinities, NaN, huge and tiny numbers. */
  readonly special: boolean;
  readonly seed: number;
}

/** Elements of inputs beyond which a program is run as it is only. */
const LARGE = 4000;

/** The cases of a seed: the program's value, and mostly a derivative or a batch of it. */
function casesOf(seed: number): Case[] {
  const stream = random(seed).fork('program');
  const special = stream.uniform() < 0.4;
  const program = writeProgram(stream, special);
  const aspects: ProgramAspect[] = special ? ['value'] : ['value', (['jvp', 'gradient', 'hvp', 'vmap', 'examples'] as const)[seed % 5]!];
  if (special && seed % 5 === 0) aspects.push('vmap');
  if (inputsOf(program).reduce((sum, { shape }) => sum + sizeOf(shape), 0) > LARGE) aspects.splice(1);
  return aspects.filter((aspect) => aspect === 'value' || (aspect === 'vmap' ? inputsOf(program).length > 0 : differentiable(program))).map((aspect) => ({ program, aspect, special, seed }));
}

/** Whether there is something to differentiate: a float input and a float result. */
function differentiable(program: Program): boolean {
  const specs = specsOf(program);
  return inputsOf(program).some(({ kind }) => kind === 'float') && program.outputs.some((i) => isFloat(specs[i]!.dtype));
}

/** Runs random programs on an engine; every result, passed or not. A failed one is made as small as it still fails. */
export async function runPrograms(engine: Engine, options: ProgramOptions = {}): Promise<ProgramResult[]> {
  const { seed = 1, count = 300 } = options;
  const dtypes = options.dtypes ?? (['float32', 'float64'] as const).filter((dtype) => engine.dtypes.includes(dtype));
  const results: ProgramResult[] = [];
  for (let s = seed; s < seed + count; s++) {
    for (const one of casesOf(s)) {
      if (options.filter?.(one.program, one.special) === false) continue;
      for (const dtype of dtypes) {
        options.signal?.throwIfAborted();
        const result = await runCase(engine, one, dtype, options.rounding?.[dtype] ?? ROUNDING[dtype]);
        results.push(result);
        options.onProgram?.(result);
      }
    }
  }
  return results;
}

async function runCase(engine: Engine, one: Case, dtype: 'float32' | 'float64', unit: number): Promise<ProgramResult> {
  const { seed, aspect } = one;
  const { error, known, reason, threw } = await check(engine, one, dtype, unit);
  const result = { seed, aspect, dtype, error, known, passed: error <= 1 };
  if (result.passed) return result;
  const program = await shrinkProgram(one.program, async (smaller) => {
    if (aspect !== 'value' && aspect !== 'vmap' && !differentiable(smaller)) return false;
    const found = await check(engine, { ...one, program: smaller }, dtype, unit);
    return found.error > 1 && found.threw === threw;
  });
  const small = { ...one, program };
  const last = await check(engine, small, dtype, unit);
  const graph = print(graphOf(small, dtype).graph);
  return { ...result, reason: `${last.reason ?? reason ?? 'wrong'}\n${aspect} of\n${showProgram(program)}\nwhich is the graph\n${graph}` };
}

const BATCH = 2;

/** The functions that aspects are, of float inputs, directions and other inputs. */
const ASPECTS: Readonly<Record<Exclude<ProgramAspect, 'value' | 'vmap'>, (one: Case, float: DType) => (x: Tensor[], v: Tensor[], d: Tensor[]) => unknown>> = {
  jvp: (one, float) => (x, v, d) => jvp((floats: Tensor[]) => floatResults(one.program, floats, d, float))(x, v)[1] as unknown,
  gradient: (one, float) => (x, _, d) => grad(scalarOf(one, float))(x, d) as unknown,
  hvp: (one, float) => (x, v, d) => hvp(scalarOf(one, float))(x, v, d) as unknown,
  examples: (one, float) => (x, _, d) => vmap(grad(scalarOf(one, float)), { inAxes: [0, null] })(x, d) as unknown,
};

/** Float and other inputs of a program in their order. */
function arranged(program: Program, floats: readonly Tensor[], others: readonly Tensor[]): Tensor[] {
  const [a, b] = [[...floats], [...others]];
  return inputsOf(program).map(({ kind }) => (kind === 'float' ? a.shift()! : b.shift()!));
}

const floatResults = (program: Program, floats: readonly Tensor[], others: readonly Tensor[], float: DType): Tensor[] =>
  applyProgram(program, arranged(program, floats, others), float).filter((y) => isFloat(y.dtype));

/** A scalar of all float results, weighted so that every element counts differently. Every third time intermediate values are computed again. */
function scalarOf({ program, seed }: Case, float: DType): (floats: Tensor[], others: Tensor[]) => Tensor {
  const f = (floats: Tensor[], others: Tensor[]): Tensor => {
    const parts = floatResults(program, floats, others, float).map((y) => {
      const weights = allocate(y).map((_, i) => Math.cos(i + 1)) as TypedArray;
      return y.mul(Tensor.fromHost(weights, { shape: y.shape, dtype: y.dtype })).sum();
    });
    return parts.reduce((a, b) => a.add(b));
  };
  return seed % 3 === 0 ? checkpoint(f) : f;
}

/** The graph of a case, with the stream's values of its inputs. */
function graphOf(one: Case, float: 'float32' | 'float64', draw = 'first'): { graph: Graph; data: TypedArray[] } {
  const { program, aspect, special, seed } = one;
  const inputs = inputsOf(program);
  const batched = (i: number): boolean => (aspect === 'vmap' && i % 2 === 0) || (aspect === 'examples' && inputs[i]!.kind === 'float');
  const made = inputs.map((input, i) => {
    const shape = batched(i) ? [BATCH, ...input.shape] : input.shape;
    const dtype = dtypeOfKind(input.kind, float);
    return Tensor.fromHost(values({ ...input, shape }, dtype, special, random(seed).fork(`${draw} ${input.name}`)), { shape, dtype });
  });
  const floats = made.filter((_, i) => inputs[i]!.kind === 'float');
  const others = made.filter((_, i) => inputs[i]!.kind !== 'float');
  const v = floats.map((t, i) => random(seed).fork(`${draw} direction ${i}`).tensor('normal', t.shape, float));
  const { graph, captures } =
    aspect === 'value' ? traceClosure((...x: Tensor[]) => applyProgram(program, x, float))(...made)
    : aspect === 'vmap' ? traceClosure(vmap((...x: Tensor[]) => applyProgram(program, x, float), { inAxes: made.map((_, i) => (batched(i) ? 0 : null)) }))(...made)
    : traceClosure(ASPECTS[aspect](one, float))(floats, v, others);
  const explicit = aspect === 'value' || aspect === 'vmap' ? made : [...floats, ...v, ...others];
  return { graph, data: [...explicit, ...captures].map((t) => t.host!) };
}

/** What breaks arithmetic that is right for ordinary numbers. Their sums stay finite. */
const SPECIAL: Readonly<Record<'float32' | 'float64', readonly number[]>> = {
  float32: [Infinity, Infinity, -Infinity, NaN, 0, -0, 1e30, -1e30, 1e-30, 1e-40, -1.401298464324817e-45, 1, -1],
  float64: [Infinity, Infinity, -Infinity, NaN, 0, -0, 1e200, -1e200, 1e-200, 1e-310, -5e-324, 1, -1],
};

function values({ shape, kind }: ProgramInput, dtype: DType, special: boolean, stream: Random): TypedArray {
  const out = allocate({ shape, dtype });
  for (let i = 0; i < out.length; i++) out[i] = kind === 'float' ? 1.2 * stream.normal() : stream.integer(kind === 'bool' ? 2 : kind === 'int' ? 7 : kind.below);
  if (kind !== 'float' || !special || out.length === 0) return out;
  // A few, so that most of a result stays finite: often the first, which is what loops over incomplete blocks like to read.
  for (let n = 1 + stream.integer(3); n > 0; n--) out[stream.uniform() < 0.4 ? 0 : stream.integer(out.length)] = SPECIAL[dtype as 'float32'][stream.integer(13)]!;
  return out;
}

interface Outcome {
  readonly error: number;
  readonly known: number;
  readonly threw: boolean;
  readonly reason?: string;
}

async function check(engine: Engine, one: Case, float: 'float32' | 'float64', unit: number): Promise<Outcome> {
  let known = 1;
  try {
    const { graph, data } = graphOf(one, float);
    const expected = expectedOf(graph, data, float, unit);
    const all = expected.reduce((n, { values: v }) => n + v.length, 0);
    known = all === 0 ? 1 : expected.reduce((n, { allowed }) => n + allowed.filter((a) => a < Infinity).length, 0) / all;
    const runs = await runTwice(engine, graph, data, graphOf(one, float, 'other').data);
    const error = Math.max(0, ...runs.results.map((found, i) => excess(found, expected[i]!)));
    const reason = runs.reason ?? (error > 1 ? `wrong: ${error.toExponential(1)} times what rounding explains` : undefined);
    return { error: runs.reason === undefined ? error : Infinity, known, threw: false, ...(reason !== undefined && { reason }) };
  } catch (cause) {
    return { error: Infinity, known, threw: true, reason: (cause as Error).message };
  }
}

/**
 * Results for `data`, after a run on `other` data that may have left something behind. That run must come out the same again, its results must be
 * the caller's to keep, and inputs must be as they were.
 */
async function runTwice(engine: Engine, graph: Graph, data: readonly TypedArray[], other: readonly TypedArray[]): Promise<{ results: TypedArray[]; reason?: string }> {
  const before = engine.memory().storages;
  const executable = engine.compile(graph);
  const run = async (given: readonly TypedArray[]): Promise<{ kept: TypedArray[]; changed: boolean; again: () => Promise<TypedArray[]>; spoil: () => void; free: () => void }> => {
    const inputs = given.map((v, i) => engine.upload(v.slice(), graph.inputs[i]!));
    const outputs = executable.run(inputs);
    const read = (storages: readonly unknown[]): Promise<TypedArray[]> => Promise.all(storages.map(async (s) => (await engine.read(s)).slice()));
    const kept = await read(outputs);
    const changed = !same(await read(inputs), given);
    // Results in the host's memory are the caller's to write to; one that is an input is not.
    const spoil = (): void => outputs.forEach((s) => (ArrayBuffer.isView(s) && !inputs.includes(s) ? (s as TypedArray).fill(1) : s));
    return { kept, changed, again: () => read(outputs), spoil, free: () => [...inputs, ...outputs].forEach((s) => engine.release(s)) };
  };
  const first = await run(other);
  const second = await run(data);
  const untouched = same(await first.again(), first.kept);
  first.spoil();
  const third = await run(other);
  const reasons = [
    [first.changed || second.changed, 'inputs were changed'],
    [!untouched, 'the results of a run were changed by the next one'],
    [!same(first.kept, third.kept), 'the same inputs gave other results after a run on others'],
  ] as const;
  for (const { free } of [first, second, third]) free();
  executable.dispose();
  const reason = reasons.find(([is]) => is)?.[1] ?? (engine.memory().storages === before ? undefined : 'storages are left');
  return { results: second.kept, ...(reason !== undefined && { reason }) };
}

const same = (a: readonly TypedArray[], b: readonly TypedArray[]): boolean => a.every((x, i) => x.length === b[i]!.length && x.every((v, k) => Object.is(v, b[i]![k])));
