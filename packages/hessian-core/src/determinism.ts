/** Is the risk a function at all, and is it the mean (sum) over examples that it is said to be? */
import { compile, flatten, grad, type Tensor, type Tree, treeMap } from '@curv/tensor';
import type { Batch, Problem } from './api.js';
import { lossOf } from './operators/curvature.js';
import { checkProblem, pack } from './operators/data-pass.js';
import { select } from './operators/selection.js';

/** What `checkDeterminism` measured. */
export interface DeterminismCheck {
  /** Largest relative change of a loss or gradient between two evaluations with the same data: not 0 with dropout or other random numbers. */
  readonly lossVariation: number;
  /** Largest change of the data between two readings of the batches: not 0 with shuffling or augmentation. */
  readonly dataVariation: number;
  /**
   * Relative difference between the loss of a batch and that of its halves put together: not 0 where batch statistics couple the examples
   * (batch-norm in training mode), or the loss reduces otherwise than stated. Null where a batch cannot be halved, or `batchNorm` is `training`.
   */
  readonly couplingDefect: number | null;
  readonly passed: boolean;
  /** One sentence for each failed check, naming what it may come from. */
  readonly problems: readonly string[];
}

/** Options of `checkDeterminism`. */
export interface DeterminismOptions {
  /** Batches to look at, the first ones. Default 2. */
  readonly batches?: number;
  /** Largest relative defect that counts as rounding. Default 1e-10 in float64, 1e-4 in float32. Variations must be 0. */
  readonly tolerance?: number;
}

/**
 * Evaluates the loss anew, from the function that was given, reads the data again, and takes batches apart. Random numbers that a traced function draws are
 * fixed once it is compiled: gradient and product would each be exact, but of different functions, which no check of the operator could see.
 * Cost: four gradients and two losses of the batches looked at, and as many compilations.
 * @throws as the operators, on a problem that is not well formed
 */
export async function checkDeterminism(problem: Problem, options: DeterminismOptions = {}): Promise<DeterminismCheck> {
  checkProblem(problem);
  const { leaves, dtype, merge } = select(problem.params, undefined);
  const { batches: count = 2, tolerance = dtype === 'float64' ? 1e-10 : 1e-4 } = options;
  const loss = lossOf(problem);
  const engine = problem.engine ? { engine: problem.engine } : {};
  const evaluate = async (data: Tree<Tensor>): Promise<{ value: number; gradient: Float64Array }> => {
    const chosenLoss = (chosen: readonly Tensor[], d: unknown): Tensor => loss(merge(chosen), d) as Tensor;
    const [value, gradient] = [compile(chosenLoss, engine), compile(grad(chosenLoss), engine)];
    const found = { value: (await value(leaves, data).data())[0]!, gradient: await pack(flatten(gradient(leaves, data) as Tree<Tensor>).leaves) };
    value.dispose();
    gradient.dispose();
    return found;
  };
  let lossVariation = 0;
  let dataVariation = 0;
  let couplingDefect: number | null = null;
  for (let i = 0; i < Math.min(count, problem.batches.length); i++) {
    const [batch, again] = [problem.batches[i]!, problem.batches[i]!];
    dataVariation = Math.max(dataVariation, await difference(batch.data, again.data));
    const [first, second] = [await evaluate(batch.data), await evaluate(batch.data)];
    lossVariation = Math.max(lossVariation, relative(first.value - second.value, first.value), relative(distance(first.gradient, second.gradient), norm(first.gradient)));
    // With random numbers in the loss, halves differ for that reason already.
    const halves = problem.batchNorm === 'training' || lossVariation > 0 ? null : halve(batch);
    const parts = halves && (await valuesOf(halves, evaluate));
    if (parts === null) continue;
    const together = parts.reduce((sum, value, k) => sum + (problem.reduction === 'mean' ? halves![k]!.size / batch.size : 1) * value, 0);
    couplingDefect = Math.max(couplingDefect ?? 0, relative(together - first.value, first.value));
  }
  const problems: string[] = [];
  const show = (x: number): string => x.toExponential(1);
  if (dataVariation > 0) problems.push(`the data of a batch differ by ${show(dataVariation)} between two readings: shuffled or augmented data? Read them once and keep them`);
  if (lossVariation > 0) problems.push(`the loss changes by ${show(lossVariation)} (relative) between two evaluations on the same data: dropout or other random numbers in the model? Draw them outside, as part of the data`);
  if (couplingDefect !== null && couplingDefect > tolerance) {
    problems.push(`the loss of a batch differs by ${show(couplingDefect)} (relative) from the ${problem.reduction} of its halves: batch-norm in training mode, or a loss that does not reduce by '${problem.reduction}' over the examples?`);
  }
  return { lossVariation, dataVariation, couplingDefect, passed: problems.length === 0, problems };
}

const norm = (v: Float64Array): number => Math.sqrt(v.reduce((s, x) => s + x * x, 0));
const distance = (a: Float64Array, b: Float64Array): number => norm(a.map((x, i) => x - b[i]!));
const relative = (change: number, size: number): number => (change === 0 ? 0 : Math.abs(change) / Math.max(Math.abs(size), Number.MIN_VALUE));

/** Largest change of an element; infinite where shapes differ. */
async function difference(a: Tree<Tensor>, b: Tree<Tensor>): Promise<number> {
  const [left, right] = [flatten(a).leaves, flatten(b).leaves];
  if (left.map((t) => String(t.shape)).join(';') !== right.map((t) => String(t.shape)).join(';')) return Infinity;
  let most = 0;
  for (const [i, t] of left.entries()) {
    if (t === right[i]) continue;
    const [x, y] = [await t.data(), await right[i]!.data()];
    for (let k = 0; k < x.length; k++) most = Math.max(most, Math.abs(x[k]! - y[k]!));
  }
  return most;
}

/** Losses of the parts; null where the loss is made for batches of one size. */
async function valuesOf(parts: readonly Batch[], evaluate: (data: Tree<Tensor>) => Promise<{ value: number }>): Promise<number[] | null> {
  try {
    const values: number[] = [];
    for (const { data } of parts) values.push((await evaluate(data)).value);
    return values;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Two parts of a batch whose tensors all have the examples in front; null where there is none. */
function halve({ data, size }: Batch): Batch[] | null {
  if (size < 2 || flatten(data).leaves.some((t) => t.shape[0] !== size)) return null;
  const middle = size >> 1;
  return [[0, middle], [middle, size]].map(([from, to]) => ({ size: to! - from!, data: treeMap((t) => t.slice([from!], [to!]), data) }));
}
