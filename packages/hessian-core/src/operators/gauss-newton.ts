/** The generalized Gauss-Newton matrix of an empirical risk. */
import { gaussNewtonField, type Tensor, type TreeFunction } from '@curv/tensor';
import type { CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { curvatureOperator } from './curvature.js';

/**
 * The generalized Gauss-Newton matrix G = Σ Jᵀ H_L J (Schraudolph 2002), as an operator; J is the Jacobian of `model` in the chosen parameters and
 * H_L the Hessian of `outputLoss` in the outputs. Positive semidefinite where the loss is convex in the outputs; for softmax cross-entropy and
 * squared error it equals the Fisher information matrix (up to the factor of the squared error).
 * @throws TypeError unless the problem has `model` and `outputLoss`
 */
export function gaussNewton(problem: Problem, options: OperatorOptions = {}): CurvatureOperator {
  const { model, outputLoss } = problem;
  if (!model || !outputLoss) throw new TypeError('gaussNewton: the problem must have model and outputLoss');
  return curvatureOperator('gauss-newton', problem, options, ({ merge }): TreeFunction =>
    gaussNewtonField((chosen: readonly Tensor[], data: unknown) => model(merge(chosen), data) as unknown, (outputs: unknown, data: unknown) => outputLoss(outputs, data) as unknown),
  );
}
