/** Holding an engine against the reference interpreter. */
import type { DType, Engine, Graph, TypedArray } from '../api.js';
import { trace } from '../compile.js';
import { allocate } from '../execute.js';
import { isFloat } from '../primitive.js';
import { random } from '../random.js';
import { grad, hvp, jvp } from '../transforms/grad.js';
import { vmap } from '../transforms/vmap.js';
import { Tensor } from '../tensor.js';
import { evaluateReference } from './reference.js';
import { draw, dtypeOf, isDiscrete, type Sample, samples } from './samples.js';

/** What of a program is run. */
export type Aspect = 'value' | 'jvp' | 'gradient' | 'hvp' | 'third' | 'vmap';

/** One graph on one engine in one dtype. */
export interface ConformanceResult {
  readonly name: string;
  readonly aspect: Aspect;
  readonly dtype: 'float32' | 'float64';
  /** Largest difference from the reference, relative to the largest reference value. */
  readonly error: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** What was thrown, if something was. */
  readonly reason?: string;
}

export interface ConformanceOptions {
  readonly dtypes?: readonly ('float32' | 'float64')[];
  /** Largest relative error that passes, where an engine's arithmetic needs more than `TOLERANCE`; say why where it is set. */
  readonly tolerance?: Partial<Record<'float32' | 'float64', number>>;
  readonly filter?: (sample: Sample, aspect: Aspect) => boolean;
  readonly signal?: AbortSignal;
  readonly onCase?: (result: ConformanceResult) => void;
}

/** Largest relative error that passes. Float32 derivatives of third order of small models were measured up to 6e-6. */
export const TOLERANCE = { float32: 2e-5, float64: 1e-11 } as const;

/** A scalar of a sample's float inputs, weighted so that every output counts differently. */
function scalarOf({ f, inputs }: Sample): (floats: Tensor[], others: Tensor[]) => Tensor {
  return (floats, others) => {
    const [a, b] = [[...floats], [...others]];
    const y = f(...inputs.map((input) => (isDiscrete(input) ? b.shift()! : a.shift()!)));
    const weights = allocate({ shape: y.shape, dtype: y.dtype }).map((_, i) => Math.cos(i + 1));
    return y.mul(Tensor.fromHost(weights as TypedArray, { shape: y.shape, dtype: y.dtype })).sum();
  };
}

/** The graphs of a sample: each a function of the float inputs, a direction, and the discrete inputs. */
const ASPECTS: Readonly<Record<Exclude<Aspect, 'value' | 'vmap'>, (s: Sample) => (x: Tensor[], v: Tensor[], d: Tensor[]) => unknown>> = {
  jvp: ({ f, inputs }) => (x, v, d) => jvp((floats: Tensor[], others: Tensor[]) => {
    const [a, b] = [[...floats], [...others]];
    return f(...inputs.map((input) => (isDiscrete(input) ? b.shift()! : a.shift()!)));
  })(x, v, d)[1] as Tensor,
  gradient: (s) => (x, _, d) => grad(scalarOf(s))(x, d) as unknown,
  hvp: (s) => (x, v, d) => hvp(scalarOf(s))(x, v, d) as unknown,
  third: (s) => (x, v, d) => jvp((y: Tensor[]) => hvp(scalarOf(s))(y, v, d) as unknown)(x, v)[1] as unknown,
};

/** Runs the suite on an engine; every result, passed or not. Leaves nothing behind: a leak is a failed result named `memory`. */
export async function runConformance(engine: Engine, options: ConformanceOptions = {}): Promise<ConformanceResult[]> {
  const results: ConformanceResult[] = [];
  const dtypes = options.dtypes ?? (['float32', 'float64'] as const).filter((dtype) => engine.dtypes.includes(dtype));
  const before = engine.memory().storages;
  for (const sample of samples) {
    for (const dtype of dtypes) {
      for (const aspect of aspectsOf(sample)) {
        options.signal?.throwIfAborted();
        if (options.filter && !options.filter(sample, aspect)) continue;
        const result = await runCase(engine, sample, aspect, dtype, options.tolerance?.[dtype] ?? TOLERANCE[dtype]);
        results.push(result);
        options.onCase?.(result);
      }
    }
  }
  const left = engine.memory().storages - before;
  results.push({ name: 'memory', aspect: 'value', dtype: dtypes[0]!, error: left, tolerance: 0, passed: left === 0 });
  return results;
}

