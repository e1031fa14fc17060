/** ln Σ exp(xᵢ) without overflow; −∞ for no elements, NaN where an element is NaN. */
export function logSumExp(x: ArrayLike<number>): number {
  let top = -Infinity;
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== x[i]) return NaN;
    top = Math.max(top, x[i]!);
  }
  if (!Number.isFinite(top)) return top;
  // The largest term is 1: the others go into log1p.
  let rest = -1;
  for (let i = 0; i < x.length; i++) rest += Math.exp(x[i]! - top);
  return top + Math.log1p(rest);
}

/** exp(xᵢ)/Σ exp(xⱼ), into `out` where given, which may be x. NaN where x holds NaN or ∞. */
export function softmax(x: ArrayLike<number>, out: Float64Array = new Float64Array(x.length)): Float64Array {
  let top = -Infinity;
  for (let i = 0; i < x.length; i++) top = Math.max(top, x[i]!);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += out[i] = Math.exp(x[i]! - top);
  for (let i = 0; i < x.length; i++) out[i]! /= sum;
  return out;
}

/** xᵢ − ln Σ exp(xⱼ), into `out` where given, which may be x. */
export function logSoftmax(x: ArrayLike<number>, out: Float64Array = new Float64Array(x.length)): Float64Array {
  let top = -Infinity;
  for (let i = 0; i < x.length; i++) top = Math.max(top, x[i]!);
  let rest = -1;
  for (let i = 0; i < x.length; i++) rest += Math.exp(x[i]! - top);
  const log = Math.log1p(rest);
  // Two differences: x − top is exact near the top, where the sum of both would not be.
  for (let i = 0; i < x.length; i++) out[i] = x[i]! - top - log;
  return out;
}
