/** The 1-norm of an inverse from a few solves. */

const sumAbs = (x: Float64Array): number => x.reduce((s, v) => s + Math.abs(v), 0);

/**
 * A lower bound of ‖A⁻¹‖₁, mostly within a factor of three (N. J. Higham, "FORTRAN codes for estimating the one-norm", ACM TOMS 14, 1988,
 * algorithm 4.1). `solve` and `solveTransposed` overwrite their argument. At most 11 solves.
 */
export function inverseNormEstimate(n: number, solve: (x: Float64Array) => void, solveTransposed: (x: Float64Array) => void): number {
  if (n === 0) return 0;
  let x = new Float64Array(n).fill(1 / n);
  solve(x);
  let estimate = sumAbs(x);
  let last = -1;
  for (let round = 0; round < 5; round++) {
    const signs = x.map((v) => (v < 0 ? -1 : 1));
    solveTransposed(signs);
    let at = 0;
    for (let i = 1; i < n; i++) if (Math.abs(signs[i]!) > Math.abs(signs[at]!)) at = i;
    if (at === last) break;
    last = at;
    x = new Float64Array(n);
    x[at] = 1;
    solve(x);
    const next = sumAbs(x);
    if (next <= estimate) break;
    estimate = next;
  }
  // a vector of alternating signs catches what cancels above
  const probe = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + i / Math.max(1, n - 1)));
  solve(probe);
  return Math.max(estimate, (2 * sumAbs(probe)) / (3 * n));
}

/** Largest absolute column sum of an n×n matrix. */
export function oneNorm(a: Float64Array, n: number): number {
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j]! += Math.abs(a[i * n + j]!);
  return sums.reduce((most, s) => Math.max(most, s), 0);
}
