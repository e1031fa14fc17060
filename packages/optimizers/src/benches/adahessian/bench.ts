/** What the `adahessian` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const adahessian: Bench = {
  title: 'AdaHessian (Yao et al. 2021, arXiv:2006.00719): momentum over a smoothed Hessian diagonal',
  claims: {
    'scale-spread': claim('spread of the coordinates of ½ Σ aᵢ xᵢ², a = 1, 100, 1e4, after 20 default steps', '<=', 1e-4, { baseline: 'Adam, rate 0.15' }),
    'language-default': claim('validation cross-entropy at the default rate − best tuned AdamW', '<=', 0.02, { baseline: 'best AdamW' }),
    'linear-best': claim('softmax regression: best AdaHessian − best AdamW', '<=', 0, { baseline: 'best AdamW' }),
    'linear-spread': claim('spread over rates 0.05, 0.15, 0.3', '<=', 0.05, { baseline: 'AdamW, rates 1e-2 … 1e-1' }),
    'conv-loss': claim('conv net on digits: training loss ÷ best Adam', '<=', 1.1, { baseline: 'best Adam' }),
    'conv-variation': claim('variation of V inside 3 × 3 windows, without block averages', '>=', 0.3, { baseline: 'with block averages' }),
    'delay': claim('validation cross-entropy, refreshed every 2, 5 and 10 steps − every step, largest', '<=', 0.03),
    'delay-time': claim('time of a step, every 10 steps ÷ every step', '<=', 0.6, { baseline: 'AdamW ÷ every step' }),
  },
  load: async () => (await import('./run.js')).run,
};
