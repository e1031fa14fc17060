import type { Matrix } from '../api.js';
import { requireMatrix, requireVector } from '../checks.js';
import { axpyRange, dotRange } from '../vector.js';
import { type Cholesky, fromFactor } from './cholesky.js';
import { inverseNormEstimate } from './condition.js';

/**
 * The factorization of A + V Vᵀ from that of A, for one vector or the columns of an n×k matrix, by plane rotations (P. E. Gill, G. H. Golub,
 * W. Murray & M. A. Saunders 1974). Cost 2 n² k.
 * @throws TypeError, RangeError where A was not positive definite or V does not fit
 */
export const choleskyUpdate = (factored: Cholesky, v: Float64Array | Matrix): Cholesky => change('choleskyUpdate', factored, v, 1);

/**
 * The factorization of A − V Vᵀ from that of A, by hyperbolic rotations in mixed form, which are stable as far as the problem allows (A. W.
 * Bojanczyk, R. P. Brent, P. Van Dooren & F. R. de Hoog 1987). Where that matrix is not positive definite the result says so (`ok: false`).
 * Cost 2 n² k.
 * @throws TypeError, RangeError where A was not positive definite or V does not fit
 */
export const choleskyDowndate = (factored: Cholesky, v: Float64Array | Matrix): Cholesky => change('choleskyDowndate', factored, v, -1);

function change(where: string, factored: Cholesky, v: Float64Array | Matrix, sign: 1 | -1): Cholesky {
  if (!factored.ok) throw new RangeError(`${where}: factored must be of a positive definite matrix, but its pivot ${factored.failedPivot} failed`);
  const n = factored.L.rows;
  const columns = v instanceof Float64Array ? [v] : columnsOf(where, v);
  columns.forEach((x) => requireVector(where, 'v', x, n));
  const data = factored.L.data.slice();
  const c = new Float64Array(n);
  const s = new Float64Array(n);
  let failedPivot = -1;
  for (const x of columns) {
    failedPivot = rotate(data, n, x.slice(), sign, c, s);
    if (failedPivot >= 0) break;
  }
  const product = (x: Float64Array): void => multiply(data, n, x);
  return fromFactor(data, n, failedPivot, () => inverseNormEstimate(n, product, product));
}

/** Row by row: each row takes the rotations of those before it, and makes its own. Returns the failing row or −1. */
function rotate(l: Float64Array, n: number, x: Float64Array, sign: 1 | -1, c: Float64Array, s: Float64Array): number {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let xi = x[i]!;
    for (let k = 0; k < i; k++) {
      // L' = (L ± s x) / c, x' = c x − s L'
      const value = (l[row + k]! + sign * s[k]! * xi) / c[k]!;
      xi = c[k]! * xi - s[k]! * value;
      l[row + k] = value;
    }
    const pivot = l[row + i]!;
    const t = xi / pivot;
    const square = 1 + sign * t * t;
    if (!(square > 0)) return i;
    c[i] = Math.sqrt(square);
    s[i] = t;
    l[row + i] = pivot * c[i]!;
    if (!(l[row + i]! > 0)) return i;
  }
  return -1;
}

/** x ← L Lᵀ x. */
function multiply(l: Float64Array, n: number, x: Float64Array): void {
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) axpyRange(x[i]!, l, i * n, y, 0, i + 1);
  for (let i = 0; i < n; i++) x[i] = dotRange(l, i * n, y, 0, i + 1);
}

function columnsOf(where: string, v: Matrix): Float64Array[] {
  requireMatrix(where, 'v', v);
  return Array.from({ length: v.columns }, (_, j) => Float64Array.from({ length: v.rows }, (_unused, i) => v.data[i * v.columns + j]!));
}
