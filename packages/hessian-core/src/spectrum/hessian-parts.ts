/** What a Hessian is made of. */
import type { CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { gaussNewton } from '../operators/gauss-newton.js';
import { gradientCovariance } from '../operators/gradient-covariance.js';
import { hessian } from '../operators/hessian.js';
import { residual } from '../operators/residual.js';

/** The Hessian, its two terms, and the covariance of the gradients, all of one order. */
export interface HessianParts {
  /** H, the Hessian of the risk. */
  readonly hessian: CurvatureOperator;
  /** G = (1/N) Σ Jᵢᵀ (∇²ℓᵢ) Jᵢ, the generalized Gauss-Newton matrix. */
  readonly gaussNewton: CurvatureOperator;
  /** R = H − G = (1/N) Σᵢ Σ꜀ (∂ℓᵢ/∂f꜀) ∇²f꜀: vanishes where every example is fitted. */
  readonly residual: CurvatureOperator;
  /** C = (1/N) Σ gᵢ gᵢᵀ with gᵢ = ∇ℓᵢ: the gradients' covariance, not centred. */
  readonly covariance: CurvatureOperator;
  /** Frees what the operators keep. */
  dispose(): void;
}

/**
 * ∇²L = G + R and the gradient covariance C (Sagun et al. 2017, arXiv:1706.04454). For softmax cross-entropy the expectation of g gᵀ over labels drawn
 * from the model is G's summand, so C and G share the space of the outliers. With reduction `sum` all four are sums instead of means.
 * @throws TypeError unless the problem has `model` and `outputLoss`
 */
export function hessianParts(problem: Problem, options: OperatorOptions = {}): HessianParts {
  const parts = {
    hessian: hessian(problem, options),
    gaussNewton: gaussNewton(problem, options),
    residual: residual(problem, options),
    covariance: gradientCovariance(problem, { ...options, centred: false }),
  };
  return { ...parts, dispose: () => Object.values(parts).forEach((operator) => operator.dispose()) };
}
