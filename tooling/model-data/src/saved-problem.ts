/** A saved TensorFlow.js model and its data as a curvature problem. */
import type { Batch, Problem } from '@curv/hessian-core';
import { compile, type Engine, type Tensor, tensor, type Tree } from '@curv/tensor';
import type { ImportedModel, NamedTensors, ObjectiveData } from '@curv/tfjs';
import type { ModelData, Wanted } from './model-data.js';

/** Losses whose targets are class numbers. */
const CLASS_NUMBERS: readonly string[] = ['sparseCategoricalCrossentropy', 'softmaxCrossEntropy'];
/** Losses that compare classes. */
const CLASSES: readonly string[] = [...CLASS_NUMBERS, 'categoricalCrossentropy', 'categoricalHinge'];

/** Options of `savedProblem`. */
export interface SavedProblemOptions {
  /** What errors call the model. */
  readonly path: string;
  /** Name of the loss; by default what the model was compiled with. */
  readonly loss?: string;
  /** Most examples. */
  readonly limit: number;
  readonly batchSize?: number;
  readonly engine: Engine;
}

/** What is analysed. */
export interface SavedProblem {
  readonly problem: Problem;
  readonly data: ModelData;
  readonly loss: string;
  readonly samples: number;
  readonly batchSize: number;
  readonly classes: number | null;
  /** Share of examples whose largest output is at their class; null where targets are values. */
  accuracy(signal: AbortSignal): Promise<number | null>;
}

/**
 * Joins a model and data; batches are made when they are asked for.
 * @param open gives the data in the form that the model takes
 * @throws RangeError, or what `open` throws, naming what does not fit
 */
export async function savedProblem(net: ImportedModel, open: (wanted: Wanted) => ModelData | Promise<ModelData>, options: SavedProblemOptions): Promise<SavedProblem> {
  const { path, engine } = options;
  if (net.inputs.length !== 1 || net.outputs.length !== 1) throw new RangeError(`--model: ${path} has ${net.inputs.length} inputs and ${net.outputs.length} outputs; an analysis takes one of each (use fromLayersModel in code)`);
  const loss = lossOf(net, path, options.loss);
  const objective = net.objective({ loss });
  const output = net.outputs[0]!.shape?.slice(1) ?? null;
  const outputs = output?.every((n) => n !== null) ? (output as number[]).reduce((a, b) => a * b, 1) : null;
  const classes = CLASSES.includes(loss) ? (output?.[output.length - 1] ?? null) : null;
  const data = await open({ shape: net.inputs[0]!.shape?.slice(1) ?? [], outputs, classes });
  const samples = Math.min(options.limit, data.count);
  const batchSize = options.batchSize ?? defaultBatch(data.shape);
  const target = targets(data, { loss, output: output as number[] | null, samples, name: net.outputs[0]!.name });
  const batches = batchesOf(data, target, { samples, batchSize, int: net.inputs[0]!.dtype === 'int32' });
  const problem = { ...objective, params: net.params, batches, engine } as unknown as Problem;
  return { problem, data, loss, samples, batchSize, classes: target.classes, accuracy: (signal) => (target.label === null ? Promise.resolve(null) : accuracyOf(net, batches, target.label, { engine, signal })) };
}

function lossOf({ loss }: ImportedModel, path: string, given: string | undefined): string {
  const found = given ?? (Array.isArray(loss) ? (loss as unknown[])[0] : loss);
  if (typeof found === 'string') return found.replace(/_+(\w)/g, (_, next: string) => next.toUpperCase());
  if (typeof found === 'object' && found !== null && Object.keys(found).length === 1) return lossOf({ loss: Object.values(found)[0] } as ImportedModel, path, undefined);
  throw new RangeError(`--loss: ${path} was saved without a loss; name one, such as softmaxCrossEntropy`);
}

/** A quarter of a million numbers a batch. */
const defaultBatch = (shape: readonly number[]): number => Math.max(1, Math.min(250, Math.floor(2 ** 18 / shape.reduce((a, b) => a * b, 1))));

