/** What a Hessian is made of. */
import { addOperators, type LinearOperator, matvec, scaleOperator, transpose } from '@curv/linalg';
import type { CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { gaussNewton } from '../operators/gauss-newton.js';
import { hessian } from '../operators/hessian.js';
import { exampleGradients } from './example-gradients.js';

/** The Hessian, its two terms, and the covariance of the gradients, all of one order. */
export interface HessianParts {
  /** H, the Hessian of the risk. */
  readonly hessian: CurvatureOperator;
  /** G = (1/N) Σ Jᵢᵀ (∇²ℓᵢ) Jᵢ, the generalized Gauss-Newton matrix. */
  readonly gaussNewton: CurvatureOperator;
  /** R = H − G = (1/N) Σᵢ Σ꜀ (∂ℓᵢ/∂f꜀) ∇²f꜀: vanishes where every example is fitted. */
  readonly residual: LinearOperator;
  /** C = (1/N) Σ gᵢ gᵢᵀ with gᵢ = ∇ℓᵢ: the gradients' covariance, not centred. */
  readonly covariance: LinearOperator;
  /** Frees what the operators keep. */
  dispose(): void;
}

/**
 * ∇²L = G + R and the gradient covariance C (Sagun et al. 2017, arXiv:1706.04454). For softmax cross-entropy the expectation of g gᵀ
 * over labels drawn from the model is G's summand, so C and G share the space of the outliers. With reduction `sum` all four are sums instead of
 * means. The gradients of all examples are kept: N · d numbers.
 * @throws TypeError unless the problem has `model` and `outputLoss`
 */
export async function hessianParts(problem: Problem, options: OperatorOptions = {}): Promise<HessianParts> {
  const h = hessian(problem, options);
  const g = gaussNewton(problem, options);
  const rows = await exampleGradients(problem, options);
  const columns = transpose(rows);
  const weight = problem.reduction === 'mean' ? 1 / rows.rows : 1;
  const covariance: LinearOperator = {
    shape: [rows.columns, rows.columns],
    dtype: h.dtype,
    structure: { symmetric: true, positiveSemidefinite: true },
    apply: (v) => matvec(columns, matvec(rows, v)).map((x) => weight * x),
  };
  return {
    hessian: h,
    gaussNewton: g,
    residual: addOperators(h, scaleOperator(g, -1)),
    covariance,
    dispose() {
      h.dispose();
      g.dispose();
    },
  };
}
