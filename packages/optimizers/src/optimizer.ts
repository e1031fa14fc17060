/** An optimizer from a transformation of gradients. */
import { flatten, random, scalar, type Tensor, treeMap, type Tree, unflatten } from '@curv/tensor';
import type { Need, Optimizer, OptimizerState, Oracles, Params, Step, StepContext, Transform, Transformed } from './api.js';

/** The dtype that all parameters share. @throws TypeError unless there are some, all float32 or all float64 */
export function dtypeOf(params: Params): 'float32' | 'float64' {
  const { leaves } = flatten(params);
  const dtype = leaves[0]?.dtype;
  if (dtype === undefined) throw new TypeError('params: expected a tree that holds at least one tensor');
  for (const leaf of leaves) {
    if (leaf.dtype !== dtype || (dtype !== 'float32' && dtype !== 'float64')) {
      throw new TypeError(`params: expected tensors of one floating-point dtype, got ${[...new Set(leaves.map((l) => l.dtype))].join(' and ')}`);
    }
  }
  return dtype as 'float32' | 'float64';
}

/** A tree of numbers as scalars, the arguments that a graph takes. */
export function scalars(numbers: Tree<number>, dtype: 'float32' | 'float64', make: (x: number) => Tensor = (x) => scalar(x, dtype)): Tree<Tensor> {
  if (typeof numbers === 'number') return make(numbers);
  if (Array.isArray(numbers)) return numbers.map((item) => scalars(item as Tree<number>, dtype, make));
  return Object.fromEntries(Object.entries(numbers).map(([key, item]) => [key, scalars(item as Tree<number>, dtype, make)]));
}

const ASKED: Readonly<Record<Need, keyof Oracles>> = { value: 'value', hvp: 'hvp', ggnvp: 'ggnvp', gradSamples: 'gradSamples', layerMoments: 'layerMoments', sampledGradient: 'sampledGradient' };

/** Paths and shapes of a tree, for comparison. */
const outline = (tree: Params): string => JSON.stringify([flatten(tree).def, flatten(tree).leaves.map((leaf) => [leaf.shape, leaf.dtype])]);

/** @throws RangeError unless the gradient has the parameters' structure and shapes */
function checkAlike(gradient: Params, params: Params): void {
  if (outline(gradient) === outline(params)) return;
  const show = (tree: Params): string => flatten(tree).leaves.map((leaf) => `[${leaf.shape.join(', ')}] ${leaf.dtype}`).join('; ');
  throw new RangeError(`gradient: expected a tree like the parameters (${show(params)}), got ${show(gradient)}`);
}

/** One step of a transformation on whatever tensors, traced or not; the parameters move by its updates. */
export function applyTransform(transform: Transform, gradient: Params, slots: Params, at: StepContext): { params: Params; slots: Params; info: Readonly<Record<string, Tensor>> } {
  const [updates, next, info = {}] = transform.update(gradient, slots, at) as Transformed<Params>;
  return { params: treeMap((p, u) => p.add(u), at.params, updates), slots: next, info };
}

/** @throws TypeError when a state was made by another optimizer */
export function checkState(optimizer: Pick<Optimizer, 'name'>, state: OptimizerState): void {
  if (state.optimizer !== optimizer.name) throw new TypeError(`state: expected a state of ${optimizer.name}, got one of ${String(state.optimizer)}`);
}

/**
 * An optimizer that adds a transformation's updates to the parameters.
 * @param name under which its states are stored: everything that fixes the layout of the state
 */
export function optimizer(transform: Transform): Optimizer {
  const { name, needs = [] } = transform;
  return {
    name,
    needs,
    transform,
    init(params, { seed = 0 } = {}) {
      dtypeOf(params);
      random(seed);
      return { optimizer: name, step: 0, seed, slots: transform.init(params) };
    },
    update(gradient, state, params, oracles = {}): Step {
      checkState({ name }, state);
      checkAlike(gradient, params);
      for (const need of needs) if (oracles[ASKED[need]] === undefined) throw new TypeError(`oracles: ${name} needs ${need}; got ${Object.keys(oracles).join(', ') || 'none'}`);
      const step = state.step + 1;
      const dtype = dtypeOf(params);
      const stream = random(state.seed).fork(`step ${step}`);
      const { params: moved, slots, info } = applyTransform(transform, gradient, state.slots, {
        ...oracles,
        params,
        gradient,
        phase: transform.phase?.(step) ?? null,
        hyper: scalars(transform.hyper?.(step) ?? {}, dtype),
        draw: (distribution, shape, type = dtype) => stream.tensor(distribution, shape, type),
      });
      return { params: moved, state: { ...state, step, slots }, info };
    },
  };
}

/** A tree's leaves by position, so that parts of it can be taken out and put back. */
export const leavesOf = (tree: Params): Tensor[] => flatten(tree).leaves;

/** Leaves in the structure of a tree. */
export const like = (tree: Params, leaves: readonly Tensor[]): Params => unflatten(flatten(tree).def, leaves);
