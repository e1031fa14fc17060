/** What the `log-bessel` bench claims. */
import type { Bench, Claim } from '@curv/plugin';

const claim = (text: string, op: '<=' | '>=', value: number, names: Pick<Claim, 'baseline' | 'peer' | 'unit'> = {}): Claim => ({ text, threshold: { op, value }, ...names });
const scipy = { peer: 'SciPy, log of scaled values' };

const claims: Readonly<Record<string, Claim>> = {
  finite: claim('share of finite values, all regions, I and K', '>=', 1, { ...scipy, baseline: 'log of the scaled value in a double' }),
  'max-error-i': claim('largest error of log I', '<=', 5e-14),
  'max-error-k': claim('largest error of log K', '<=', 5e-14),
  'median-error-i': claim('median error of log I', '<=', 3e-16),
  'median-error-k': claim('median error of log K', '<=', 3e-16),
  'speed-small': claim('SciPy ÷ ours, log I, v and x in (0, 150)', '>=', 3),
  'speed-large': claim('SciPy ÷ ours, log I, v and x in (150, 1e4)', '>=', 3),
  'speed-large-finite': claim('the same, points where SciPy is finite', '>=', 3),
  'fallback-k': claim('time of log K where v and x are small', '<=', 8, { unit: 'µs' }),
  'vmf-kappa': claim('largest error of the fitted κ, κ ≥ p/4, p to 32768', '<=', 0.03, { baseline: 'fits without a finite likelihood through log(scaled I)' }),
  'vmf-likelihood': claim('least gain of mle over banerjee, relative to the log-likelihood', '>=', -1e-12),
  'vmf-data-finite': claim('share of finite fits of digit classes, p = 784 to 32768', '>=', 1),
  'vmf-data-gain': claim('least held-out log-likelihood above uniform, a sample', '>=', 0),
  'vmf-classifier': claim('accuracy of the class-conditional classifier on pixels', '>=', 0.75),
};

export const logBessel: Bench = {
  title: 'logarithms of modified Bessel functions and von Mises-Fisher fits (Plesner, Sørensen & Hauberg 2024)',
  claims,
  load: async () => (await import('./run.js')).run,
};
