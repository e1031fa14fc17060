/** Gradients of the single examples of a problem. */
import { matrix, type Matrix } from '@curv/linalg';
import { compile, flatten, grad, type Tensor, type Tree, type TreeFunction, treeMap, vmap } from '@curv/tensor';
import type { OperatorOptions, Problem } from '../api.js';
import { lossOf } from '../operators/curvature.js';
import { select } from '../operators/selection.js';

/**
 * One row ∇ℓᵢ for each example [N × d], on the host. Every tensor of a batch's data must have its examples along the first axis. Cost: one
 * vectorized gradient a batch, N · d numbers.
 * @throws RangeError where a batch's tensors do not begin with its size
 */
export function exampleGradients(problem: Problem, options: ExampleOptions = {}): Promise<Matrix> {
  return exampleRows(problem, options, lossOf(problem));
}

/** Options of gradients by example. */
export type ExampleOptions = Pick<OperatorOptions, 'parameters' | 'signal'>;

/** Gradients of a scalar (params, data of one example) by example: an example is a batch of one, so that a mean and a sum are its value. */
export async function exampleRows(problem: Problem, options: ExampleOptions, scalar: TreeFunction): Promise<Matrix> {
  const { merge, leaves, dimension } = select(problem.params, options.parameters);
  const single = (chosen: readonly Tensor[], example: Tree<Tensor>): Tensor => scalar(merge(chosen), treeMap((t: Tensor) => t.expandDims(0), example)) as Tensor;
  const rows = compile(vmap(grad(single), { inAxes: [null, 0] }), problem.engine ? { engine: problem.engine } : {});
  const total = problem.batches.reduce((sum, { size }) => sum + size, 0);
  const out = matrix(total, dimension);
  let from = 0;
  for (const { data, size } of problem.batches) {
    options.signal?.throwIfAborted();
    for (const { shape } of flatten(data).leaves) {
      if (shape[0] !== size) throw new RangeError(`problem: single examples need data with ${size} examples (the batch's size) along the first axis, got shape [${shape.join(', ')}]`);
    }
    let offset = 0;
    for (const part of flatten(rows(leaves, data) as Tree<Tensor>).leaves) {
      const values = await part.data();
      const width = values.length / size;
      for (let i = 0; i < size; i++) for (let j = 0; j < width; j++) out.data[(from + i) * dimension + offset + j] = values[i * width + j]!;
      offset += width;
      part.dispose();
    }
    from += size;
  }
  rows.dispose();
  return out;
}
