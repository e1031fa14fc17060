/** The layers of a model, by the names of its parameters. */
import { globMatcher } from '@curv/hessian-core';
import { type Tensor, type Tree, treeNames } from '@curv/tensor';

/** A layer: parameters whose names agree up to the last dot or slash. */
export interface LayerNames {
  readonly name: string;
  readonly parameters: readonly string[];
}

export const layerNameOf = (parameter: string): string => parameter.replace(/[./][^./]*$/, '');

/** The layers of which a parameter matches. @throws RangeError listing the parameters when none does */
export function layersOf(params: Tree<Tensor>, pattern: string | undefined): LayerNames[] {
  const names = treeNames(params);
  const match = pattern === undefined ? () => true : globMatcher(pattern);
  const chosen = names.filter(match);
  if (chosen.length === 0) throw new RangeError(`--layers: no parameter matches ${pattern}; there are ${names.join(', ')}`);
  return [...new Set(chosen.map(layerNameOf))].map((name) => ({ name, parameters: names.filter((parameter) => layerNameOf(parameter) === name) }));
}
