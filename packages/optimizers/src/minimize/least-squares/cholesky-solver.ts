/** Damped least squares by the normal equations. */
import { cholesky, matrix, matmul, matvec, transpose } from '@curv/linalg';
import { transposedTimes } from '../oracle.js';
import { dot, scaled } from '../vector.js';
import type { InnerSolver } from './api.js';
import { columnNorms } from './qr-solver.js';

/** Cholesky of JᵀJ + λ D². Half the work of `qrSolver`, and the square of its condition. Cost m d² a point, d³/3 a trial. */
export function choleskySolver(): InnerSolver {
  return {
    name: 'cholesky',
    needs: ['residual', 'jacobian'],
    direct: true,
    async linearize(x, residual, oracle) {
      const j = await oracle.jacobian(x);
      const normal = matmul(transpose(j), j);
      const n = j.columns;
      return {
        gradient: transposedTimes(j, residual),
        columnNorms: columnNorms(j),
        image: async (v) => matvec(j, v),
        damped(lambda, scale) {
          oracle.evaluations.solve++;
          const data = new Float64Array(n * n);
          for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) data[a * n + b] = (normal.data[a * n + b]! + normal.data[b * n + a]!) / 2;
          for (let a = 0; a < n; a++) data[a * n + a]! += lambda * scale[a]! ** 2;
          const factor = cholesky(matrix(n, n, data));
          return factor.ok ? { solve: async (u) => scaled(-1, factor.solve(transposedTimes(j, u))), energy: (b) => dot(b, factor.solve(b)) } : null;
        },
      };
    },
  };
}
