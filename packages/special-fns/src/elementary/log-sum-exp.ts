/** Index of the largest element, of the first NaN where there is one; −1 of none. */
function largest(x: ArrayLike<number>): number {
  let at = -1;
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== x[i]) return i;
    if (at < 0 || x[i]! > x[at]!) at = i;
  }
  return at;
}

/** exp(x − top), with the rounding error of the difference, which may be 1e-13, taken along. */
function shifted(x: number, top: number): number {
  const difference = x - top;
  if (difference < -746) return 0;
  // x = −top + difference + low, without error (Knuth's two-sum)
  const back = difference + top;
  const low = x - back + (back - difference - top);
  return Math.exp(difference) * (1 + low);
}

/** Σ exp(xᵢ − x_at) without the element `at`, whose 1 would hide the rest; the sum is compensated (Neumaier 1974). */
function restOf(x: ArrayLike<number>, at: number): number {
  const top = x[at]!;
  let sum = 0;
  let low = 0;
  for (let i = 0; i < x.length; i++) {
    if (i === at) continue;
    const term = shifted(x[i]!, top);
    const next = sum + term;
    low += sum >= term ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + low;
}

/** ln Σ exp(xᵢ) without overflow; −∞ for no elements, NaN where an element is NaN. */
export function logSumExp(x: ArrayLike<number>): number {
  const at = largest(x);
  const top = at < 0 ? -Infinity : x[at]!;
  return Number.isFinite(top) ? top + Math.log1p(restOf(x, at)) : top;
}

/** exp(xᵢ)/Σ exp(xⱼ), into `out` where given, which may be x. NaN where x holds NaN or ∞. */
export function softmax(x: ArrayLike<number>, out: Float64Array = new Float64Array(x.length)): Float64Array {
  const at = largest(x);
  if (at < 0) return out;
  const top = x[at]!;
  const total = 1 + restOf(x, at);
  if (!Number.isFinite(top)) return out.fill(NaN, 0, x.length);
  for (let i = 0; i < x.length; i++) out[i] = shifted(x[i]!, top) / total;
  return out;
}

/** xᵢ − ln Σ exp(xⱼ), into `out` where given, which may be x. NaN where x holds NaN or ∞. */
export function logSoftmax(x: ArrayLike<number>, out: Float64Array = new Float64Array(x.length)): Float64Array {
  const at = largest(x);
  if (at < 0) return out;
  const top = x[at]!;
  if (!Number.isFinite(top)) return out.fill(NaN, 0, x.length);
  const log = Math.log1p(restOf(x, at));
  // Two differences: x − top is exact near the top, where the sum of both would not be.
  for (let i = 0; i < x.length; i++) out[i] = x[i]! - top - log;
  return out;
}
