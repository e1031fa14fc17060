import { logGamma } from './log-gamma.js';
import { stirlingSeries } from './stirling.js';

const HALF_LN_2PI = 0.9189385332046728;

/**
 * ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a+b), a, b > 0, with the large terms of Stirling's formula cancelled by hand where an argument is at least 8. Error relative to max(1, |ln B|).
 * NaN for a negative argument; ∞ where one is 0; −∞ where one is ∞.
 */
export function logBeta(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  if (!(low >= 0) || high !== high) return NaN;
  if (low === 0) return high === Infinity ? NaN : Infinity;
  if (high === Infinity) return -Infinity;
  if (high < 8) return logGamma(low) + logGamma(high) - logGamma(low + high);
  const rest = stirlingSeries(high) - stirlingSeries(low + high);
  if (low < 8) return logGamma(low) + rest - (high - 0.5) * Math.log1p(low / high) - low * (Math.log(low + high) - 1);
  const ratio = low / high;
  return HALF_LN_2PI + stirlingSeries(low) + rest + (low - 0.5) * Math.log(ratio / (1 + ratio)) - high * Math.log1p(ratio) - 0.5 * Math.log(high);
}
