import type { Matrix } from '../api.js';
import { requireSquareMatrix } from '../checks.js';
import { oneNorm } from '../dense/condition.js';
import { lu } from '../dense/lu.js';
import { matmul } from '../dense/matmul.js';
import { transpose } from '../dense/matrix.js';
import { schur } from '../dense/schur.js';
import { tridiagonalEigen } from '../dense/tridiagonal-eigen.js';
import { sqrtQuasiTriangular } from './matrix-sqrt.js';

/** ‖X‖ up to which the [7/7] Padé approximant of log(I + X) is accurate to rounding (Al-Mohy & Higham 2012, table 2.1). */
const LIMIT = 0.264;
const DEGREE = 7;

/**
 * The principal logarithm of a general matrix without eigenvalues on the closed negative real axis, by inverse scaling and squaring of its real
 * Schur form (S. H. Cheng, N. J. Higham, C. S. Kenney & A. J. Laub, SIAM J. Matrix Anal. Appl. 22, 2001) with a partial-fraction Padé approximant.
 * Repeated roots lose about as many bits as their number. For symmetric matrices `symmetricLog` is cheaper and more accurate.
 * @throws TypeError, RangeError where A is not square or not finite, or has a real eigenvalue that is not positive (naming it)
 */
export function matrixLog(a: Matrix): Matrix {
  const n = requireSquareMatrix('matrixLog', 'a', a);
  const { T, Z } = schur(a);
  let t = T.data;
  let roots = 0;
  const excess = (): Float64Array => t.map((x, k) => (k % (n + 1) === 0 ? x - 1 : x));
  while (n > 0 && oneNorm(excess(), n) > LIMIT) {
    t = sqrtQuasiTriangular('matrixLog', t, n);
    if (++roots > 100) throw new RangeError('matrixLog: a is too far from normal');
  }
  const x = { rows: n, columns: n, data: excess() };
  const sum = new Float64Array(n * n);
  const { nodes, weights } = gaussLegendre(DEGREE);
  for (let k = 0; k < DEGREE; k++) {
    // w X (I + s X)⁻¹: the Gauss-Legendre rule for ∫₀¹ X (I + s X)⁻¹ ds is the [m/m] Padé approximant
    const shifted = { ...x, data: x.data.map((value, i) => nodes[k]! * value + (i % (n + 1) === 0 ? 1 : 0)) };
    lu(shifted)
      .solve(x)
      .data.forEach((value, i) => (sum[i]! += weights[k]! * value));
  }
  return matmul(matmul(Z, { ...x, data: sum.map((value) => value * 2 ** roots) }), transpose(Z));
}

/** Nodes and weights on [0, 1] (G. H. Golub & J. H. Welsch 1969). */
function gaussLegendre(m: number): { nodes: Float64Array; weights: Float64Array } {
  const off = Float64Array.from({ length: m - 1 }, (_, k) => (k + 1) / Math.sqrt(4 * (k + 1) ** 2 - 1));
  const { values, firstComponents } = tridiagonalEigen(new Float64Array(m), off, { vectors: 'first' });
  return { nodes: values.map((x) => (1 + x) / 2), weights: firstComponents!.map((x) => x * x) };
}
