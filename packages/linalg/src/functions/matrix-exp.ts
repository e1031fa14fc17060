import type { Matrix } from '../api.js';
import { requireSquareMatrix } from '../checks.js';
import { oneNorm } from '../dense/condition.js';
import { lu } from '../dense/lu.js';
import { matmul } from '../dense/matmul.js';

/** Largest ‖A‖₁ for which the diagonal Padé approximant of degree m is accurate to rounding (Higham 2005, table 2.3). */
const LIMITS: readonly (readonly [number, number])[] = [
  [3, 1.495585217958292e-2],
  [5, 2.53939833006323e-1],
  [7, 9.504178996162932e-1],
  [9, 2.097847961257068],
  [13, 5.371920351148152],
];

/**
 * The exponential of a general square matrix by scaling, a diagonal Padé approximant and squaring (N. J. Higham, "The scaling and squaring
 * method for the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26, 2005). Cost about 2 (7 + log₂ ‖A‖₁) n³.
 * @throws TypeError, RangeError where A is not square or not finite, or where the result overflows
 */
export function matrixExp(a: Matrix): Matrix {
  const n = requireSquareMatrix('matrixExp', 'a', a);
  const size = oneNorm(a.data, n);
  const found = LIMITS.find(([, limit]) => size <= limit);
  const degree = found?.[0] ?? 13;
  const squarings = found ? 0 : Math.max(0, Math.ceil(Math.log2(size / LIMITS.at(-1)![1])));
  if (squarings > 60) throw new RangeError(`matrixExp: a is too large, got ‖a‖₁ = ${size}`);
  const scaled = { ...a, data: a.data.map((x) => x / 2 ** squarings) };
  let result = pade(scaled, n, degree);
  for (let k = 0; k < squarings; k++) result = matmul(result, result);
  return result;
}

/** (V − U)⁻¹ (V + U) with the even part V and the odd part U of the numerator. */
function pade(a: Matrix, n: number, degree: number): Matrix {
  const b = coefficients(degree);
  const square = matmul(a, a);
  const even = polynomial(square, n, b.filter((_, k) => k % 2 === 0));
  const odd = matmul(a, polynomial(square, n, b.filter((_, k) => k % 2 === 1)));
  const sum = { ...a, data: even.data.map((x, k) => x + odd.data[k]!) };
  const difference = { ...a, data: even.data.map((x, k) => x - odd.data[k]!) };
  return lu(difference).solve(sum);
}

/** Of the numerator of the [m/m] approximant, scaled to end with 1 (Higham 2005, equation 2.3). */
function coefficients(m: number): number[] {
  const b = [1];
  for (let k = m; k > 0; k--) b.unshift((b[0]! * k * (2 * m - k + 1)) / (m - k + 1));
  return b;
}

/** Σ cₖ Xᵏ; from degree 4 on in X³, so that degree 6 takes 3 products. */
function polynomial(x: Matrix, n: number, c: readonly number[]): Matrix {
  const powers = [x];
  while (powers.length < Math.min(3, c.length - 1)) powers.push(matmul(x, powers.at(-1)!));
  const part = (from: number, to: number): Matrix => {
    const data = new Float64Array(n * n);
    for (let i = 0; i < n; i++) data[i * n + i] = c[from] ?? 0;
    for (let k = from + 1; k < to && k < c.length; k++) powers[k - from - 1]!.data.forEach((value, i) => (data[i]! += c[k]! * value));
    return { rows: n, columns: n, data };
  };
  if (c.length <= 4) return part(0, 4);
  const high = matmul(powers[2]!, part(3, 7));
  const low = part(0, 3);
  return { ...low, data: low.data.map((value, i) => value + high.data[i]!) };
}
