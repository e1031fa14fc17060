/** Choosing parameters by name, and their layout in a vector. */
import { flatten, type Tensor, type Tree, type TreeDef, treeNames, unflatten } from '@curv/tensor';
import type { Segment } from '../api.js';

/** Chosen leaves of a parameter tree, with the way back into it. */
export interface Selection {
  readonly segments: readonly Segment[];
  readonly dimension: number;
  readonly dtype: 'float32' | 'float64';
  /** The chosen tensors. */
  readonly leaves: readonly Tensor[];
  /** The whole tree with the chosen leaves replaced. */
  merge(chosen: readonly Tensor[]): Tree<Tensor>;
}

/** A glob over parameter names: `*` stands for any characters, `?` for one; a name also matches when a leading part up to a dot does. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  const whole = new RegExp(`^(?:${source})(?:\\..*)?$`);
  return (name) => whole.test(name);
}

/** @throws RangeError listing the names when nothing matches; TypeError on parameters that are not floating-point of one dtype */
export function select(params: Tree<Tensor>, patterns: string | readonly string[] | undefined): Selection {
  const { leaves, def } = flatten(params);
  const names = treeNames(params);
  const list = patterns === undefined ? ['*'] : typeof patterns === 'string' ? [patterns] : patterns;
  const matchers = list.map(globMatcher);
  const chosen = names.flatMap((name, i) => (matchers.some((match) => match(name)) ? [i] : []));
  if (chosen.length === 0) throw new RangeError(`parameters: no name matches ${list.join(', ')}; there are ${names.join(', ')}`);
  const dtype = leaves[chosen[0]!]!.dtype;
  if (dtype !== 'float32' && dtype !== 'float64') throw new TypeError(`params: ${names[chosen[0]!]!} must be float32 or float64, got ${dtype}`);
  let offset = 0;
  const segments = chosen.map((i): Segment => {
    const leaf = leaves[i]!;
    if (leaf.dtype !== dtype) throw new TypeError(`params: all parameters must have one dtype, got ${dtype} and ${leaf.dtype} (${names[i]!})`);
    const segment = { name: names[i]!, shape: leaf.shape, offset, size: leaf.size };
    offset += leaf.size;
    return segment;
  });
  return { segments, dimension: offset, dtype, leaves: chosen.map((i) => leaves[i]!), merge: merger(leaves, def, chosen) };
}

function merger(leaves: readonly Tensor[], def: TreeDef, chosen: readonly number[]): (values: readonly Tensor[]) => Tree<Tensor> {
  return (values) => {
    const all = [...leaves];
    chosen.forEach((at, i) => (all[at] = values[i]!));
    return unflatten(def, all);
  };
}
