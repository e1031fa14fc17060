import { requireVector } from '../checks.js';

/**
 * The fast Walsh-Hadamard transform yₖ = Σ (−1)^⟨j, k⟩ xⱼ in Hadamard's order, ⟨j, k⟩ being the number of ones that the binary forms share. Twice
 * applied it multiplies by n. Cost n log₂ n additions.
 * @throws TypeError, RangeError unless x is finite and its length a power of two
 */
export function walshHadamard(x: Float64Array): Float64Array {
  requireVector('walshHadamard', 'x', x, x?.length);
  const n = x.length;
  if (n < 1 || (n & (n - 1)) !== 0) throw new RangeError(`walshHadamard: x must have a power of two of elements, got ${n}`);
  const y = x.slice();
  hadamardInPlace(y, n);
  return y;
}

/** Unchecked. Two levels in one pass. */
export function hadamardInPlace(y: Float64Array, n: number): void {
  let h = 1;
  for (; 4 * h <= n; h *= 4) {
    for (let i = 0; i < n; i += 4 * h) {
      for (let j = i; j < i + h; j++) {
        const a = y[j]!, b = y[j + h]!, c = y[j + 2 * h]!, d = y[j + 3 * h]!;
        const s = a + b, t = a - b, u = c + d, v = c - d;
        y[j] = s + u;
        y[j + h] = t + v;
        y[j + 2 * h] = s - u;
        y[j + 3 * h] = t - v;
      }
    }
  }
  if (h === n) return;
  for (let j = 0; j < h; j++) {
    const a = y[j]!, b = y[j + h]!;
    y[j] = a + b;
    y[j + h] = a - b;
  }
}
