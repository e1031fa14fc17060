/** What the `optimizer-cost` bench claims. */
import { type Bench, claim } from '@curv/plugin';

const adamw = { baseline: 'AdamW, ms' };

export const optimizerCost: Bench = {
  title: 'what a training step costs, method by method, and beside TensorFlow.js and PyTorch',
  claims: {
    'sophia-g': claim('a step of Sophia-G (k = 10) ÷ AdamW, larger of two nets', '<=', 1.1, adamw),
    'sophia-h': claim('a step of Sophia-H (k = 10) ÷ AdamW', '<=', 1.25, adamw),
    'ada-hessian': claim('a step of AdaHessian ÷ AdamW', '<=', 3.5, adamw),
    'm-fac': claim('a step of M-FAC (m = 64) ÷ AdamW', '<=', 1.5, adamw),
    'tfjs': claim('AdamW on a TensorFlow.js backend ÷ tf.train.adam on the same one, largest', '<=', 0.5),
    'torch': claim('AdamW on the best engine ÷ PyTorch on one thread, larger of two nets', '<=', 1, { peer: 'PyTorch, ms' }),
    'state-sophia': claim('numbers that Sophia keeps ÷ 2d', '<=', 1.001),
    'state-ada-hessian': claim('numbers that AdaHessian keeps ÷ 2d', '<=', 1.001),
    'state-m-fac': claim('numbers that M-FAC keeps ÷ (m·d + m²)', '<=', 1),
  },
  load: async () => (await import('./run.js')).run,
};
