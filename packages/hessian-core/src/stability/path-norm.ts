/** The path norm of a two-layer net. */

/**
 * Σⱼ |aⱼ| ‖wⱼ‖ of f(x) = Σⱼ aⱼ σ(wⱼ · x) (Neyshabur, Tomioka & Srebro 2015, arXiv:1503.00036): what the trace of a stable minimum bounds (Wu & Su 2023,
 * arXiv:2305.17490).
 * @param a outer weights; `w` one row of inner weights for each
 * @throws RangeError where their numbers differ
 */
export function pathNorm(a: ArrayLike<number>, w: readonly ArrayLike<number>[]): number {
  if (a.length !== w.length) throw new RangeError(`pathNorm: expected one row of w for each of the ${a.length} elements of a, got ${w.length}`);
  return w.reduce((sum, row, j) => sum + Math.abs(a[j]!) * Math.hypot(...Array.from(row)), 0);
}
