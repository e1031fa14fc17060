/** What the Gauss-Newton matrix leaves of the Hessian. */
import { gaussNewtonField, grad, type Tensor, type Tree, type TreeFunction, treeMap } from '@curv/tensor';
import type { CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { curvatureOperator, lossOf } from './curvature.js';

/**
 * The residual R = H − G = Σ (∂L/∂z) ∇²z: the part of the Hessian that comes from the curvature of the model (Sagun et al. 2017,
 * arXiv:1706.04454, equation 6). Symmetric, indefinite; 0 where the model is linear in the parameters, or the outputs' gradient is 0. One
 * linearization gives both parts, so a product costs less than one with H and one with G.
 * @throws TypeError unless the problem has `model` and `outputLoss`
 */
export function residual(problem: Problem, options: OperatorOptions = {}): CurvatureOperator {
  const { model, outputLoss } = problem;
  if (!model || !outputLoss) throw new TypeError('residual: the problem must have model and outputLoss');
  const loss = lossOf(problem);
  return curvatureOperator('residual', problem, options, ({ merge }): TreeFunction => {
    const gradient = grad((chosen: readonly Tensor[], data: unknown) => loss(merge(chosen), data) as unknown);
    const linear = gaussNewtonField((chosen: readonly Tensor[], data: unknown) => model(merge(chosen), data) as unknown, (outputs: unknown, data: unknown) => outputLoss(outputs, data) as unknown);
    return (chosen: readonly Tensor[], data: unknown) => treeMap((h, g) => h.sub(g), gradient(chosen, data) as Tree<Tensor>, linear(chosen, data) as Tree<Tensor>);
  });
}