/** What there is to run of a sample. */
export function aspectsOf(sample: Sample): readonly Aspect[] {
  return sample.discrete || sample.inputs.every(isDiscrete) ? ['value', 'vmap'] : ['value', 'jvp', 'gradient', 'hvp', 'third', 'vmap'];
}

const BATCH = 3;

/** A sample's graph with the values of its inputs. */
export function graphOf(sample: Sample, aspect: Aspect, dtype: 'float32' | 'float64'): { graph: Graph; data: TypedArray[] } {
  const stream = random(11).fork(sample.name);
  const made = sample.inputs.map((input, i) => {
    // Every second input of a batch is shared, so that both kinds of operand occur.
    const shape = aspect === 'vmap' && i % 2 === 0 ? [BATCH, ...input.shape] : input.shape;
    const type = dtypeOf(input, dtype as DType);
    const host = allocate({ shape, dtype: type });
    host.set(draw({ ...input, shape }, stream));
    return Tensor.fromHost(host, { shape, dtype: type });
  });
  if (aspect === 'value' || aspect === 'vmap') {
    const inAxes = made.map((_, i) => (i % 2 === 0 ? 0 : null));
    const f = aspect === 'value' ? sample.f : vmap(sample.f, { inAxes });
    return { graph: trace(f)(...made), data: made.map((t) => t.host!) };
  }
  const floats = made.filter((t) => isFloat(t.dtype));
  const discrete = made.filter((t) => !isFloat(t.dtype));
  const directions = floats.map((t) => stream.tensor('normal', t.shape, dtype));
  const graph = trace(ASPECTS[aspect](sample))(floats, directions, discrete);
  return { graph, data: [...floats, ...directions, ...discrete].map((t) => t.host!) };
}

async function runCase(engine: Engine, sample: Sample, aspect: Aspect, dtype: 'float32' | 'float64', tolerance: number): Promise<ConformanceResult> {
  const base = { name: sample.name, aspect, dtype, tolerance };
  try {
    const { graph, data } = graphOf(sample, aspect, dtype);
    // Weights and other constants of the function are inputs after its arguments: they are on the host, as its arguments are.
    const captured = graph.inputs.slice(data.length);
    const all = [...data, ...captured.map((node) => allocate(node).map((_, i) => Math.cos(i + 1)) as TypedArray)];
    const expected = evaluateReference(graph, all);
    const executable = engine.compile(graph);
    const inputs = all.map((values, i) => engine.upload(values.slice(), graph.inputs[i]!));
    const outputs = executable.run(inputs);
    let error = 0;
    for (const [i, output] of outputs.entries()) error = Math.max(error, difference(await engine.read(output), expected[i]!));
    [...inputs, ...outputs].forEach((storage) => engine.release(storage));
    executable.dispose();
    return { ...base, error, passed: error <= tolerance };
  } catch (cause) {
    return { ...base, error: Infinity, passed: false, reason: (cause as Error).message };
  }
}

/** Largest difference relative to the largest expected value; infinite where sizes differ or only one is NaN. */
function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i]!) !== Number.isNaN(found[i]!)) return Infinity;
    if (Number.isNaN(expected[i]!) || expected[i] === found[i]) continue;
    worst = Math.max(worst, Math.abs(found[i]! - expected[i]!));
  }
  for (let i = 0; i < expected.length; i++) if (Number.isFinite(expected[i]!)) scale = Math.max(scale, Math.abs(expected[i]!));
  return worst / Math.max(scale, 1e-3);
}
