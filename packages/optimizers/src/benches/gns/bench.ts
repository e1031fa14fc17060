/** What the `gns` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const gns: Bench = {
  title: 'gradient-normalized smoothness (Semenov, Jaggi & Doikov 2025, arXiv:2506.13710): Newton steps with inexact Hessians',
  claims: {
    'rosenbrock': claim('iterations on Rosenbrock from (−2, 2) to ‖∇f‖ ≤ 1e-8', '<=', 60),
    'rosenbrock-gradient': claim('value that the gradient variant has left there after 5000 iterations', '>=', 1e-6),
    'residual-power': claim('Gauss-Newton ÷ exact iterations, ‖u‖ᵖ / p, largest over p = 2 … 5', '<=', 1.25),
    'lse-exact': claim('log-sum-exp, n = 100, m = 300, μ = 0.1: iterations with the exact Hessian', '<=', 100),
    'lse-gauss-newton': claim('with the weighted Gauss-Newton matrix', '<=', 400),
    'lse-gradient': claim('of the gradient variant (3001: not reached)', '>=', 3001),
    'chebyshev': claim('Chebyshev chain, p = 4: iterations to 1e-10, most over n = 10, 50', '<=', 40, { baseline: 'value of the gradient variant after 200, n = 50' }),
    'logistic': claim('logistic regression, breast cancer: gradient ÷ exact iterations to ‖∇f‖ ≤ 1e-4', '>=', 50),
    'logistic-fisher': claim('Fisher ÷ gradient variant, value after 20, 100 and 400 iterations, largest', '<=', 0.999),
    'rank-one-agreement': claim('dense and low-rank steps, 20 iterations: largest relative difference', '<=', 1e-6),
    'rank-one-time': claim('time of an iteration, dense ÷ low rank, n = 200', '>=', 20),
  },
  load: async () => (await import('./run.js')).run,
};
