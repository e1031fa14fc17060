/** What the tests share. */
import { tensor, type Tensor, type Tree, treeLeaves } from '@curv/tensor';
import type { Optimizer, OptimizerState, Params } from '../src/index.js';

export const vector = (...values: readonly number[]): Tensor => tensor(Float64Array.from(values), [values.length]);

export const numbers = (tree: Tree<Tensor>): number[] => treeLeaves(tree).flatMap((leaf) => [...leaf.dataSync()]);

/** Largest |a − b| / max(1, |b|). */
export const distance = (a: readonly number[], b: readonly number[]): number => Math.max(...b.map((x, i) => Math.abs(a[i]! - x) / Math.max(1, Math.abs(x))));

/** The trajectory of `tooling/reference/optimizers.py`. */
export function follow(optimizer: Optimizer, steps = 100, from?: { params: Params; state: OptimizerState }): { params: Params; state: OptimizerState } {
  let { params, state } = from ?? start(optimizer);
  for (let k = 0; k < steps; k++) {
    const t = state.step + 1;
    const gradient = { x: vector(...numbers(params).map((theta, i) => (i + 1) * Math.sin(0.7 * i + 1.3 * t) + 0.1 * theta)) };
    ({ params, state } = optimizer.update(gradient, state, params));
  }
  return { params, state };
}

function start(optimizer: Optimizer): { params: Params; state: OptimizerState } {
  const params = { x: vector(1, -2, 0.5, 3) };
  return { params, state: optimizer.init(params) };
}
