/** The affine layers that the chosen parameters of a model make up. */
import { affineLayers, type AffineLayer, type LayeredFunction, type Tensor } from '@curv/tensor';
import type { Batch, Problem } from '../api.js';
import type { Selection } from './selection.js';

/** A layer with its name; numbers are those of the chosen parameters. */
export interface NamedLayer extends AffineLayer {
  readonly name: string;
}

/** A problem's model as a function of the chosen parameters. */
export const modelOf = (problem: Problem, { merge }: Selection): LayeredFunction => (leaves, data) => problem.model!(merge(leaves), data) as Tensor;

/**
 * The layers, as they are used with such a batch.
 * @throws TypeError naming each parameter that is used otherwise than as the kernel of a matrix product or an ungrouped convolution, or as a bias
 */
export function namedLayers(where: string, problem: Problem, selection: Selection, batch: Batch): NamedLayer[] {
  const { segments, leaves } = selection;
  const { layers, faults } = affineLayers(modelOf(problem, selection), leaves, batch.data);
  if (faults.size > 0) {
    const list = [...faults].map(([i, why]) => `${segments[i]!.name} ${why}`);
    throw new TypeError(`${where}: only kernels of matrix products and ungrouped convolutions, and their biases, have Kronecker factors: ${list.join('; ')}. Leave others out by \`parameters\``);
  }
  return layers.map((layer) => ({ ...layer, name: segments[layer.kernel]!.name.replace(/\.(?:kernel|weight|w)$/i, '') }));
}
