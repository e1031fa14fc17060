import type { LinearOperator, Matrix } from '../api.js';
import { requireMatrix, requireSquareMatrix, requireVector } from '../checks.js';
import { gemm, view } from '../dense/gemm.js';
import { lu } from '../dense/lu.js';

/**
 * A ⊗ B, dense.
 * @throws TypeError, RangeError unless finite matrices
 */
export function kroneckerProduct(a: Matrix, b: Matrix): Matrix {
  requireMatrix('kroneckerProduct', 'a', a);
  requireMatrix('kroneckerProduct', 'b', b);
  const rows = a.rows * b.rows;
  const columns = a.columns * b.columns;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const [p, q] = [Math.floor(i / b.rows), i % b.rows];
    for (let k = 0; k < a.columns; k++) {
      const x = a.data[p * a.columns + k]!;
      for (let l = 0; l < b.columns; l++) data[i * columns + k * b.columns + l] = x * b.data[q * b.columns + l]!;
    }
  }
  return { rows, columns, data };
}

/**
 * A₁ ⊗ A₂ ⊗ … as an operator that never forms it: one product with each factor.
 * @throws TypeError, RangeError unless one or more finite matrices
 */
export function kroneckerOperator(factors: readonly Matrix[]): LinearOperator {
  const where = 'kroneckerOperator';
  if (factors.length === 0) throw new RangeError(`${where}: factors must not be empty`);
  factors.forEach((a, k) => requireMatrix(where, `factors[${k}]`, a));
  const rows = factors.reduce((p, a) => p * a.rows, 1);
  const columns = factors.reduce((p, a) => p * a.columns, 1);
  return {
    shape: [rows, columns],
    dtype: 'float64',
    apply: (v) => {
      requireVector(`${where}.apply`, 'v', v, columns);
      return factors.reduce<Float64Array>((x, a) => multiplyFirst(a.data, a.rows, a.columns, a.columns, 1, x), v.slice());
    },
    applyTranspose: (u) => {
      requireVector(`${where}.applyTranspose`, 'u', u, rows);
      return factors.reduce<Float64Array>((x, a) => multiplyFirst(a.data, a.columns, a.rows, 1, a.columns, x), u.slice());
    },
  };
}

/** x as a k×rest matrix: (M x) transposed to rest×m, so that the next factor's index comes first. */
function multiplyFirst(a: Float64Array, m: number, k: number, row: number, column: number, x: Float64Array): Float64Array {
  const rest = k === 0 ? 0 : x.length / k;
  const out = new Float64Array(rest * m);
  gemm(rest, m, k, 1, view(x, 0, 1, rest), view(a, 0, column, row), view(out, 0, m));
  return out;
}

/**
 * The x with (A₁ ⊗ A₂ ⊗ …) x = b for square factors: a solve with each. Cost Σ nₖ³ and the length of b times Σ nₖ.
 * @throws TypeError, RangeError where a factor is not square or singular (naming factor and pivot), or b does not fit
 */
export function kroneckerSolve(factors: readonly Matrix[], b: Float64Array): Float64Array {
  const where = 'kroneckerSolve';
  if (factors.length === 0) throw new RangeError(`${where}: factors must not be empty`);
  const n = factors.reduce((p, a, k) => p * requireSquareMatrix(where, `factors[${k}]`, a), 1);
  requireVector(where, 'b', b, n);
  return factors.reduce<Float64Array>((x, a, index) => {
    const factored = lu(a);
    if (factored.singular) throw new RangeError(`${where}: factors[${index}] must be regular, but its pivot ${factored.zeroPivot} is 0`);
    const k = a.rows;
    const rest = k === 0 ? 0 : n / k;
    const solved = factored.solve({ rows: k, columns: rest, data: x }).data;
    const out = new Float64Array(n);
    for (let i = 0; i < k; i++) for (let j = 0; j < rest; j++) out[j * k + i] = solved[i * rest + j]!;
    return out;
  }, b.slice());
}
