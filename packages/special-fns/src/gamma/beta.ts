import { gamma } from './gamma.js';
import { logBeta } from './log-beta.js';

/** B(a, b) = Γ(a) Γ(b)/Γ(a+b), a, b > 0; through `logBeta` where a + b ≥ 8. NaN for a negative argument, ∞ where one is 0, 0 where one is ∞. */
export function beta(a: number, b: number): number {
  if (a > 0 && b > 0 && a + b < 8) {
    const [low, high] = a < b ? [a, b] : [b, a];
    return gamma(low) * (gamma(high) / gamma(low + high));
  }
  return Math.exp(logBeta(a, b));
}
