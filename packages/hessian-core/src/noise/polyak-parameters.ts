/** Heavy-ball parameters of a quadratic. */

/**
 * Learning rate (2 / (√L + √μ))² and momentum ((√L − √μ) / (√L + √μ))² of v ← ρ v − α g, w ← w + v, optimal for a quadratic with eigenvalues in
 * [μ, L]: it contracts by √ρ a step (Polyak 1964).
 * @throws RangeError unless 0 ≤ μ ≤ L and L > 0
 */
export function polyakParameters(largest: number, smallest: number): { readonly learningRate: number; readonly momentum: number } {
  if (!(largest > 0 && largest < Infinity)) throw new RangeError(`largest must be a positive number (an operator without positive curvature has none), got ${largest}`);
  if (!(smallest >= 0 && smallest <= largest)) throw new RangeError(`smallest must be between 0 and largest ${largest}, got ${smallest}`);
  const [a, b] = [Math.sqrt(largest), Math.sqrt(smallest)];
  return { learningRate: (2 / (a + b)) ** 2, momentum: ((a - b) / (a + b)) ** 2 };
}
