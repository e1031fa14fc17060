/** What the `dynamical-stability` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const dynamicalStability: Bench = {
  title: 'minima at which SGD is stable (Wu & Su 2023): trace bound, generalization, exact thresholds',
  claims: {
    'trace-bound': claim('diagonal net, SGD: largest tr G ÷ (2/η)', '<=', 1, { baseline: 'gradient descent at η = 0.1' }),
    'norm-bound': claim('diagonal net, SGD: largest ‖w‖₁ ÷ (1/η)', '<=', 1),
    'largest-eigenvalue': claim('diagonal net, gradient descent: largest λmax ÷ (2/η)', '<=', 1),
    'trace-violated': claim('gradient descent at η = 0.02, 0.1: least tr G ÷ (2/η)', '>=', 2),
    'generalizes-rate': claim('test loss of SGD at η = 0.016 ÷ at η = 0.002', '<=', 0.25),
    'generalizes-method': claim('test loss of SGD at η = 0.016 ÷ of gradient descent at η = 0.1', '<=', 1),
    escape: claim('from the solution of η = 0.004 with η = 0.016: distance ÷ ‖θ‖', '>=', 0.1),
    'escape-trace': claim('tr G where that run settles', '<=', 125),
    'decays-below': claim('growth of E‖δ‖² a step at 0.9 η*, largest of B = 1, 2, 5, 20', '<=', 1),
    'grows-above': claim('growth of E‖δ‖² a step at 1.1 η*, least of them', '>=', 1),
    'relu-trace': claim('two-layer ReLU net, SGD: largest tr G ÷ (2/η)', '<=', 1),
    'relu-path-norm': claim('two-layer ReLU net: rank correlation of η and path norm', '<=', -1),
  },
  load: async () => (await import('./run.js')).run,
};
