/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

const sparsity: Demo<any> = defineDemo({
  title: 'Sparsity and orders of elimination',
  summary: 'Where the entries of a graph Laplacian lie, and what its Cholesky factor adds: as given, by reverse Cuthill-McKee, by minimum degree.',
  params: {
    size: { type: 'int', default: 12, min: 2, max: 40, help: 'nodes along a side; the matrix has size² rows' },
    shape: { type: 'choice', default: 'grid', choices: ['grid', 'random'], help: 'a square grid, or a random tree with chords, shuffled' },
  },
  quick: { size: 8 },
  explanation: 'Elimination fills a sparse matrix with new entries, and the order of the unknowns decides how many. Reverse Cuthill-McKee keeps the entries near the diagonal; minimum degree eliminates the least connected unknown first.',
  citations: ['Cuthill & McKee 1969, Reducing the bandwidth of sparse symmetric matrices', 'Amestoy, Davis & Duff 1996, An approximate minimum degree ordering algorithm'],
  example: `import { minimumDegree, reverseCuthillMckee } from '@curv/linalg';
import { sparseCholesky, sparsePermute } from '@curv/linalg';
import { sparseFromTriplets } from '@curv/linalg';

// A star: its middle comes first, and fills everything.
const n = 20;
const rows = [0], columns = [0], values = [n];
for (let i = 1; i < n; i++) {
  rows.push(i, 0, i);
  columns.push(i, i, 0);
  values.push(2, -1, -1);
}
const a = sparseFromTriplets(n, n, rows, columns, values);
const factor = (m) => sparseCholesky(m, { ordering: 'natural' }).L;
const entries = (m) => factor(m).values.length;
console.log(entries(a)); // 210
console.log(entries(sparsePermute(a, reverseCuthillMckee(a))));
console.log(entries(sparsePermute(a, minimumDegree(a)))); // 39`,
  load: async () => (await import('./demos/sparsity.js')).sparsity,
});

const spectra: Demo<any> = defineDemo({
  title: 'How far eigenvalues move',
  summary: 'Eigenvalues and singular values of well-known matrices, and where small random changes of the matrix move them.',
  params: {
    matrix: { type: 'choice', default: 'grcar', choices: ['random', 'grcar', 'wilkinson', 'hilbert', 'jordan'], help: 'normal random entries; Grcar; Wilkinson and Hilbert, which are symmetric; a Jordan block' },
    n: { type: 'int', default: 60, min: 2, max: 300, help: 'order' },
    change: { type: 'number', default: 1e-3, min: 1e-16, max: 1, log: true, help: 'size of the changes, relative to the largest entry' },
    trials: { type: 'int', default: 10, min: 0, max: 100, help: 'random changes' },
  },
  quick: { n: 30, trials: 5 },
  explanation: 'Eigenvalues of a matrix that is far from normal move much farther than the matrix was changed; singular values, and eigenvalues of symmetric matrices, never move farther than the norm of the change. The cloud shows the eigenvalues after random changes of one size, all trials together.',
  citations: ['Trefethen & Embree 2005, Spectra and pseudospectra: the behavior of nonnormal matrices and operators'],
  example: `import { eigen, svd } from '@curv/linalg';

// A Jordan block, and one entry of 1e-10 in its corner:
const n = 10;
const data = new Float64Array(n * n);
for (let i = 0; i + 1 < n; i++) data[i * n + i + 1] = 1;
data[n * (n - 1)] = 1e-10;
const a = { rows: n, columns: n, data };
const { real, imaginary } = eigen(a, { vectors: false });
console.log(Math.hypot(real[0], imaginary[0])); // 0.1
console.log(svd(a, { vectors: false }).values.at(-1)); // 1e-10`,
  load: async () => (await import('./demos/spectra.js')).spectra,
});

const krylov: Demo<any> = defineDemo({
  title: 'Conjugate gradients and preconditioners',
  summary: 'How the residual of a heat problem among good and bad conductors falls by MINRES, by conjugate gradients, and with three preconditioners.',
  params: {
    side: { type: 'int', default: 64, min: 8, max: 200, help: 'cells along a side; the matrix has side² rows' },
    contrast: { type: 'number', default: 100, min: 1, max: 1e6, log: true, help: 'good conductivity ÷ bad' },
    tolerance: { type: 'number', default: 1e-10, min: 1e-14, max: 0.1, log: true, help: 'relative residual to reach' },
  },
  quick: { side: 20, tolerance: 1e-8 },
  explanation: 'Where the heat goes in a square of good and bad conductors is a sparse symmetric positive definite system. Conjugate gradients need products with the matrix alone; how many depends on how its eigenvalues spread, which grows with the contrast. A preconditioner that is cheap to apply gathers them: the diagonal undoes the contrast, a sweep of SSOR and an incomplete Cholesky factor also carry the heat over many cells at once. MINRES lowers the residual itself in every step, conjugate gradients the error in the energy.',
  citations: ['Hestenes & Stiefel 1952, Methods of conjugate gradients for solving linear systems, doi:10.6028/jres.049.044', 'Meijerink & van der Vorst 1977, An iterative solution method for linear systems of which the coefficient matrix is a symmetric M-matrix, doi:10.1090/S0025-5718-1977-0438681-4', 'Paige & Saunders 1975, Solution of sparse indefinite systems of linear equations, doi:10.1137/0712047'],
  example: `import { conjugateGradient, incompleteCholesky } from '@curv/linalg';
import { sparseFromTriplets, sparseOperator } from '@curv/linalg';

// −u″ = 1 on 200 points
const n = 200;
const rows = [], columns = [], values = [];
for (let i = 0; i < n; i++) {
  for (const j of [i - 1, i, i + 1].filter((k) => k >= 0 && k < n)) {
    rows.push(i);
    columns.push(j);
    values.push(i === j ? 2 : -1);
  }
}
const a = sparseFromTriplets(n, n, rows, columns, values);
const b = new Float64Array(n).fill(1);
const operator = sparseOperator(a, { positiveDefinite: true });
const preconditioner = incompleteCholesky(a).preconditioner();
const plain = await conjugateGradient(operator, b);
const faster = await conjugateGradient(operator, b, { preconditioner });
console.log(plain.iterations, faster.iterations);`,
  load: async () => (await import('./demos/krylov.js')).krylov,
});

const plugin: CurvPlugin = { api: 1, name: '@curv/linalg', contributes: { demos: { krylov, sparsity, spectra } } };
export default plugin;
