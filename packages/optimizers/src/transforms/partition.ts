/** Parameter groups: different transformations for different parameters. */
import { type Tensor, type Tree, treeNames } from '@curv/tensor';
import type { LayerMomentsReport, Need, Params, Phase, StepContext, Transform, Transformed } from '../api.js';
import { like, leavesOf } from '../optimizer.js';
import { zerosLike } from '../tree.js';

/** The parameters of one group by name. */
type Group = Readonly<Record<string, Tensor>>;

/**
 * Sends each parameter to the transformation of its group; a group may hold none.
 * @param label group of a parameter, from its name (`treeNames`) and shape
 * @throws RangeError when a parameter's group has no transformation
 */
export function partition(groups: Readonly<Record<string, Transform<any>>>, label: (name: string, shape: readonly number[]) => string): Transform {
  const names = Object.keys(groups);
  if (names.length === 0) throw new RangeError('partition: expected at least one group');
  const labels = (tree: Params): string[] => {
    const paths = treeNames(tree);
    return leavesOf(tree).map((leaf, i) => {
      const group = label(paths[i]!, leaf.shape);
      if (!(group in groups)) throw new RangeError(`partition: parameter ${paths[i]!} was put into group ${String(group)}; there are ${names.join(', ')}`);
      return group;
    });
  };
  const take = (tree: Params, group: string, of: readonly string[], paths: readonly string[]): Group =>
    Object.fromEntries(leavesOf(tree).flatMap((leaf, i) => (of[i] === group ? [[paths[i]!, leaf]] : [])));
  return {
    name: `partition(${names.map((group) => `${group}: ${groups[group]!.name}`).join(', ')})`,
    needs: [...new Set(names.flatMap((group) => groups[group]!.needs ?? []))] as Need[],
    phase: (step): Phase => names.map((group) => groups[group]!.phase?.(step) ?? null),
    hyper: (step): Tree<number> => names.map((group) => groups[group]!.hyper?.(step) ?? {}),
    init(params): Params {
      const of = labels(params);
      const paths = treeNames(params);
      return Object.fromEntries(names.map((group) => [group, groups[group]!.init(take(params, group, of, paths)) as Params]));
    },
    update(updates, state, at): Transformed<Params> {
      const of = labels(at.params);
      const paths = treeNames(at.params);
      const moved: Record<string, Tensor> = {};
      const info: Record<string, Tensor> = {};
      const part = (tree: Params, group: string): Group => take(tree, group, of, paths);
      const next = names.map((group, i): [string, Params] => {
        const seen = groupContext(at, i, (tree) => part(tree, group), paths);
        const [u, kept, told = {}] = groups[group]!.update(part(updates, group), (state as Readonly<Record<string, Params>>)[group]!, seen) as Transformed<Params>;
        Object.assign(moved, u);
        for (const [key, value] of Object.entries(told)) info[`${group}.${key}`] = value;
        return [group, kept];
      });
      return [like(updates, paths.map((path) => moved[path]!)), Object.fromEntries(next), info];
    },
  };
}

/** The diagonal block of a product: zeros outside of the group before, the group's part after. */
function groupContext(at: StepContext, i: number, part: (tree: Params) => Group, paths: readonly string[]): StepContext {
  const { hvp, ggnvp, gradSamples, layerMoments, sampledGradient } = at;
  const block = (product: (v: Params) => Params) => (v: Params): Params => {
    const inside = v as Group;
    const zero = leavesOf(zerosLike(at.params));
    return part(product(like(at.params, paths.map((path, k) => inside[path] ?? zero[k]!))));
  };
  return {
    ...at,
    params: part(at.params),
    gradient: part(at.gradient),
    phase: (at.phase as readonly Phase[])[i]!,
    hyper: (at.hyper as readonly Tree<Tensor>[])[i]!,
    ...(hvp && { hvp: block(hvp) }),
    ...(ggnvp && { ggnvp: block(ggnvp) }),
    ...(gradSamples && { gradSamples: () => part(gradSamples()) }),
    ...(layerMoments && { layerMoments: () => groupMoments(layerMoments(), at.params, part) }),
    ...(sampledGradient && {
      sampledGradient: () => {
        const { gradient, count } = sampledGradient();
        return { gradient: part(gradient), count };
      },
    }),
  };
}

/** The layers that lie in a group as a whole; numbers are those of the group. */
function groupMoments({ layers, faults }: LayerMomentsReport, params: Params, part: (tree: Params) => Group): LayerMomentsReport {
  const inside = leavesOf(part(params));
  const place = leavesOf(params).map((leaf) => inside.indexOf(leaf));
  const kept = layers.filter(({ kernel, bias }) => place[kernel]! >= 0 && (bias === null || place[bias]! >= 0));
  const found = new Map<number, string>([...faults].flatMap(([i, why]) => (place[i]! >= 0 ? [[place[i]!, why]] : [])));
  const covered = new Set(kept.flatMap(({ kernel, bias }) => [kernel, bias]));
  place.forEach((at, i) => at >= 0 && !covered.has(i) && !found.has(at) && found.set(at, 'belongs to a layer whose other part is in another group'));
  return { layers: kept.map((layer) => ({ ...layer, kernel: place[layer.kernel]!, bias: layer.bias === null ? null : place[layer.bias]! })), faults: found };
}

/** No updates: parameters of this group stay. */
export const freeze = (): Transform => ({ name: 'freeze', init: (): Params => ({}), update: (updates, state) => [zerosLike(updates), state] });
