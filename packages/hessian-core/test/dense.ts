/** Naive dense matrices: one example, one output, one entry at a time. */
import { flatten, grad, type Tensor, type Tree, treeMap } from '@curv/tensor';
import type { Problem } from '../src/index.js';

/** Each example as data of one. */
export function examplesOf({ batches }: Problem): Tree<Tensor>[] {
  return batches.flatMap(({ data, size }) => Array.from({ length: size }, (_, i) => treeMap((t) => t.slice([i], [i + 1]), data)));
}

const vectorOf = (tree: Tree<Tensor>): number[] => flatten(tree).leaves.flatMap((leaf) => [...leaf.dataSync()]);

/** Gradient of any function of the parameters and one example. */
const gradientOf = (f: (params: any, datum: any) => Tensor, problem: Problem, datum: Tree<Tensor>): number[] => vectorOf(grad(f)(problem.params, datum) as Tree<Tensor>);

/** Rows ∇ℓₙ. */
export const gradientRows = (problem: Problem): number[][] => examplesOf(problem).map((datum) => gradientOf((p, d) => problem.outputLoss!(problem.model!(p, d), d) as Tensor, problem, datum));

/** Rows ∇z_k of every example and output. */
export function jacobianRows(problem: Problem, outputs: number): number[][] {
  return examplesOf(problem).flatMap((datum) => Array.from({ length: outputs }, (_, k) => gradientOf((p, d) => (problem.model!(p, d) as Tensor).reshape([-1]).slice([k], [k + 1]).sum(), problem, datum)));
}

/** Σ weight · row rowᵀ. */
export function secondMoments(rows: readonly (readonly number[])[], weights: readonly number[]): Float64Array {
  const d = rows[0]!.length;
  const out = new Float64Array(d * d);
  rows.forEach((row, n) => {
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[i * d + j]! += weights[n]! * row[i]! * row[j]!;
  });
  return out;
}
