/** exp(−x²) with the rounding error of x² taken along: the error of x² is up to x² ε/2, which the exponential makes a relative one. */
export function expMinusSquare(x: number): number {
  const high = Math.fround(x);
  return Math.exp(-high * high) * Math.exp(-(x - high) * (x + high));
}

/** exp(−x²/2), likewise. */
export function expMinusHalfSquare(x: number): number {
  const high = Math.fround(x);
  return Math.exp(-0.5 * high * high) * Math.exp(-0.5 * (x - high) * (x + high));
}
