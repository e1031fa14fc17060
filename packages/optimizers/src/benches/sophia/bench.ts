/** What the `sophia` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const sophia: Bench = {
  title: 'Sophia (Liu et al. 2023, arXiv:2305.14342): curvature diagonal, clipped step',
  claims: {
    'condition-spread': claim('steps to 1e-8 of the start, largest − smallest over condition numbers 1 … 1e6', '<=', 1, { baseline: 'gradient descent, condition 1e6' }),
    'toy-sign': claim('steps to 1e-2 on the 2-D function ÷ those of sign descent', '<=', 0.999, { baseline: 'sign descent' }),
    'toy-adam': claim('those of sign descent ÷ those of Adam', '<=', 0.999, { baseline: 'Adam' }),
    'toy-newton': claim('value at which damped Newton ends there', '>=', 1),
    'toy-gradient': claim('steps of gradient descent there', '>=', 200),
    'language-g': claim('validation cross-entropy, means over seeds: best of ten Sophia-G − best of ten AdamW', '<=', 0.01, { baseline: 'best AdamW' }),
    'language-h': claim('best of ten Sophia-H − best of ten AdamW', '<=', 0.01, { baseline: 'best AdamW' }),
    'language-same-rate': claim('AdamW − Sophia-G at the same rate, least over 1e-3 and 3e-3', '>=', 0.05),
    'interval': claim('Sophia-H, |refreshed every 2 − every 10 steps|', '<=', 0.02),
    'interval-time': claim('time of a step, Sophia-G refreshed every 10 ÷ AdamW', '<=', 1.25),
    'win-rate': claim('unclipped share grows with γ: least growth over γ = 0.05, 0.2, 1', '>=', 0),
  },
  load: async () => (await import('./run.js')).run,
};
