/** ln(1 + eˣ), the softplus function. */
export function log1pExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** ln(1 − eˣ), x < 0 (Mächler 2012): −∞ at 0, NaN beyond. */
export function log1mExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** 1/(1 + e^{−x}), without loss for x → −∞. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** ln(p/(1−p)), 0 ≤ p ≤ 1; near ½ by log1p, so that the zero keeps its digits. */
export function logit(p: number): number {
  if (p > 0.25 && p < 0.75) return Math.log1p((2 * p - 1) / (1 - p));
  return Math.log(p) - Math.log1p(-p);
}
