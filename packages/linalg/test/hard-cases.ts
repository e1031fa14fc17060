/** The classical matrices on which methods fail. */
import { type Matrix, matrix } from '../src/index.js';

const fill = (rows: number, columns: number, f: (i: number, j: number) => number): Matrix =>
  matrix(rows, columns, Float64Array.from({ length: rows * columns }, (_, k) => f(Math.floor(k / columns), k % columns)));

/** W⁺ₙ, whose large eigenvalues come in pairs equal to rounding. n odd. */
export const wilkinson = (n: number): Matrix =>
  fill(n, n, (i, j) => (i === j ? Math.abs(i - (n - 1) / 2) : Math.abs(i - j) === 1 ? 1 : 0));

/** Upper triangular; column pivoting does not show how nearly singular it is. */
export const kahan = (n: number, theta: number): Matrix =>
  fill(n, n, (i, j) => (j < i ? 0 : Math.sin(theta) ** i * (i === j ? 1 : -Math.cos(theta))));

/** A row of ones over ε I: AᵀA loses ε². (n + 1)×n. */
export const lauchli = (n: number, epsilon: number): Matrix => fill(n + 1, n, (i, j) => (i === 0 ? 1 : i === j + 1 ? epsilon : 0));

/** Ones below, and the growth of 2ⁿ⁻¹ under partial pivoting. */
export const growth = (n: number): Matrix => fill(n, n, (i, j) => (j === n - 1 || i === j ? 1 : j < i ? -1 : 0));

/** Companion matrix of (x − 1) ⋯ (x − n). */
export function companionOfRoots(roots: readonly number[]): Matrix {
  let p = [1];
  for (const r of roots) p = [...p, 0].map((c, i) => c - (i > 0 ? r * p[i - 1]! : 0));
  const n = roots.length;
  return fill(n, n, (i, j) => (i === 0 ? -p[j + 1]! : i === j + 1 ? 1 : 0));
}

/** Grcar's matrix: sensitive complex eigenvalues. */
export const grcar = (n: number, k = 3): Matrix => fill(n, n, (i, j) => (j === i - 1 ? -1 : j >= i && j <= i + k ? 1 : 0));

/** Frank's matrix: upper Hessenberg, its small eigenvalues are ill-conditioned. */
export const frank = (n: number): Matrix => fill(n, n, (i, j) => (j >= i - 1 ? n - Math.max(i, j) : 0));
