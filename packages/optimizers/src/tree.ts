/** What the transformations share: trees of tensors leaf by leaf. */
import { flatten, type Tensor, treeMap, unflatten, zeros } from '@curv/tensor';
import type { Params } from './api.js';

/** Zeros like a tree. */
export const zerosLike = (tree: Params): Params => treeMap((leaf) => zeros(leaf.shape, leaf.dtype), tree);

/** decay · average + (1 − decay) · values, leaf by leaf. */
export const average = (decay: number, averages: Params, values: Params): Params =>
  treeMap((a, x) => a.mul(decay).add(x.mul(1 - decay)), averages, values);

/** Several trees of one structure leaf by leaf: `f` gives as many tensors as there are results. */
export function unzipMap<const N extends readonly unknown[]>(f: (...leaves: Tensor[]) => { [K in keyof N]: Tensor }, tree: Params, ...others: Params[]): { [K in keyof N]: Params } {
  const rows: (readonly Tensor[])[] = [];
  treeMap(
    (...leaves) => {
      rows.push(f(...leaves) as unknown as readonly Tensor[]);
      return leaves[0]!;
    },
    tree,
    ...others,
  );
  const { def } = flatten(tree);
  return (rows[0] ?? []).map((_, k) => unflatten(def, rows.map((row) => row[k]!))) as { [K in keyof N]: Params };
}

/** Σ over all leaves of `f`, a scalar. */
export function total(tree: Params, f: (leaf: Tensor) => Tensor): Tensor {
  const [first, ...rest] = flatten(tree).leaves.map(f);
  if (first === undefined) throw new TypeError('params: expected a tree that holds at least one tensor');
  return rest.reduce((sum, part) => sum.add(part), first);
}

/** ‖tree‖₂ over all leaves. */
export const globalNorm = (tree: Params): Tensor => total(tree, (leaf) => leaf.square().sum()).sqrt();

/** Number of elements. */
export const countOf = (tree: Params): number => flatten(tree).leaves.reduce((n, leaf) => n + leaf.size, 0);
