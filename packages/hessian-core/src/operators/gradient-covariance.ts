/** The covariance of the gradients of single examples. */
import type { CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { exampleCount } from './data-pass.js';
import { exampleGradients } from './example-gradients.js';
import { hessian } from './hessian.js';

/** Options of `gradientCovariance`. */
export interface CovarianceOptions extends OperatorOptions {
  /** Whether to take the mean gradient off first. Default true. */
  readonly centred?: boolean;
}

/**
 * C = (1/N) Σ (gₙ − ḡ)(gₙ − ḡ)ᵀ of the gradients gₙ of the N examples, or (1/N) Σ gₙ gₙᵀ without centring, as an operator; with `reduction: 'sum'`
 * the sums themselves. Works for any loss of single examples. A product costs about two gradients.
 * @throws TypeError, RangeError as `exampleGradients`
 */
export function gradientCovariance(problem: Problem, options: CovarianceOptions = {}): CurvatureOperator {
  const { centred = true } = options;
  const rows = exampleGradients(problem, options);
  const base = hessian(problem, options);
  const n = exampleCount(problem);
  const scale = problem.reduction === 'mean' ? 1 / n : 1;
  let products = 0;
  return {
    kind: 'gradient-covariance',
    segments: rows.segments,
    dtype: rows.dtype,
    shape: base.shape,
    structure: { symmetric: true, positiveSemidefinite: true },
    get products() {
      return products;
    },
    async apply(v) {
      const slopes = await rows.apply(v);
      if (centred) {
        // (I − 11ᵀ/N) is a projection: Σ (gₙ − ḡ)(gₙ − ḡ)ᵀ v = Gᵀ (I − 11ᵀ/N) G v.
        const mean = slopes.reduce((a, b) => a + b, 0) / n;
        for (let i = 0; i < n; i++) slopes[i]! -= mean;
      }
      products++;
      return (await rows.applyTranspose(slopes)).map((x) => scale * x);
    },
    gradient: () => base.gradient(),
    gradientAt: (step) => base.gradientAt(step),
    risk: () => base.risk(),
    dispose() {
      rows.dispose();
      base.dispose();
    },
  };
}
