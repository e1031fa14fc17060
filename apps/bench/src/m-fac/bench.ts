/** What the `m-fac` bench claims: Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356. */
import { type Bench, claim, type Claim } from '@curv/plugin';

const magnitude = { baseline: 'magnitude pruning' };

const claims: Readonly<Record<string, Claim>> = {
  'prune-90-magnitude': claim('accuracy at 90 % sparsity, M-FAC in 4 steps, above magnitude', '>=', 0.1, magnitude),
  'prune-90-diagonal': claim('… above the diagonal Fisher matrix', '>=', 0.03, { baseline: 'diagonal Fisher' }),
  'prune-80-magnitude': claim('accuracy at 80 % sparsity, M-FAC in 4 steps, above magnitude', '>=', 0.01, magnitude),
  'window-sweep': claim('most that accuracy falls when the gradients grow from 16 to 64 to 256 (90 %)', '<=', 0.02),
  agreement: claim('largest relative difference of recursion, coefficients, Cholesky and dense inverse (d = 2000, m = 64)', '<=', 1e-9),
  'slope-least': claim('exponent of d in the time of a window step (m = 64, d = 1e5 … 8e5), from below', '>=', 0.8),
  'slope-most': claim('… from above', '<=', 1.2),
  memory: claim('peak memory of the window beside d, in m·d numbers (float32)', '<=', 3),
};

export const mFac: Bench = {
  title: 'inverse Fisher matrices without forming them: one-shot pruning, exactness and cost',
  claims,
  load: async () => (await import('./run.js')).run,
};
