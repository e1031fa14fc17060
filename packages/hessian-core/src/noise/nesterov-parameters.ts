/** Parameters of Nesterov's method. */

/**
 * Learning rate 1/L and momentum (√L − √μ) / (√L + √μ) of v ← ρ v − α ∇f(w + ρ v), w ← w + v: on every function of curvature in [μ, L] it contracts by √(1 − √(μ/L)) a step (Nesterov 2004,
 * scheme 2.2.11), where Polyak's parameters need not converge unless the curvature is constant (Lessard, Recht & Packard 2016, arXiv:1408.3595, section 4.6).
 * @throws RangeError unless 0 ≤ μ ≤ L and L > 0
 */
export function nesterovParameters(largest: number, smallest: number): { readonly learningRate: number; readonly momentum: number } {
  if (!(largest > 0 && largest < Infinity)) throw new RangeError(`largest must be a positive number (an operator without positive curvature has none), got ${largest}`);
  if (!(smallest >= 0 && smallest <= largest)) throw new RangeError(`smallest must be between 0 and largest ${largest}, got ${smallest}`);
  const [a, b] = [Math.sqrt(largest), Math.sqrt(smallest)];
  return { learningRate: 1 / largest, momentum: (a - b) / (a + b) };
}
