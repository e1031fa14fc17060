/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

const sparsity: Demo<any> = defineDemo({
  title: 'Sparsity and orders of elimination',
  summary: 'Where the entries of a graph Laplacian and of its Cholesky factor lie: as given, by reverse Cuthill-McKee, by minimum degree.',
  params: {
    size: { type: 'int', default: 12, min: 2, max: 40, help: 'nodes along a side; the matrix has size² rows' },
    shape: { type: 'choice', default: 'grid', choices: ['grid', 'random'], help: 'a square grid, or a random tree with chords, shuffled' },
  },
  load: async () => (await import('./demos/sparsity.js')).sparsity,
});

const spectra: Demo<any> = defineDemo({
  title: 'Spectra',
  summary: 'Eigenvalues and singular values of well-known matrices, and where random changes move the eigenvalues.',
  params: {
    matrix: { type: 'choice', default: 'grcar', choices: ['random', 'grcar', 'wilkinson', 'hilbert', 'jordan'] },
    n: { type: 'int', default: 60, min: 2, max: 300, help: 'order' },
    change: { type: 'number', default: 1e-3, min: 1e-16, max: 1, log: true, help: 'size of the changes, relative to the largest entry' },
    trials: { type: 'int', default: 10, min: 0, max: 100 },
  },
  load: async () => (await import('./demos/spectra.js')).spectra,
});

const plugin: CurvPlugin = { api: 1, name: '@curv/linalg', contributes: { demos: { sparsity, spectra } } };
export default plugin;
