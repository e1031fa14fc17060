/** What the `hessian-spectrum` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const hessianSpectrum: Bench = {
  title: 'the Hessian of over-parametrized nets (Sagun et al. 2017): outliers, bulk, width, basins',
  claims: {
    'classes-covariance': claim('gap of the gradient covariance at k − 1, share of runs', '>=', 0.9),
    'classes-hessian': claim('gap of the Hessian at k − 1, share of runs', '>=', 0.7),
    'negative-part': claim('largest −λmin / λmax after training on k classes', '<=', 0.08),
    'gauss-newton-low': claim('least λ₁(G) / λ₁(H)', '>=', 0.9),
    'gauss-newton-high': claim('largest λ₁(G) / λ₁(H)', '<=', 1.05),
    'width-largest': claim('λ₁ over widths 5 … 40, largest ÷ smallest', '<=', 1.5),
    'width-outliers': claim('growth of the count λ > 0.05 λ₁ when the width doubles, from 10 on, means', '<=', 0),
    'width-flat': claim('least growth of the flat share when the width doubles, means', '>=', 1e-9),
    'start-negative': claim('−λmin / λmax at the start, mean of the runs', '>=', 0.4),
    'end-negative': claim('−λmin / λmax at the end, largest of the same runs', '<=', 0.08),
    'digits-accuracy': claim('training accuracy on digits', '>=', 0.99),
    'digits-outliers-low': claim('eigenvalues above the gap, digits, fewest', '>=', 5),
    'digits-outliers-high': claim('eigenvalues above the gap, digits, most', '<=', 15),
    'digits-bulk': claim('share of |λ| < 1e-2 λ₁, digits', '>=', 0.85),
    'basin-barrier': claim('barrier from the large-batch to the small-batch solution', '<=', 0.01, { baseline: 'independent starts' }),
    'basin-ratio': claim('that barrier ÷ barrier between independent starts', '<=', 0.1),
  },
  load: async () => (await import('./run.js')).run,
};
