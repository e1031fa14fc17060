/** Kronecker-factored approximate curvature with corrected eigenvalues. */
import type { Problem } from '../api.js';
import { layerStatistics } from './kfac.js';
import { eigenbases, type KroneckerOptions } from './kronecker-factors.js';
import { type KroneckerOperator, kroneckerOperator } from './kronecker-operator.js';

/**
 * EKFAC (George et al. 2018, arXiv:1806.03884): the eigenbases of KFAC's factors, with the second moments of the gradients in these bases as
 * eigenvalues. Of all matrices that are diagonal in the bases it is the nearest to the layer's block of the Fisher matrix in the Frobenius norm, so
 * never farther than KFAC; its trace is exact. Cost: KFAC and one more pass; at layers with several positions, memory for examples · inputs · outputs
 * numbers in a batch.
 * @throws as `kfac`
 */
export async function ekfac(problem: Problem, options: KroneckerOptions = {}): Promise<KroneckerOperator> {
  const { selection, statistics } = await layerStatistics('ekfac', problem, options);
  const layers = await statistics.factors();
  const bases = layers.map(eigenbases);
  const scales = await statistics.projected(bases);
  const blocks = layers.map((layer, l) => ({ ...layer, left: bases[l]!.left, right: bases[l]!.right, values: { rows: layer.inputs, columns: layer.outputs, data: scales[l]! } }));
  return kroneckerOperator('ekfac', selection, blocks);
}
