/** Gradients of a model's outputs. */
import { matrix, type Matrix } from '@curv/linalg';
import type { OperatorOptions, Problem } from '../api.js';
import { outputJacobian } from '../operators/example-gradients.js';

/**
 * Rows ∂f꜀(xᵢ)/∂θ [N·K × d], example after example, each with its K outputs one after the other: `outputJacobian` as a matrix, which `stabilityReport`
 * takes with `outputs: K`. Gradients of the outputs and not of the loss, which vanish at a minimum. N · K · d numbers.
 * @throws TypeError unless the problem has a model
 */
export async function outputGradients(problem: Problem, options: OperatorOptions = {}): Promise<{ rows: Matrix; outputs: number }> {
  const jacobian = outputJacobian(problem, options);
  const [count, width] = jacobian.shape;
  const rows = matrix(count, width);
  for await (const { from, data } of jacobian.rows()) rows.data.set(data, from * width);
  jacobian.dispose();
  return { rows, outputs: count / problem.batches.reduce((sum, { size }) => sum + size, 0) };
}
