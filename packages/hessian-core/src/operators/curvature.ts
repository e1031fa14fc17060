/** The common part of curvature operators: the derivative of a vector field (such as the gradient), summed over batches. */
import {
  compile, flatten, grad, type Linearization, type Linearizer, linearizer, type Tensor, tensor, type Tree, type TreeFunction,
} from '@curv/tensor';
import type { Batch, CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { type Selection, select } from './selection.js';

/** The problem's loss. @throws TypeError when it has none */
export function lossOf({ loss, model, outputLoss }: Problem): TreeFunction {
  if (loss) return loss;
  if (!model || !outputLoss) throw new TypeError('problem: expected loss, or model and outputLoss');
  return (params: unknown, data: unknown) => outputLoss(model(params, data), data) as unknown;
}

function checkProblem({ batches, reduction }: Problem): void {
  if (!Array.isArray(batches) || batches.length === 0) throw new RangeError('problem: batches must hold at least one batch');
  (batches as readonly Batch[]).forEach(({ size }, i) => {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`problem: batches[${i}].size must be a positive integer, got ${size}`);
  });
  if (reduction !== 'mean' && reduction !== 'sum') throw new TypeError(`problem: reduction must be 'mean' or 'sum', got ${String(reduction)}`);
}

/**
 * An operator from a vector field.
 * @param makeField (loss, problem, merge) → field of the chosen tensors and a batch's data
 */
export function curvatureOperator(
  kind: CurvatureOperator['kind'],
  problem: Problem,
  options: OperatorOptions,
  makeField: (selection: Selection) => TreeFunction,
): CurvatureOperator {
  checkProblem(problem);
  const selection = select(problem.params, options.parameters);
  const { dimension, dtype, segments, leaves } = selection;
  const engine = problem.engine ? { engine: problem.engine } : {};
  const weight = batchWeight(problem);
  const loss = lossOf(problem);
  const chosenLoss = (chosen: readonly Tensor[], data: unknown): Tensor => loss(selection.merge(chosen), data) as Tensor;
  const gradients = compile(grad(chosenLoss), engine);
  const losses = compile(chosenLoss, engine);
  const kept = new Linearizations(linearizer(makeField(selection), engine), leaves, options);
  let products = 0;
  const overBatches = (what: string, part: (batch: Batch) => readonly Tensor[]): Promise<Float64Array> => sumOverBatches(problem, options, dimension, what, part);
  const at = (tree: readonly Tensor[]): ((batch: Batch) => readonly Tensor[]) => (batch) => flatten(gradients(tree, batch.data) as Tree<Tensor>).leaves;

  return {
    kind,
    segments,
    dtype,
    shape: [dimension, dimension],
    structure: kind === 'hessian' ? { symmetric: true } : { symmetric: true, positiveSemidefinite: true },
    get products() {
      return products;
    },
    async apply(v) {
      const tangent = unpack(selection, v, 'v');
      const out = await overBatches(`${kind} product`, (batch) => flatten(kept.at(batch).apply(tangent) as Tree<Tensor>).leaves);
      tangent.forEach((t) => t.dispose());
      products++;
      return out;
    },
    gradient: () => overBatches('gradient', at(leaves)),
    async gradientAt(step) {
      const base = await pack(leaves, dimension);
      for (let i = 0; i < dimension; i++) base[i]! += step[i]!;
      return overBatches('gradient', at(unpack(selection, base, 'step')));
    },
    async risk() {
      let sum = 0;
      for (const batch of problem.batches) sum += weight(batch) * (await losses(leaves, batch.data).data())[0]!;
      return sum;
    },
    dispose() {
      kept.dispose();
      gradients.dispose();
      losses.dispose();
    },
  };
}

/** What a batch's part counts in the whole: its share of the examples in a mean, 1 in a sum. */
function batchWeight({ batches, reduction }: Problem): (batch: Batch) => number {
  const total = batches.reduce((n, b) => n + b.size, 0);
  return ({ size }) => (reduction === 'mean' ? size / total : 1);
}

/** Σ weight · part over batches, with progress and abort. */
async function sumOverBatches(problem: Problem, options: OperatorOptions, dimension: number, what: string, part: (batch: Batch) => readonly Tensor[]): Promise<Float64Array> {
  const weight = batchWeight(problem);
  const sum = new Float64Array(dimension);
  let done = 0;
  for (const batch of problem.batches) {
    options.signal?.throwIfAborted();
    await addWeighted(sum, part(batch), weight(batch), what);
    done++;
    options.onProgress?.({ done, total: problem.batches.length, what });
  }
  return sum;
}

/** Linearizations of the batches, kept as far as memory allows. */
class Linearizations {
  private readonly kept = new Map<Batch, Linearization>();
  private last: Linearization | null = null;
  private bytes = 0;

  constructor(
    private readonly source: Linearizer,
    private readonly leaves: readonly Tensor[],
    private readonly options: OperatorOptions,
  ) {}

  at(batch: Batch): Linearization {
    const known = this.kept.get(batch);
    if (known !== undefined) return known;
    this.last?.dispose();
    this.last = null;
    const made = this.source.at(this.leaves, batch.data);
    const { keep = 'auto', memoryLimit = 2 ** 30 } = this.options;
    if (keep === 'always' || (keep === 'auto' && this.bytes + made.bytes <= memoryLimit)) {
      this.kept.set(batch, made);
      this.bytes += made.bytes;
    } else this.last = made;
    return made;
  }

  dispose(): void {
    for (const made of this.kept.values()) made.dispose();
    this.last?.dispose();
    this.last = null;
    this.kept.clear();
    this.bytes = 0;
    this.source.dispose();
  }
}

/** A host vector as tensors of the chosen parameters' shapes. */
function unpack({ segments, dimension, dtype }: Selection, v: Float64Array, name: string): Tensor[] {
  if (v.length !== dimension) throw new RangeError(`${name}: expected a vector of length ${dimension}, got ${v.length}`);
  return segments.map(({ offset, size, shape }) => tensor(v.subarray(offset, offset + size), shape, dtype));
}

async function pack(leaves: readonly Tensor[], dimension: number): Promise<Float64Array> {
  const out = new Float64Array(dimension);
  await addWeighted(out, leaves, 1, 'parameters');
  return out;
}

/** sum += weight · leaves, in float64. @throws RangeError on NaN or infinity */
async function addWeighted(sum: Float64Array, leaves: readonly Tensor[], weight: number, what: string): Promise<void> {
  let at = 0;
  let check = 0;
  for (const leaf of leaves) {
    const data = await leaf.data();
    for (let i = 0; i < data.length; i++) {
      const term = weight * data[i]!;
      check += term - term;
      sum[at++]! += term;
    }
  }
  // x − x is NaN exactly for the values that are not finite.
  if (check !== 0) throw new RangeError(`${what}: the result holds NaN or infinite values; check the data, the parameters and the loss`);
}
