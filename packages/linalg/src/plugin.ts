/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

const sparsity: Demo<any> = defineDemo({
  title: 'Sparsity and orders of elimination',
  summary: 'Where the entries of a graph Laplacian and of its Cholesky factor lie: as given, by reverse Cuthill-McKee, by minimum degree.',
  params: {
    size: { type: 'int', default: 12, min: 2, max: 40, help: 'nodes along a side; the matrix has size² rows' },
    shape: { type: 'choice', default: 'grid', choices: ['grid', 'random'], help: 'a square grid, or a random tree with chords, shuffled' },
  },
  quick: { size: 8 },
  explanation: 'Elimination fills a sparse matrix with new entries, and the order of the unknowns decides how many. Reverse Cuthill-McKee keeps the entries near the diagonal; minimum degree eliminates the least connected unknown first.',
  citations: ['Cuthill & McKee 1969, Reducing the bandwidth of sparse symmetric matrices', 'Amestoy, Davis & Duff 1996, An approximate minimum degree ordering algorithm'],
  example: `import { minimumDegree, reverseCuthillMckee, sparseCholesky, sparsePermute } from '@curv/linalg';

const order = minimumDegree(a);
const { L } = sparseCholesky(sparsePermute(a, order), { ordering: 'natural' });`,
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
  quick: { n: 30, trials: 5 },
  explanation: 'Eigenvalues of a matrix that is far from normal move much farther than the matrix was changed; singular values never do. Each cloud shows the eigenvalues after random changes of one size.',
  citations: ['Trefethen & Embree 2005, Spectra and pseudospectra'],
  example: `import { eigen, svd } from '@curv/linalg';

const { real, imaginary } = eigen(a, { vectors: false });
const { values } = svd(a, { vectors: false });`,
  load: async () => (await import('./demos/spectra.js')).spectra,
});

const plugin: CurvPlugin = { api: 1, name: '@curv/linalg', contributes: { demos: { sparsity, spectra } } };
export default plugin;
