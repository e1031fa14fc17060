import type { Matrix } from '../api.js';
import { requireMatrix } from '../checks.js';
import { cholesky } from '../dense/cholesky.js';
import { gemm, view } from '../dense/gemm.js';
import { transpose } from '../dense/matrix.js';
import { solveEach } from '../dense/right-hand-side.js';
import { symmetricCopy, type SymmetricOptions } from '../dense/symmetric.js';
import { axpyRange, dotRange } from '../vector.js';
import { forwardSolve, forwardSolveTransposed, solveLower } from '../dense/triangular.js';

/** The factorization of a block tridiagonal matrix, or where it broke down. */
export interface BlockTridiagonalCholesky {
  /** Lower triangular diagonal blocks of L. */
  readonly diagonal: readonly Matrix[];
  /** Blocks of L below the diagonal: block k couples block row k + 1 to k. */
  readonly lower: readonly Matrix[];
  readonly ok: boolean;
  /** The block whose pivot failed; −1 where `ok`. */
  readonly failedBlock: number;
  /** The row of the whole matrix whose pivot was not positive; −1 where `ok`. */
  readonly failedPivot: number;
  /** A⁻¹ b for a vector, or for each column of a matrix. @throws RangeError where `ok` is false or b does not fit */
  solve<T extends Float64Array | Matrix>(b: T): T;
  /** log det A. @throws RangeError where `ok` is false */
  logDeterminant(): number;
}

/**
 * Cholesky factorization of a symmetric block tridiagonal matrix with diagonal blocks D₀, D₁, … (square, of any orders) and blocks Eₖ below
 * the diagonal, in block row k + 1 and block column k. An indefinite matrix is a result. Cost Σ 7/3 nₖ³ for equal orders.
 * @throws TypeError, RangeError where blocks do not fit, are not finite, or diagonal ones not symmetric
 */
export function blockTridiagonalCholesky(diagonal: readonly Matrix[], lower: readonly Matrix[], options: SymmetricOptions = {}): BlockTridiagonalCholesky {
  const where = 'blockTridiagonalCholesky';
  if (lower.length !== Math.max(0, diagonal.length - 1)) throw new RangeError(`${where}: lower must have ${Math.max(0, diagonal.length - 1)} blocks, got ${lower.length}`);
  const L: Matrix[] = [];
  const E: Matrix[] = [];
  let start = 0;
  let failed = { failedBlock: -1, failedPivot: -1 };
  for (let k = 0; k < diagonal.length; k++) {
    const n = diagonal[k]!.rows;
    const schur = { rows: n, columns: n, data: symmetricCopy(`${where}: diagonal[${k}]`, diagonal[k]!, options) };
    if (k > 0) {
      const e = coupling(where, lower[k - 1]!, k - 1, n, L[k - 1]!);
      E.push(e);
      // Dₖ − Eₖ₋₁ Lₖ₋₁⁻ᵀ (…)ᵀ
      gemm(n, n, e.columns, -1, view(e.data, 0, e.columns), view(e.data, 0, 1, e.columns), view(schur.data, 0, n));
    }
    const factored = cholesky(schur, { symmetryTolerance: 1 });
    if (!factored.ok) {
      failed = { failedBlock: k, failedPivot: start + factored.failedPivot };
      break;
    }
    L.push(factored.L);
    start += n;
  }
  return wrap(diagonal.reduce((sum, d) => sum + d.rows, 0), L, E.slice(0, Math.max(0, L.length - 1)), failed);
}

/** E L⁻ᵀ: L⁻¹ Eᵀ, transposed. */
function coupling(where: string, e: Matrix, k: number, rows: number, l: Matrix): Matrix {
  requireMatrix(where, `lower[${k}]`, e);
  if (e.rows !== rows || e.columns !== l.rows) throw new RangeError(`${where}: lower[${k}] must be ${rows}×${l.rows}, got ${e.rows}×${e.columns}`);
  const x = transpose(e);
  solveLower(l.data, l.rows, x.data, rows);
  return transpose(x);
}

function wrap(n: number, L: readonly Matrix[], E: readonly Matrix[], failed: { failedBlock: number; failedPivot: number }): BlockTridiagonalCholesky {
  const ok = failed.failedBlock < 0;
  const starts = [0];
  for (const l of L) starts.push(starts.at(-1)! + l.rows);
  const requireOk = (what: string): void => {
    if (!ok) throw new RangeError(`blockTridiagonalCholesky.${what}: a must be positive definite, but the pivot of row ${failed.failedPivot} is not positive`);
  };
  const part = (x: Float64Array, k: number): Float64Array => x.subarray(starts[k]!, starts[k + 1]!);
  const solve = (x: Float64Array): void => {
    for (let k = 0; k < L.length; k++) {
      const { rows, data } = L[k]!;
      const y = part(x, k);
      if (k > 0) for (let i = 0; i < rows; i++) y[i]! -= dotRange(E[k - 1]!.data, i * E[k - 1]!.columns, part(x, k - 1), 0, E[k - 1]!.columns);
      forwardSolve(data, rows, rows, y);
    }
    for (let k = L.length - 1; k >= 0; k--) {
      const { rows, data } = L[k]!;
      const y = part(x, k);
      if (k + 1 < L.length) for (let i = 0; i < E[k]!.rows; i++) axpyRange(-part(x, k + 1)[i]!, E[k]!.data, i * rows, y, 0, rows);
      forwardSolveTransposed(data, rows, rows, y);
    }
  };
  return {
    diagonal: L,
    lower: E,
    ok,
    ...failed,
    solve: (b) => {
      requireOk('solve');
      return solveEach('blockTridiagonalCholesky.solve', b, n, n, solve);
    },
    logDeterminant: () => {
      requireOk('logDeterminant');
      let sum = 0;
      for (const { rows, data } of L) for (let i = 0; i < rows; i++) sum += Math.log(data[i * rows + i]!);
      return 2 * sum;
    },
  };
}
