/** The Hessian of an empirical risk. */
import { grad, type Tensor, type TreeFunction } from '@curv/tensor';
import type { CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { curvatureOperator, lossOf } from './curvature.js';

/**
 * The Hessian of the risk in the chosen parameters, as an operator: H v is the exact derivative of the gradient along v (forward over reverse,
 * Pearlmutter 1994), summed over batches. Cost of a product: about two gradients, one with kept linearizations.
 * @throws TypeError or RangeError on a problem that is not well formed, or a pattern that matches no parameter
 */
export function hessian(problem: Problem, options: OperatorOptions = {}): CurvatureOperator {
  const loss = lossOf(problem);
  return curvatureOperator('hessian', problem, options, ({ merge }): TreeFunction =>
    grad((chosen: readonly Tensor[], data: unknown) => loss(merge(chosen), data) as unknown),
  );
}
