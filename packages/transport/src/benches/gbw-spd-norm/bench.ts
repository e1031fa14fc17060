/** What the `gbw-spd-norm` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const gbwSpdNorm: Bench = {
  title: 'GBWBN (Wang et al. 2025, arXiv:2504.00660): normalization of SPD matrices under the generalized Bures-Wasserstein metric',
  claims: {
    'gain': claim('digits: test accuracy, GBW with power ½ − no normalization', '>=', 0.02, { baseline: 'no normalization' }),
    'affine-invariant': claim('digits: GBW with power ½ − affine-invariant normalization', '>=', -0.003, { baseline: 'affine-invariant' }),
    'early': claim('digits, after two epochs: BW with power ½ − no normalization', '>=', 0.1, { baseline: 'no normalization' }),
    'ill-finite': claim('digits and classes near rank one, conditions about 1e8: steps of GBW that were not finite', '<=', 0, { baseline: 'affine-invariant' }),
    'ill-loss': claim('digits at conditions above 1e7: accuracy that GBW loses against + 1e-5 I', '<=', 0.02, { baseline: 'affine-invariant' }),
    'mnist': claim('MNIST regions: GBW with power ½ − no normalization', '>=', 0, { baseline: 'no normalization' }),
    'mean': claim('Wishart matrices, converged mean: ‖output mean − B‖ ÷ ‖B‖', '<=', 1e-8),
    'dispersion': claim('Wishart matrices, converged mean: output dispersion ÷ s² ν²/(ν² + ε) − 1', '<=', 1e-8),
    'one-iteration': claim('Wishart matrices, one iteration: larger of the two', '<=', 0.02),
    'time': claim('forward and backward of a batch 30 × 30 × 30, minimum', '<=', 60, { unit: 'ms', peer: 'PyTorch, one thread' }),
    'torch': claim('layer outputs and gradients against PyTorch, largest relative difference', '<=', 1e-8, { peer: 'PyTorch' }),
    'distance': claim('distances of random pairs against POT or SciPy, largest relative difference', '<=', 1e-10, { peer: 'POT or SciPy' }),
  },
  load: async () => (await import('./run.js')).run,
};
