/** Σ cₖ tᵏ, coefficients ascending. */
export function horner(coefficients: readonly number[], t: number): number {
  let sum = coefficients[coefficients.length - 1]!;
  for (let k = coefficients.length - 2; k >= 0; k--) sum = sum * t + coefficients[k]!;
  return sum;
}
