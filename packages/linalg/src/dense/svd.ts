import type { Matrix } from '../api.js';
import { requireMatrix, requireTolerance } from '../checks.js';
import { EPSILON, maxAbs, powerOfTwo, scale } from '../vector.js';
import { bidiagonalDivide } from './bidiagonal-divide.js';
import { bidiagonalQR } from './bidiagonal-qr.js';
import { applyReflections, bidiagonalize } from './bidiagonalize.js';
import { gemm, view } from './gemm.js';
import { transpose } from './matrix.js';
import { qr } from './qr.js';
import { solveEach } from './right-hand-side.js';

/** Options of `svd`. */
export interface SVDOptions {
  /** Whether to compute singular vectors. Default true. */
  readonly vectors?: boolean;
}

/** A = U diag(values) Vᵀ, thin: r = min(m, n). */
export interface SVD {
  /** m×r with orthonormal columns; m×0 where no vectors were asked for. */
  readonly U: Matrix;
  /** r singular values, descending. */
  readonly values: Float64Array;
  /** n×r with orthonormal columns; n×0 where no vectors were asked for. */
  readonly V: Matrix;
  /** How many values exceed `tolerance` times the largest. Default max(m, n)·2⁻⁵². */
  rank(tolerance?: number): number;
  /** Largest over smallest value; Infinity of a singular matrix, 1 of an empty one. */
  conditionNumber(): number;
  /**
   * The x of least norm among those of least ‖A x − b‖, with values up to `tolerance` times the largest taken for 0; for a vector of m
   * elements, or for each column. @throws RangeError where no vectors were computed or b does not fit
   */
  solve<T extends Float64Array | Matrix>(b: T, tolerance?: number): T;
}

/** From this ratio of rows to columns on, the triangle of a QR factorization is decomposed instead. */
const TALL = 1.6;

/**
 * The thin singular value decomposition of a dense matrix: Householder reduction to bidiagonal form, then divide and conquer (values alone:
 * the implicit QR iteration). Backward stable: ‖A − U diag(values) Vᵀ‖ and the vectors' departure from orthogonality are of the order of
 * n·2⁻⁵² (times ‖A‖). Cost about 12 n³ for n×n, without vectors 8/3 n³.
 * @throws TypeError, RangeError where A is not a finite matrix
 */
export function svd(a: Matrix, options: SVDOptions = {}): SVD {
  requireMatrix('svd', 'a', a);
  const { vectors = true } = options;
  if (a.rows < a.columns) {
    const { U, values, V } = decompose(transpose(a), vectors);
    return wrap(V, values, U, vectors);
  }
  const { U, values, V } = decompose(a, vectors);
  return wrap(U, values, V, vectors);
}

interface Parts {
  readonly U: Matrix;
  readonly values: Float64Array;
  readonly V: Matrix;
}

function decompose(a: Matrix, vectors: boolean): Parts {
  const { rows: m, columns: n } = a;
  if (m > n && m >= TALL * n) return decomposeTall(a, vectors);
  const most = maxAbs(a.data);
  const unit = most > 0 ? powerOfTwo(most) : 1;
  const { d, e, left, right } = bidiagonalize(
    a.data.map((x) => x / unit),
    m,
    n,
  );
  if (!vectors) {
    bidiagonalQR(d, e, null, null);
    const values = d.map(Math.abs).sort().reverse();
    return { U: { rows: m, columns: 0, data: new Float64Array(0) }, values: scale(unit, values), V: { rows: n, columns: 0, data: new Float64Array(0) } };
  }
  const solved = bidiagonalDivide(d, e);
  const u = reversedColumns(solved.u, n, m);
  const v = reversedColumns(solved.v, n, n);
  applyReflections(left, n, m, 0, u, n);
  applyReflections(right, Math.max(0, n - 1), n, 1, v, n);
  return { U: { rows: m, columns: n, data: u }, values: scale(unit, solved.values.reverse()), V: { rows: n, columns: n, data: v } };
}

function decomposeTall(a: Matrix, vectors: boolean): Parts {
  const { rows: m, columns: n } = a;
  const factored = qr(a);
  const inner = decompose(factored.R, vectors);
  if (!vectors) return { ...inner, U: { rows: m, columns: 0, data: new Float64Array(0) } };
  const data = new Float64Array(m * n);
  gemm(m, n, n, 1, view(factored.thinQ().data, 0, n), view(inner.U.data, 0, n), view(data, 0, n));
  return { ...inner, U: { rows: m, columns: n, data } };
}

/** n×n columns in the opposite order, with zero rows below up to `rows`. */
function reversedColumns(x: Float64Array, n: number, rows: number): Float64Array {
  const out = new Float64Array(rows * n);
  for (let at = 0; at < n * n; at += n) out.set(x.subarray(at, at + n).reverse(), at);
  return out;
}

function wrap(U: Matrix, values: Float64Array, V: Matrix, vectors: boolean): SVD {
  const m = U.rows;
  const n = V.rows;
  const r = values.length;
  const rank = (tolerance: number = Math.max(m, n) * EPSILON): number => {
    requireTolerance('svd.rank', 'tolerance', tolerance);
    return values.filter((s) => s > tolerance * values[0]!).length;
  };
  return {
    U,
    values,
    V,
    rank,
    conditionNumber: () => (r === 0 ? 1 : values[r - 1] === 0 ? Infinity : values[0]! / values[r - 1]!),
    solve: (b, tolerance) => {
      if (!vectors) throw new RangeError('svd.solve: vectors must have been computed');
      const used = rank(tolerance);
      const work = new Float64Array(r);
      return solveEach('svd.solve', b, m, n, (x) => {
        work.fill(0);
        for (let i = 0; i < m; i++) for (let j = 0; j < used; j++) work[j]! += U.data[i * r + j]! * x[i]!;
        for (let j = 0; j < used; j++) work[j]! /= values[j]!;
        x.fill(0);
        for (let i = 0; i < n; i++) for (let j = 0; j < used; j++) x[i]! += V.data[i * r + j]! * work[j]!;
      });
    },
  };
}
