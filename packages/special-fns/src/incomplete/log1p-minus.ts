/**
 * ln(1+x) − x, x > −1. For |x| < ½ with s = x/(2+x) the series of ln(1+x) = 2 artanh s: since x − 2s = x s, the difference is s (−x + 2s² (⅓ + s²/5 + …)).
 */
export function log1pMinus(x: number): number {
  if (x > 0.5 || x < -0.4) return Math.log1p(x) - x;
  const s = x / (2 + x);
  const square = s * s;
  let sum = 0;
  for (let k = 18; k >= 1; k--) sum = sum * square + 1 / (2 * k + 1);
  return s * (2 * square * sum - x);
}