/** Targets of examples, in the form that the loss takes. */
interface Targets {
  readonly classes: number | null;
  /** Class of an example, where there is one. */
  readonly label: ((i: number) => number) | null;
  tensor(from: number, to: number): Tensor;
}

interface TargetOptions {
  readonly loss: string;
  /** Shape of an output. */
  readonly output: readonly number[] | null;
  readonly samples: number;
  readonly name: string;
}

/** @throws RangeError on labels that the output does not have, or targets of another size */
function targets(data: ModelData, { loss, output, samples, name }: TargetOptions): Targets {
  const classes = output === null || output.length !== 1 ? null : output[0]!;
  const size = output?.reduce((a, b) => a * b, 1) ?? null;
  const { target } = data;
  const single = target.kind === 'classes' || target.size === 1;
  if (single && classes !== null && classes > 1) {
    const label = (i: number): number => (target.kind === 'classes' ? target.at(i) : target.at(i)[0]!);
    for (let i = 0; i < samples; i++) {
      const value = label(i);
      if (!Number.isInteger(value) || value < 0 || value >= classes) throw new RangeError(`${data.name}: label ${value} of example ${i + 1} does not fit output "${name}", which has ${classes} values; expected class numbers 0 … ${classes - 1}`);
    }
    const numbers = CLASS_NUMBERS.includes(loss);
    return {
      classes,
      label,
      tensor: (from, to) => (numbers ? tensor(Int32Array.from({ length: to - from }, (_, i) => label(from + i)), [to - from]) : oneHotRows(from, to, label, classes)),
    };
  }
  const given = target.kind === 'classes' ? 1 : target.size;
  if (size !== null && given !== size && !CLASS_NUMBERS.includes(loss)) throw new RangeError(`${data.name}: ${given} target value(s) an example do not fit output "${name}" of shape [${output!.join(', ')}]`);
  return {
    classes: null,
    label: null,
    tensor: (from, to) => {
      const rows = Array.from({ length: to - from }, (_, i) => (target.kind === 'classes' ? [target.at(from + i)] : Array.from(target.at(from + i))));
      return tensor(Float32Array.from(rows.flat()), [to - from, ...(given === size ? output! : [given])]);
    },
  };
}

function oneHotRows(from: number, to: number, label: (i: number) => number, classes: number): Tensor {
  const rows = new Float32Array((to - from) * classes);
  for (let i = from; i < to; i++) rows[(i - from) * classes + label(i)] = 1;
  return tensor(rows, [to - from, classes]);
}

interface BatchOptions {
  readonly samples: number;
  readonly batchSize: number;
  readonly int: boolean;
}

/** Batches whose data is read anew each time that it is asked for: the data need not fit into memory. */
function batchesOf(data: ModelData, target: Targets, { samples, batchSize, int }: BatchOptions): Batch[] {
  return Array.from({ length: Math.ceil(samples / batchSize) }, (_, i) => {
    const from = i * batchSize;
    const to = Math.min(from + batchSize, samples);
    return {
      size: to - from,
      get data() {
        return { x: inputsOf(data, from, to, int), y: target.tensor(from, to) } as unknown as Tree<Tensor>;
      },
    };
  });
}

/** @throws RangeError naming the example that holds NaN or an infinite value */
function inputsOf(data: ModelData, from: number, to: number, int: boolean): Tensor {
  const values = data.inputs(from, to);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`${data.name}: value ${values[bad]} in example ${from + Math.floor((bad * (to - from)) / values.length) + 1}; expected a finite number`);
  return tensor(int ? Int32Array.from(values) : values, [to - from, ...data.shape]);
}

async function accuracyOf(net: ImportedModel, batches: readonly Batch[], label: (i: number) => number, { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal }): Promise<number> {
  const best = compile((params: NamedTensors, x: Tensor) => (net.apply(params, x) as Tensor).argMax(-1), { engine });
  let [seen, hits] = [0, 0];
  for (const { data } of batches) {
    signal.throwIfAborted();
    const found = await best(net.params, (data as unknown as ObjectiveData).x as Tensor).data();
    for (const value of found) hits += value === label(seen++) ? 1 : 0;
  }
  best.dispose();
  return hits / seen;
}
