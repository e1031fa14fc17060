/** The common part of curvature operators: the derivative of a vector field (such as the gradient), summed over batches. */
import { compile, flatten, grad, type Tensor, type Tree, type TreeFunction } from '@curv/tensor';
import type { Batch, CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { batchWeight, checkProblem, digest, pack, sumOverBatches, unpack } from './data-pass.js';
import { type BatchArguments, dataOnly, Linearizations } from './linearizations.js';
import { type Selection, select } from './selection.js';

/** The problem's loss. @throws TypeError when it has none */
export function lossOf({ loss, model, outputLoss }: Problem): TreeFunction {
  if (loss) return loss;
  if (!model || !outputLoss) throw new TypeError('problem: expected loss, or model and outputLoss');
  return (params: unknown, data: unknown) => outputLoss(model(params, data), data) as unknown;
}

/** The matrices that need not be positive semidefinite. */
const INDEFINITE: readonly CurvatureOperator['kind'][] = ['hessian', 'residual'];

/**
 * An operator from a vector field.
 * @param makeField selection → field: (chosen tensors, ...args of a batch) → tree like the chosen tensors
 * @param args what the field takes of a batch; by default its data
 */
export function curvatureOperator(
  kind: CurvatureOperator['kind'],
  problem: Problem,
  options: OperatorOptions,
  makeField: (selection: Selection) => TreeFunction,
  args: BatchArguments = dataOnly,
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
  const kept = new Linearizations(makeField(selection), problem, () => leaves, args, options);
  const names = segments.map((s) => s.name).join();
  let products = 0;
  const over = (what: string, argument: Float64Array, part: (batch: Batch, index: number) => readonly Tensor[]): Promise<Float64Array> =>
    sumOverBatches(problem, options, { what, length: dimension, key: () => `${what} ${names} ${digest(argument)}`, part });
  const at = (tree: readonly Tensor[]): ((batch: Batch) => readonly Tensor[]) => (batch) => flatten(gradients(tree, batch.data) as Tree<Tensor>).leaves;

  return {
    kind,
    segments,
    dtype,
    shape: [dimension, dimension],
    structure: INDEFINITE.includes(kind) ? { symmetric: true } : { symmetric: true, positiveSemidefinite: true },
    get products() {
      return products;
    },
    async apply(v) {
      const tangent = unpack(selection, v, 'v');
      const out = await over(`${kind} product`, v, (batch, i) => kept.apply(batch, i, tangent));
      tangent.forEach((t) => t.dispose());
      products++;
      return out;
    },
    gradient: () => over('gradient', new Float64Array(0), at(leaves)),
    async gradientAt(step) {
      const moved = await pack(leaves);
      for (let i = 0; i < dimension; i++) moved[i]! += step[i]!;
      return over('gradient at', step, at(unpack(selection, moved, 'step')));
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
