/** What the `batch-lr-rmt` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const batchLrRmt: Bench = {
  title: 'learning rates against batch size (Granziol, Zohren & Roberts 2022): broadening, stable rates, on-the-fly learner',
  claims: {
    'broadening-theory': claim('spiked Wigner, largest error of the mean over draws', '<=', 0.03),
    'batches-exceed': claim('mean λ₁(B) − λ₁, least over B < N', '>=', 0),
    'batches-decrease': claim('largest rise of mean λ₁(B) when B doubles, in standard errors', '<=', 2),
    'fitted-broadening': claim('λ₁ + c/𝔟 fitted at B = 64, largest error at B = 32, 128, 256, 512', '<=', 0.12, { baseline: 'independent noise' }),
    'adam-slope-low': claim('largest stable rate of Adam, log-log slope over B = 1 … 64', '>=', 0.4),
    'adam-slope-high': claim('the same', '<=', 0.65),
    'sgd-slope-low': claim('largest stable rate of SGD, log-log slope over B = 1 … 16', '>=', 0.5),
    'sgd-slope-high': claim('the same', '<=', 1.05),
    'sgd-saturates': claim('largest stable rate of SGD, log-log slope over B = 16 … 128', '<=', 0.3),
    'learner-best': claim('final loss of the on-the-fly learner ÷ that of the best fixed rate, geometric mean of seeds', '<=', 1.5),
    'learner-median': claim('the same ÷ the median of the fixed rates', '<=', 1),
  },
  load: async () => (await import('./run.js')).run,
};
