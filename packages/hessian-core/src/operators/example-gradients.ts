/** Matrices with a row for each example (or output): gradients of the examples, and the Jacobian of the outputs. */
import type { LinearOperator } from '@curv/linalg';
import { compile, concat, flatten, grad, type Tensor, tensor, type Tree, type TreeFunction, treeMap, vmap } from '@curv/tensor';
import type { Batch, OperatorOptions, Problem, Segment } from '../api.js';
import { lossOf } from './curvature.js';
import { addWeighted, checkProblem, digest, exampleCount, requireExamples, requireSeparate, unpack, visitBatches } from './data-pass.js';
import { outputSpec } from './fisher.js';
import { Linearizations } from './linearizations.js';
import { type Selection, select } from './selection.js';

/** Rows of a matrix that are computed together. */
export interface RowBlock {
  /** Number of the first one. */
  readonly from: number;
  readonly count: number;
  /** [count · d], row after row. */
  readonly data: Float64Array;
}

/** A matrix whose rows belong to examples, known by its products. */
export interface ExampleOperator extends LinearOperator {
  readonly segments: readonly Segment[];
  /** A v: the derivative of each example's value along v. Costs about one gradient. */
  apply(v: Float64Array): Promise<Float64Array>;
  /** Aᵀ u: the sum of the rows, weighted. Costs about one gradient. */
  applyTranspose(u: Float64Array): Promise<Float64Array>;
  /** The rows themselves, batch by batch, from the given batch on; they are not kept in a `resume` store, which holds the passes of the two products. */
  rows(firstBatch?: number): AsyncGenerator<RowBlock>;
  dispose(): void;
}

/**
 * The N × d matrix of the gradients of the single examples, row n = ∇ℓₙ. `AᵀA / N` is the uncentred covariance of gradients (the empirical
 * Fisher matrix), `A Aᵀ` their Gram matrix. Nothing of size N · d is formed by products.
 *
 * Every tensor in a batch's data must have the examples along its first axis; the loss is called with batches of one.
 * @throws TypeError where examples are coupled; RangeError on data without a first axis of the batch's size
 */
export function exampleGradients(problem: Problem, options: OperatorOptions = {}): ExampleOperator {
  checkProblem(problem);
  requireSeparate('exampleGradients', problem);
  const selection = select(problem.params, options.parameters);
  const loss = lossOf(problem);
  const single = (chosen: readonly Tensor[], datum: Tree<Tensor>): Tensor => loss(selection.merge(chosen), alone(datum)) as Tensor;
  requireExamples('exampleGradients', problem);
  return exampleOperator('example gradients', problem, options, selection, {
    perExample: 1,
    values: vmap(single, { inAxes: [null, 0] }),
    rowsOf: (chosen, data) => joinRows(vmap(grad(single), { inAxes: [null, 0] })(chosen, data) as Tree<Tensor>),
  });
}

/**
 * The N·K × d Jacobian of the model's K outputs at each example; row n·K + k belongs to output k of example n. `J Jᵀ` is the neural tangent kernel
 * (Jacot et al. 2018, arXiv:1806.07572).
 * @throws TypeError unless the problem has a model that gives one tensor, with the examples along its first axis
 */
export function outputJacobian(problem: Problem, options: OperatorOptions = {}): ExampleOperator {
  checkProblem(problem);
  const { model, batches } = problem;
  if (!model) throw new TypeError('outputJacobian: the problem must have model');
  requireSeparate('outputJacobian', problem);
  requireExamples('outputJacobian', problem);
  const selection = select(problem.params, options.parameters);
  const perExample = outputSpec('outputJacobian', problem, batches[0]!).shape.slice(1).reduce((a, b) => a * b, 1);
  const outputs = (chosen: readonly Tensor[], data: unknown): Tensor => (model(selection.merge(chosen), data) as Tensor).reshape([-1]);
  const single = (chosen: readonly Tensor[], datum: Tree<Tensor>, unit: Tensor): Tensor => outputs(chosen, alone(datum)).mul(unit).sum();
  return exampleOperator('output Jacobian', problem, options, selection, {
    perExample,
    values: outputs,
    rowsOf: (chosen, data, units) => {
      const ofUnit = vmap(grad(single), { inAxes: [null, null, 0] });
      const all = joinRows(vmap((datum: Tree<Tensor>) => ofUnit(chosen, datum, units) as Tree<Tensor>)(data), 2);
      return all.reshape([-1, selection.dimension]);
    },
  });
}

