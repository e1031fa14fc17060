/** What the `transport` bench claims. */
import { type Bench, claim } from '@curv/plugin';

const pot = { peer: 'POT' };
const scipy = { peer: 'SciPy' };

export const transport: Bench = {
  title: 'Exact transport and assignment beside POT and SciPy',
  claims: {
    'emd-gap': claim('Largest |⟨C, P⟩ − dual value| / |⟨C, P⟩|, n = 1000', '<=', 1e-12),
    'emd-optimum': claim('Largest relative difference of the optimum from POT’s emd, n = 1000', '<=', 1e-12, pot),
    'emd-time': claim('Least time over that of POT’s emd, n = 1000, the worst problem', '<=', 3, pot),
    'assignment-optimum': claim('Largest relative difference of the optimum from SciPy’s linear_sum_assignment, n = 2000', '<=', 1e-12, scipy),
    'assignment-time': claim('Least time over that of SciPy’s linear_sum_assignment, n = 2000, the worst problem', '<=', 2, scipy),
    'gromov-value': claim('Largest relative excess of the Gromov-Wasserstein cost over POT’s, four problems of 100 points', '<=', 1e-6, pot),
    'line-time': claim('Least time of wasserstein1d over SciPy’s wasserstein_distance, 100 000 samples with masses', '<=', 2, scipy),
  },
  load: async () => (await import('./run.js')).run,
};
