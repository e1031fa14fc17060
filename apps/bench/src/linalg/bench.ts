/** What the `linalg` bench claims. */
import { type Bench, claim, type Claim } from '@curv/plugin';

const lapack = { peer: 'LAPACK by NumPy, 1 thread' };

const claims: Readonly<Record<string, Claim>> = {
  'symmetric-eigen': claim('ours ÷ NumPy, symmetric eigenproblem with vectors, n = 300', '<=', 6, lapack),
  svd: claim('ours ÷ NumPy, thin SVD, n = 300', '<=', 6, lapack),
  cholesky: claim('ours ÷ NumPy, Cholesky, n = 1000', '<=', 6, lapack),
  matmul: claim('ours ÷ NumPy, matrix product, n = 1000', '<=', 6, { peer: 'OpenBLAS or BLAS by NumPy, 1 thread' }),
  'symmetric-eigen-js': claim('ours ÷ fastest JavaScript library, symmetric eigenproblem, n = 300', '<=', 1),
  'svd-js': claim('ours ÷ fastest JavaScript library, SVD, n = 300', '<=', 1),
  'sparse-product': claim('memory rate of sparse products ÷ typed-array triad', '>=', 0.5),
  'conjugate-gradient': claim('memory rate of conjugate gradients ÷ typed-array triad', '>=', 0.5),
  fft: claim('ours ÷ SciPy, complex FFT of 2²⁰', '<=', 4, { peer: 'pocketfft by SciPy' }),
};

export const linalg: Bench = {
  title: 'float64 linear algebra beside NumPy, SciPy and JavaScript libraries',
  claims,
  load: async () => (await import('./run.js')).run,
};
