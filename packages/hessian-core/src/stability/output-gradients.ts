/** Gradients of a model's outputs. */
import { matrix, type Matrix } from '@curv/linalg';
import type { Tensor } from '@curv/tensor';
import type { Problem } from '../api.js';
import { type ExampleOptions, exampleRows } from '../spectrum/example-gradients.js';

/**
 * Rows ∂f꜀(xᵢ)/∂θ [N·K × d], example after example, each with its K outputs one after the other: what `stabilityReport` takes, with `outputs: K`. Gradients
 * of the outputs and not of the loss, which vanish at a minimum. Cost: K vectorized gradients a batch, N · K · d numbers.
 * @throws TypeError unless the problem has a model
 */
export async function outputGradients(problem: Problem, options: ExampleOptions = {}): Promise<{ rows: Matrix; outputs: number }> {
  const { model } = problem;
  if (!model) throw new TypeError('outputGradients: the problem must have model');
  let outputs = 1;
  const component = (c: number) => (params: unknown, data: unknown): Tensor => {
    const flat = (model(params, data) as Tensor).reshape([-1]);
    outputs = flat.size;
    return flat.slice([c], [c + 1]).reshape([]);
  };
  const parts = [await exampleRows(problem, options, component(0))];
  for (let c = 1; c < outputs; c++) parts.push(await exampleRows(problem, options, component(c)));
  const { rows: n, columns: d } = parts[0]!;
  const rows = matrix(n * outputs, d);
  parts.forEach(({ data }, c) => {
    for (let i = 0; i < n; i++) rows.data.set(data.subarray(i * d, (i + 1) * d), (i * outputs + c) * d);
  });
  return { rows, outputs };
}