/** A batch of one example. */
const alone = (datum: Tree<Tensor>): Tree<Tensor> => treeMap((t) => t.reshape([1, ...t.shape]), datum);

/** Gradients of a batch, [n, ...shape] each (or with more axes in front), as rows of all parameters. */
function joinRows(tree: Tree<Tensor>, front = 1): Tensor {
  const parts = flatten(tree).leaves.map((leaf) => leaf.reshape([...leaf.shape.slice(0, front), -1]));
  return parts.length === 1 ? parts[0]! : concat(parts, front);
}

interface Rows {
  readonly perExample: number;
  /** (chosen, data) → one number for each row of the batch. */
  readonly values: TreeFunction;
  /** (chosen, data, units) → the rows of the batch. */
  readonly rowsOf: (chosen: readonly Tensor[], data: Tree<Tensor>, units: Tensor) => Tensor;
}

function exampleOperator(what: string, problem: Problem, options: OperatorOptions, selection: Selection, { perExample, values, rowsOf }: Rows): ExampleOperator {
  const { segments, dimension, dtype, leaves } = selection;
  const height = exampleCount(problem) * perExample;
  const engine = problem.engine ? { engine: problem.engine } : {};
  const forward = new Linearizations(values, problem, () => leaves, (batch) => [batch.data], options);
  // u ↦ Aᵀ u is linear, so its derivative at any u is itself.
  const weighted = (u: Tensor, chosen: readonly Tensor[], data: unknown): Tree<Tensor> => grad((c: readonly Tensor[]) => (values(c, data) as Tensor).mul(u).sum())(chosen) as Tree<Tensor>;
  const weights = (batch: Batch, from?: Float64Array): Tensor => tensor(from ?? new Float64Array(batch.size * perExample), [batch.size * perExample], dtype);
  const backward = new Linearizations(weighted, problem, (batch) => weights(batch) as never, (batch) => [leaves, batch.data], options);
  const rowBlock = compile(rowsOf as TreeFunction, engine);
  const { batches } = problem;
  const names = segments.map((segment) => segment.name).join();
  const key = (product: string, argument: Float64Array) => (): string => `${what} ${product} ${names} ${digest(argument)}`;
  const firstRows = batches.map((_, i) => batches.slice(0, i).reduce((rows, { size }) => rows + size * perExample, 0));
  /** The part of a vector of all rows that belongs to a batch. */
  const rowsIn = (all: Float64Array, batch: Batch, i: number): Float64Array => all.subarray(firstRows[i]!, firstRows[i]! + batch.size * perExample);
  return {
    shape: [height, dimension],
    dtype,
    segments,
    async apply(v) {
      const tangent = unpack(selection, v, 'v');
      return visitBatches(problem, options, { what, length: height, key: key('product', v), visit: (out, batch, i) => addWeighted(rowsIn(out, batch, i), forward.apply(batch, i, tangent), 1, what) });
    },
    async applyTranspose(u) {
      if (u.length !== height) throw new RangeError(`u: expected a vector of length ${height}, got ${u.length}`);
      return visitBatches(problem, options, {
        what, length: dimension, key: key('transposed product', u),
        visit: (out, batch, i) => addWeighted(out, backward.apply(batch, i, weights(batch, rowsIn(u, batch, i))), 1, what),
      });
    },
    async *rows(firstBatch = 0) {
      const units = tensor(Float64Array.from({ length: perExample ** 2 }, (_, i) => Number(i % (perExample + 1) === 0)), [perExample, perExample], dtype);
      for (const [i, batch] of batches.entries()) {
        if (i < firstBatch) continue;
        options.signal?.throwIfAborted();
        const count = batch.size * perExample;
        const block = rowBlock(leaves, batch.data, units) as Tensor;
        const data = new Float64Array(count * dimension);
        await addWeighted(data, [block], 1, what);
        block.dispose();
        yield { from: firstRows[i]!, count, data };
      }
    },
    dispose() {
      forward.dispose();
      backward.dispose();
      rowBlock.dispose();
    },
  };
}
