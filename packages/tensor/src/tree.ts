/** Nested plain objects and arrays of tensors. */
import type { Tree } from './api.js';
import { isFloat, showSpec, sizeOf } from './primitive.js';
import { concat, reshape, slice } from './primitives/shape.js';
import { Tensor } from './tensor.js';

/** The structure of a tree. `kind` of a leaf that is no tensor keeps its value: it is static. */
export type TreeDef =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'array'; readonly items: readonly TreeDef[] }
  | { readonly kind: 'object'; readonly keys: readonly string[]; readonly items: readonly TreeDef[] };

/** A tree taken apart: its tensors in order, and the way back. */
export interface Flat {
  readonly leaves: Tensor[];
  readonly def: TreeDef;
}

const LEAF: TreeDef = { kind: 'leaf' };

const isPlainObject = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
};

/** Takes a tree apart; objects in the order of their keys. */
export function flatten(tree: unknown): Flat {
  const leaves: Tensor[] = [];
  return { leaves, def: collect(tree, leaves) };
}

function collect(tree: unknown, leaves: Tensor[]): TreeDef {
  if (tree instanceof Tensor) {
    leaves.push(tree);
    return LEAF;
  }
  if (Array.isArray(tree)) return { kind: 'array', items: tree.map((item) => collect(item, leaves)) };
  if (isPlainObject(tree)) {
    const keys = Object.keys(tree);
    return { kind: 'object', keys, items: keys.map((key) => collect(tree[key], leaves)) };
  }
  return { kind: 'static', value: tree };
}

/** Puts leaves into a structure. */
export function unflatten<T>(def: TreeDef, leaves: readonly T[]): Tree<T> {
  let next = 0;
  const build = (at: TreeDef): unknown => {
    switch (at.kind) {
      case 'leaf':
        return leaves[next++];
      case 'static':
        return at.value;
      case 'array':
        return at.items.map(build);
      case 'object':
        return Object.fromEntries(at.keys.map((key, i) => [key, build(at.items[i]!)]));
    }
  };
  return build(def) as Tree<T>;
}

/** Leaves of a tree in the order of a given structure. @throws TypeError naming the path where the structures differ */
export function flattenLike(def: TreeDef, tree: unknown, what: string): Tensor[] {
  const leaves: Tensor[] = [];
  const walk = (at: TreeDef, value: unknown, path: string): void => {
    if (at.kind === 'leaf') {
      if (!(value instanceof Tensor)) throw new TypeError(`${what}: expected a tensor at ${path || 'the root'}, got ${describe(value)}`);
      leaves.push(value);
    } else if (at.kind === 'array') {
      if (!Array.isArray(value) || value.length !== at.items.length) {
        throw new TypeError(`${what}: expected an array of ${at.items.length} at ${path || 'the root'}, got ${describe(value)}`);
      }
      at.items.forEach((item, i) => walk(item, value[i], `${path}[${i}]`));
    } else if (at.kind === 'object') {
      if (!isPlainObject(value) || Object.keys(value).length !== at.keys.length || at.keys.some((key) => !(key in value))) {
        throw new TypeError(`${what}: expected an object with keys ${at.keys.join(', ')} at ${path || 'the root'}, got ${describe(value)}`);
      }
      at.keys.forEach((key, i) => walk(at.items[i]!, value[key], path ? `${path}.${key}` : key));
    }
  };
  walk(def, tree, '');
  return leaves;
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return `a tensor ${showSpec(value)}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isPlainObject(value)) return `an object with keys ${Object.keys(value).join(', ') || '(none)'}`;
  return value === null ? 'null' : typeof value;
}

/** A text that is equal for equal structures and equal static values. */
export function structureKey(def: TreeDef): string {
  switch (def.kind) {
    case 'leaf':
      return '*';
    case 'static':
      return `${typeof def.value}:${String(def.value)}`;
    case 'array':
      return `[${def.items.map(structureKey).join()}]`;
    case 'object':
      return `{${def.keys.map((key, i) => `${JSON.stringify(key)}:${structureKey(def.items[i]!)}`).join()}}`;
  }
}

/** The same tree with every tensor replaced; further trees of the same structure are walked along. */
export function treeMap(f: (...leaves: Tensor[]) => Tensor, tree: Tree<Tensor>, ...others: Tree<Tensor>[]): Tree<Tensor> {
  const { leaves, def } = flatten(tree);
  const rows = others.map((other, i) => flattenLike(def, other, `treeMap: tree ${i + 2}`));
  return unflatten(def, leaves.map((leaf, i) => f(leaf, ...rows.map((row) => row[i]!))));
}

/** The tensors of a tree, in order. */
export const treeLeaves = (tree: Tree<Tensor>): Tensor[] => flatten(tree).leaves;

/** Names of a tree's tensors in order: keys and positions joined by dots, such as `conv1.kernel` or `layers.0.bias`. */
export function treeNames(tree: Tree<Tensor>): string[] {
  const names: string[] = [];
  const walk = (at: unknown, path: string): void => {
    if (at instanceof Tensor) names.push(path);
    else if (Array.isArray(at)) at.forEach((item, i) => walk(item, path ? `${path}.${i}` : String(i)));
    else if (isPlainObject(at)) for (const key of Object.keys(at)) walk(at[key], path ? `${path}.${key}` : key);
  };
  walk(tree, '');
  return names;
}

/** A tree as one vector, and the way back. */
export interface Raveled {
  /** [d]: all elements, leaf by leaf. */
  readonly vector: Tensor;
  /** A tree of the same structure from a vector [d]. */
  readonly unravel: (vector: Tensor) => Tree<Tensor>;
}

/** All elements of a tree of floating-point tensors of one dtype as a vector. */
export function ravel(tree: Tree<Tensor>): Raveled {
  const { leaves, def } = flatten(tree);
  const dtype = leaves[0]?.dtype;
  for (const leaf of leaves) {
    if (!isFloat(leaf.dtype) || leaf.dtype !== dtype) {
      throw new TypeError(`ravel: all tensors must have one floating-point dtype, got ${leaves.map(showSpec).join(', ')}`);
    }
  }
  if (dtype === undefined) throw new TypeError('ravel: the tree holds no tensor');
  const shapes = leaves.map((leaf) => leaf.shape);
  const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const unravel = (vector: Tensor): Tree<Tensor> => {
    if (vector.rank !== 1 || vector.shape[0] !== total) {
      throw new RangeError(`unravel: expected a vector of ${total} elements, got ${showSpec(vector)}`);
    }
    let offset = 0;
    return unflatten(def, shapes.map((shape) => reshape(slice(vector, [offset], [(offset += sizeOf(shape))]), shape)));
  };
  return { vector: concat(leaves.map((leaf) => reshape(leaf, [-1]))), unravel };
}
