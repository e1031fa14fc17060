import type { Matrix } from '../api.js';
import { requireSquareMatrix } from '../checks.js';
import { matmul } from '../dense/matmul.js';
import { transpose } from '../dense/matrix.js';
import { schur } from '../dense/schur.js';
import { dotRange } from '../vector.js';
import { blockStarts, smallSylvester } from './blocks.js';

/**
 * The principal square root of a general matrix, whose eigenvalues have positive real parts, by the real Schur form (N. J. Higham, "Computing
 * real square roots of a real matrix", Linear Algebra Appl. 88, 1987). For symmetric matrices `symmetricSqrt` is cheaper and takes singular ones.
 * @throws TypeError, RangeError where A is not square or not finite, or has a real eigenvalue that is not positive (naming it)
 */
export function matrixSqrt(a: Matrix): Matrix {
  requireSquareMatrix('matrixSqrt', 'a', a);
  const { T, Z } = schur(a);
  const R = sqrtQuasiTriangular('matrixSqrt', T.data, a.rows);
  return matmul(matmul(Z, { ...T, data: R }), transpose(Z));
}

/** The root of an upper quasi-triangular matrix. */
export function sqrtQuasiTriangular(where: string, t: Float64Array, n: number): Float64Array {
  const r = new Float64Array(n * n);
  // columns of r as rows, for sums along memory
  const columns = new Float64Array(n * n);
  const starts = blockStarts(t, n);
  const c = new Float64Array(4);
  const put = (i: number, j: number, value: number): void => {
    r[i * n + j] = value;
    columns[j * n + i] = value;
  };
  for (let v = 0; v + 1 < starts.length; v++) {
    const j = starts[v]!;
    const q = starts[v + 1]! - j;
    if (q === 1) put(j, j, rootOf(where, t[j * n + j]!));
    else rootOfPair(t, n, j, put);
    for (let u = v - 1; u >= 0; u--) {
      const i = starts[u]!;
      const p = starts[u + 1]! - i;
      // Rᵢᵢ Rᵢⱼ + Rᵢⱼ Rⱼⱼ = Tᵢⱼ − Σ Rᵢₖ Rₖⱼ, Higham (1987) equation 4.6
      for (let x = 0; x < p; x++) {
        for (let y = 0; y < q; y++) c[x * q + y] = t[(i + x) * n + j + y]! - dotRange(r, (i + x) * n + i + p, columns, (j + y) * n + i + p, j - i - p);
      }
      if (!smallSylvester(r, i * n + i, n, p, r, j * n + j, n, q, c)) throw new RangeError(`${where}: a must be regular`);
      for (let x = 0; x < p; x++) for (let y = 0; y < q; y++) put(i + x, j + y, c[x * q + y]!);
    }
  }
  return r;
}

function rootOf(where: string, eigenvalue: number): number {
  if (!(eigenvalue > 0)) throw new RangeError(`${where}: a must have no real eigenvalue that is not positive, got ${eigenvalue}`);
  return Math.sqrt(eigenvalue);
}

/** Of [[θ, β], [γ, θ]], eigenvalues θ ± iμ: α I + (A − θ I) / (2α) with α = Re √(θ + iμ), Higham (1987) lemma 2. */
function rootOfPair(t: Float64Array, n: number, j: number, put: (i: number, j: number, value: number) => void): void {
  const theta = t[j * n + j]!;
  const beta = t[j * n + j + 1]!;
  const gamma = t[(j + 1) * n + j]!;
  const mu = Math.sqrt(Math.abs(beta)) * Math.sqrt(Math.abs(gamma));
  const size = Math.hypot(theta, mu);
  const alpha = theta > 0 ? Math.sqrt((theta + size) / 2) : mu / Math.sqrt(2 * (size - theta));
  put(j, j, alpha);
  put(j + 1, j + 1, alpha);
  put(j, j + 1, beta / (2 * alpha));
  put(j + 1, j, gamma / (2 * alpha));
}
