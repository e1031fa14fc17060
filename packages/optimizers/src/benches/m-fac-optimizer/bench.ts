/** What the `m-fac-optimizer` bench claims. */
import { type Bench, claim } from '@curv/plugin';

const dense = { baseline: 'dense inverse' };

export const mFacOptimizer: Bench = {
  title: 'M-FAC as an optimizer (Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356)',
  claims: {
    'agreement': claim('directions of a sliding window against the dense inverse, float64, λ = 1e-3, m = 64, largest relative difference', '<=', 1e-9, dense),
    'agreement-32': claim('… in float32, λ = 1e-5', '<=', 1e-3, dense),
    'loss': claim('training loss with m = 128 after 300 steps', '<=', 0.03, { baseline: 'best of SGD with momentum and Adam' }),
    'window': claim('loss with m = 128 ÷ loss with m = 32', '<=', 0.999),
    'state': claim('numbers of the state ÷ (m·d + m²)', '<=', 1),
    'slope-least': claim('exponent of d in the time of a step (m = 64, d = 5e4 … 4e5), from below', '>=', 0.8),
    'slope-most': claim('… from above', '<=', 1.2),
  },
  load: async () => (await import('./run.js')).run,
};
