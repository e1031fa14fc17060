/** Kronecker-factored approximate curvature. */
import type { Problem } from '../api.js';
import { checkProblem, requireExamples, requireSeparate } from './data-pass.js';
import { eigenbases, type KroneckerOptions, LayerStatistics } from './kronecker-factors.js';
import { type KroneckerOperator, kroneckerOperator } from './kronecker-operator.js';
import { namedLayers } from './layer-uses.js';
import { type Selection, select } from './selection.js';

/** What `kfac` and `ekfac` collect. */
export async function layerStatistics(where: string, problem: Problem, options: KroneckerOptions): Promise<{ selection: Selection; statistics: LayerStatistics }> {
  checkProblem(problem);
  requireSeparate(where, problem);
  if (!problem.model) throw new TypeError(`${where}: the problem must have model`);
  const { positions = 'expand' } = options;
  if (positions !== 'expand' && positions !== 'reduce') throw new TypeError(`${where}: positions must be expand or reduce, got ${String(positions)}`);
  requireExamples(where, problem);
  const selection = select(problem.params, options.parameters);
  const layers = namedLayers(where, problem, selection, problem.batches[0]!);
  return { selection, statistics: new LayerStatistics(where, problem, options, selection, layers) };
}

/**
 * KFAC: the Fisher matrix of `fisher`, cut to the blocks of the layers, each as a Kronecker product A ⊗ B of the second moments of the layer's inputs
 * and of the gradients by its outputs (Martens & Grosse 2015, arXiv:1503.05671; for convolutions Grosse & Martens 2016, arXiv:1602.01407; with shared
 * weights in general Eschenhagen et al. 2023, arXiv:2311.00636).
 *
 * Layers are found in the model's trace: a parameter that is the right operand of `matmul`, or the kernel of an ungrouped `conv2d`, and the
 * vector that is added to the product. The model may be any function. Exact for one example and, with `expand`, for a deep linear model. Cost: one
 * backward pass for each output (`exact`), sample, or one (`empirical`); for each layer two small eigenproblems.
 * @throws TypeError where a parameter belongs to no such layer; TypeError, RangeError as `fisher`
 */
export async function kfac(problem: Problem, options: KroneckerOptions = {}): Promise<KroneckerOperator> {
  const { selection, statistics } = await layerStatistics('kfac', problem, options);
  const layers = await statistics.factors();
  const blocks = layers.map((layer) => {
    const { left, right, a, b } = eigenbases(layer);
    const data = new Float64Array(a.length * b.length);
    a.forEach((x, i) => b.forEach((y, j) => (data[i * b.length + j] = x * y)));
    return { ...layer, left, right, values: { rows: a.length, columns: b.length, data } };
  });
  return kroneckerOperator('kfac', selection, blocks);
}
