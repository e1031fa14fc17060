import type { Matrix } from '../api.js';
import { requireMatrix, requireSquareMatrix } from '../checks.js';
import { gemm, view } from '../dense/gemm.js';
import { transpose } from '../dense/matrix.js';
import { schur } from '../dense/schur.js';
import { dotRange } from '../vector.js';
import { blockStarts, smallSylvester } from './blocks.js';

/**
 * The X with A X + X B = C for square A and B, by their real Schur forms (R. H. Bartels & G. W. Stewart, CACM 15, 1972). Cost about
 * 25 (m³ + n³) + 5/2 (m²n + mn²).
 * @throws TypeError, RangeError where shapes do not fit, or where A and −B have a common eigenvalue to rounding
 */
export function sylvester(a: Matrix, b: Matrix, c: Matrix): Matrix {
  const where = 'sylvester';
  const m = requireSquareMatrix(where, 'a', a);
  const n = requireSquareMatrix(where, 'b', b);
  requireMatrix(where, 'c', c);
  if (c.rows !== m || c.columns !== n) throw new RangeError(`${where}: c must be ${m}×${n}, got ${c.rows}×${c.columns}`);
  const left = schur(a);
  const right = schur(b);
  const f = product(product(transpose(left.Z), c), right.Z);
  if (!solveQuasiTriangular(left.T.data, m, right.T.data, n, f.data)) throw new RangeError(`${where}: a and −b must have no common eigenvalue`);
  return product(product(left.Z, f), transpose(right.Z));
}

/**
 * The X with A X + X Aᵀ = Q: the continuous Lyapunov equation. Where Q is symmetric, so is X; where all eigenvalues of A have positive real
 * parts and Q is positive semidefinite, so is X. Of symmetric A it is the derivative of the square: X = D√(A²)[Q].
 * @throws TypeError, RangeError where shapes do not fit, or where eigenvalues of A add up to 0 to rounding
 */
export function lyapunov(a: Matrix, q: Matrix): Matrix {
  const where = 'lyapunov';
  const n = requireSquareMatrix(where, 'a', a);
  if (requireSquareMatrix(where, 'q', q) !== n) throw new RangeError(`${where}: q must be ${n}×${n} as a, got ${q.rows}×${q.columns}`);
  const { T, Z } = schur(a);
  // Tᵀ is lower quasi-triangular: in reversed order it is upper
  const reversed = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) reversed[i * n + j] = T.data[(n - 1 - j) * n + (n - 1 - i)]!;
  const f = product(product(transpose(Z), q), Z);
  const turned = reverseColumns(f);
  if (!solveQuasiTriangular(T.data, n, reversed, n, turned.data)) throw new RangeError(`${where}: no two eigenvalues of a may add up to 0`);
  const x = product(product(Z, reverseColumns(turned)), transpose(Z));
  if (isSymmetric(q)) for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x.data[i * n + j] = x.data[j * n + i] = (x.data[i * n + j]! + x.data[j * n + i]!) / 2;
  return x;
}

function product(a: Matrix, b: Matrix): Matrix {
  const data = new Float64Array(a.rows * b.columns);
  gemm(a.rows, b.columns, a.columns, 1, view(a.data, 0, a.columns), view(b.data, 0, b.columns), view(data, 0, b.columns));
  return { rows: a.rows, columns: b.columns, data };
}

const reverseColumns = ({ rows, columns, data }: Matrix): Matrix => {
  const out = data.slice();
  for (let i = 0; i < rows; i++) out.subarray(i * columns, (i + 1) * columns).reverse();
  return { rows, columns, data: out };
};

function isSymmetric({ rows: n, data }: Matrix): boolean {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (data[i * n + j] !== data[j * n + i]) return false;
  return true;
}

/** S Y + Y T = F for upper quasi-triangular S (m×m) and T (n×n); F becomes Y. False where it is singular to rounding. */
function solveQuasiTriangular(s: Float64Array, m: number, t: Float64Array, n: number, f: Float64Array): boolean {
  const rows = blockStarts(s, m);
  const columns = blockStarts(t, n);
  const y = new Float64Array(2 * m);
  const c = new Float64Array(4);
  for (let v = 0; v + 1 < columns.length; v++) {
    const j = columns[v]!;
    const q = columns[v + 1]! - j;
    for (let u = rows.length - 2; u >= 0; u--) {
      const i = rows[u]!;
      const p = rows[u + 1]! - i;
      for (let r = 0; r < p; r++) {
        for (let k = 0; k < q; k++) {
          let value = f[(i + r) * n + j + k]! - dotRange(s, (i + r) * m + i + p, y, k * m + i + p, m - i - p);
          for (let l = 0; l < j; l++) value -= f[(i + r) * n + l]! * t[l * n + j + k]!;
          c[r * q + k] = value;
        }
      }
      if (!smallSylvester(s, i * m + i, m, p, t, j * n + j, n, q, c)) return false;
      for (let r = 0; r < p; r++) {
        for (let k = 0; k < q; k++) {
          y[k * m + i + r] = c[r * q + k]!;
          f[(i + r) * n + j + k] = c[r * q + k]!;
        }
      }
    }
  }
  return true;
}
