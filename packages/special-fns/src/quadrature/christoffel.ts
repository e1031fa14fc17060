/** Gauss rules from the recurrence of orthonormal polynomials. */
import { tridiagonalEigen } from '@curv/linalg';
import type { QuadratureRule } from './api.js';

/** b_{k+1} p_{k+1} = (x − a_k) p_k − b_k p_{k−1}; `a` of k = 0, 1, …, `b` of k = 1, 2, …. */
export interface Recurrence {
  a(k: number): number;
  b(k: number): number;
  /** Logarithm of the integral of the weight. */
  readonly logMass: number;
}

export const BIG = 1e100;
export const LOG_BIG: number = Math.log(BIG);

/** p_n/p_n′ at a point, and ln Σ_{k<n} p_k². */
export interface Evaluation {
  readonly newton: number;
  readonly logSum: number;
}

/** From the recurrence; rescaled on the way, since p_k leaves the range of doubles. */
function evaluate({ a, b, logMass }: Recurrence, n: number, x: number): Evaluation {
  let [before, value] = [0, 1];
  let [slopeBefore, slope] = [0, 0];
  let sum = 0;
  let exponent = 0;
  for (let k = 0; k < n; k++) {
    sum += value * value;
    const last = k === 0 ? 0 : b(k);
    const next = ((x - a(k)) * value - last * before) / b(k + 1);
    const slopeNext = (value + (x - a(k)) * slope - last * slopeBefore) / b(k + 1);
    [before, value, slopeBefore, slope] = [value, next, slope, slopeNext];
    if (Math.abs(value) < BIG && Math.abs(slope) < BIG) continue;
    [before, value, slopeBefore, slope] = [before / BIG, value / BIG, slopeBefore / BIG, slope / BIG];
    sum = sum / BIG / BIG;
    exponent += 2 * LOG_BIG;
  }
  return { newton: value / slope, logSum: Math.log(sum) + exponent - logMass };
}

/**
 * Nodes as eigenvalues of the Jacobi matrix (Golub & Welsch 1969), polished by Newton's method on p_n; weights by Christoffel's 1/Σ p_k², a sum of positive terms, so that small
 * weights keep their digits. Weights below the smallest double are 0.
 */
export function gaussRule(recurrence: Recurrence, n: number, at: (x: number) => Evaluation = (x) => evaluate(recurrence, n, x)): QuadratureRule {
  const diagonal = Float64Array.from({ length: n }, (_, k) => recurrence.a(k));
  const off = Float64Array.from({ length: n - 1 }, (_, k) => recurrence.b(k + 1));
  const nodes = tridiagonalEigen(diagonal, off).values;
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let step = 0; step < 3; step++) nodes[i]! -= at(nodes[i]!).newton;
    weights[i] = Math.exp(-at(nodes[i]!).logSum);
  }
  return { nodes, weights };
}
