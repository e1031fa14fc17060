/** Classical orthogonal polynomials by their three-term recurrences (DLMF 18.9). */
import { requireCount } from '../checks.js';

/** Legendre polynomial P_n(x), by differences P_k − P_{k−1}, which keep their digits near x = 1. Cost n steps. @throws RangeError unless n ≥ 0 is an integer */
export function legendre(n: number, x: number): number {
  requireCount('legendre', 'n', n, 0);
  // P_n(−x) = (−1)ⁿ P_n(x)
  if (x < 0) return (n % 2 === 0 ? 1 : -1) * legendre(n, -x);
  const s = 1 - x;
  let value = 1;
  let difference = 0;
  for (let k = 0; k < n; k++) {
    difference = (k * difference - (2 * k + 1) * s * value) / (k + 1);
    value += difference;
  }
  return value;
}

/** Chebyshev polynomial of the first kind T_n(x) = cos(n arccos x), and its continuation beyond [−1, 1]. @throws RangeError unless n ≥ 0 is an integer */
export function chebyshevT(n: number, x: number): number {
  requireCount('chebyshevT', 'n', n, 0);
  return chebyshev(n, x, 1 - Math.abs(x));
}

/** Chebyshev polynomial of the second kind U_n(x). @throws RangeError unless n ≥ 0 is an integer */
export function chebyshevU(n: number, x: number): number {
  requireCount('chebyshevU', 'n', n, 0);
  return chebyshev(n, x, 1);
}

/** By differences, C_{k+1} − C_k = (C_k − C_{k−1}) − 2(1−x) C_k, from C_0 − C_{−1}; odd and even as n is. */
function chebyshev(n: number, x: number, first: number): number {
  const s = 1 - Math.abs(x);
  let value = 1;
  let difference = first;
  for (let k = 0; k < n; k++) {
    difference -= 2 * s * value;
    value += difference;
  }
  return x < 0 && n % 2 === 1 ? -value : value;
}

/** Physicists' Hermite polynomial H_n(x), orthogonal under e^{−x²}. @throws RangeError unless n ≥ 0 is an integer */
export function hermite(n: number, x: number): number {
  requireCount('hermite', 'n', n, 0);
  let [before, value] = [0, 1];
  for (let k = 0; k < n; k++) [before, value] = [value, 2 * x * value - 2 * k * before];
  return value;
}

/** Generalized Laguerre polynomial L_n^{(α)}(x), orthogonal under x^α e^{−x}, by differences, which keep their digits for small x. @throws RangeError unless n ≥ 0 is an integer and α > −1 */
export function laguerre(n: number, x: number, alpha = 0): number {
  requireCount('laguerre', 'n', n, 0);
  if (!(alpha > -1)) throw new RangeError(`laguerre: alpha must be greater than -1, got ${String(alpha)}`);
  let value = 1;
  // L_0 − L_{−1}, L_{−1} = 0
  let difference = 1;
  for (let k = 0; k < n; k++) {
    // (k+1)(L_{k+1} − L_k) = (k+α)(L_k − L_{k−1}) − x L_k
    difference = ((k + alpha) * difference - x * value) / (k + 1);
    value += difference;
  }
  return value;
}
