/** Passes over a data set in batches: weights, progress, abort, and going on after an interruption. */
import { flatten, type Tensor, tensor } from '@curv/tensor';
import type { Batch, OperatorOptions, Problem } from '../api.js';
import type { Selection } from './selection.js';

/** @throws RangeError, TypeError on batches or a reduction that are not well formed */
export function checkProblem({ batches, reduction, batchNorm = 'inference' }: Problem): void {
  if (!Array.isArray(batches) || batches.length === 0) throw new RangeError('problem: batches must hold at least one batch');
  (batches as readonly Batch[]).forEach(({ size }, i) => {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`problem: batches[${i}].size must be a positive integer, got ${size}`);
  });
  if (reduction !== 'mean' && reduction !== 'sum') throw new TypeError(`problem: reduction must be 'mean' or 'sum', got ${String(reduction)}`);
  if (batchNorm !== 'inference' && batchNorm !== 'training') throw new TypeError(`problem: batchNorm must be 'inference' or 'training', got ${String(batchNorm)}`);
}

/** @throws TypeError where batch statistics couple the examples, so that a quantity of one example is not defined */
export function requireSeparate(where: string, { batchNorm = 'inference' }: Problem): void {
  if (batchNorm === 'training') throw new TypeError(`${where}: with batchNorm 'training' the examples of a batch are coupled and have no gradients of their own; use the model in inference mode`);
}

/** @throws RangeError unless every tensor of every batch has its examples in front */
export function requireExamples(where: string, { batches }: Problem): void {
  batches.forEach(({ data, size }, i) => {
    for (const { shape } of flatten(data).leaves) {
      if (shape[0] !== size) throw new RangeError(`${where}: every tensor in batches[${i}].data must have the ${size} examples along its first axis, got shape [${shape.join(', ')}]`);
    }
  });
}

/** Examples in all batches. */
export const exampleCount = ({ batches }: Problem): number => batches.reduce((n, b) => n + b.size, 0);

/** What a batch's part counts in the whole: its share of the examples in a mean, 1 in a sum. */
export function batchWeight(problem: Problem): (batch: Batch) => number {
  const total = exampleCount(problem);
  return ({ size }) => (problem.reduction === 'mean' ? size / total : 1);
}

/** What a pass computes. */
interface PassResult {
  /** Names the pass in progress reports and errors. */
  readonly what: string;
  /** Length of the result. */
  readonly length: number;
  /** Identifies operator and argument, so that a stored state is taken up by the same pass only. */
  readonly key: () => string;
}

/** A pass that adds what its batches give. */
export interface Pass extends PassResult {
  /** The tensors of one batch; one after the other they fill `length` numbers. */
  part(batch: Batch, index: number): readonly Tensor[];
}

/** A pass whose batches put what they give into the result themselves. */
export interface BatchVisit extends PassResult {
  visit(out: Float64Array, batch: Batch, index: number): Promise<void>;
}

/** Visits batches in order, so that a resumed pass gives the same bits. @throws the signal's reason, and what `visit` throws */
export async function visitBatches({ batches }: Problem, { signal, onProgress, resume }: OperatorOptions, { what, length, key, visit }: BatchVisit): Promise<Float64Array> {
  const total = batches.length;
  const name = resume ? key() : '';
  const before = await resume?.get(name);
  const out = before ? before.sum.slice() : new Float64Array(length);
  for (let done = before?.done ?? 0; done < total; ) {
    signal?.throwIfAborted();
    await visit(out, batches[done]!, done);
    done++;
    await resume?.set(name, { done, sum: out.slice() });
    onProgress?.({ done, total, what });
  }
  return out;
}

/** Σ weight · part over batches. @throws the signal's reason; RangeError on NaN or infinity */
export function sumOverBatches(problem: Problem, options: OperatorOptions, { part, ...result }: Pass): Promise<Float64Array> {
  const weight = batchWeight(problem);
  return visitBatches(problem, options, { ...result, visit: (sum, batch, index) => addWeighted(sum, part(batch, index), weight(batch), result.what) });
}

/** A 64-bit digest (two FNV-1a hashes) of numbers, as text. */
export function digest(v: Float64Array): string {
  const words = new Uint32Array(v.buffer, v.byteOffset, v.length * 2);
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i]!, 0x01000193);
    b = Math.imul(b ^ words[i]!, 0x85ebca6b) ^ (b >>> 15);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

/** A host vector as tensors of the chosen parameters' shapes. */
export function unpack({ segments, dimension, dtype }: Selection, v: Float64Array, name: string): Tensor[] {
  if (v.length !== dimension) throw new RangeError(`${name}: expected a vector of length ${dimension}, got ${v.length}`);
  return segments.map(({ offset, size, shape }) => tensor(v.subarray(offset, offset + size), shape, dtype));
}

/** Tensors one after the other as one host vector. */
export async function pack(leaves: readonly Tensor[]): Promise<Float64Array> {
  const out = new Float64Array(leaves.reduce((n, leaf) => n + leaf.size, 0));
  await addWeighted(out, leaves, 1, 'parameters');
  return out;
}

/** sum += weight · leaves, in float64. @throws RangeError on NaN or infinity */
export async function addWeighted(sum: Float64Array, leaves: readonly Tensor[], weight: number, what: string): Promise<void> {
  let at = 0;
  let finite = true;
  for (const leaf of leaves) {
    const data = await leaf.data();
    for (let i = 0; i < data.length; i++) sum[at + i]! += weight * data[i]!;
    // x − x is NaN exactly for the values that are not finite
    let [even, odd] = [0, 0];
    for (let i = 0; i + 1 < data.length; i += 2) {
      even += data[i]! - data[i]!;
      odd += data[i + 1]! - data[i + 1]!;
    }
    const last = data.length > 0 ? data[data.length - 1]! : 0;
    if (even + odd + (last - last) !== 0) finite = false;
    at += data.length;
  }
  if (!finite) throw new RangeError(`${what}: the result holds NaN or infinite values; check the data, the parameters and the loss`);
}
