/** Power series of I_v about x = 0 (DLMF 10.25.2). */
import { logGamma } from '../gamma/log-gamma.js';

/** log I_v(x) = v ln(x/2) − ln Γ(v+1) + ln Σ tₖ, t₀ = 1, tₖ = tₖ₋₁ (x²/4)/(k(k+v)); all terms are positive, Σ overflows beyond x ≈ 710. */
export function logISeries(v: number, x: number): number {
  const q = 0.25 * x * x;
  let term = 1;
  let sum = 1;
  for (let k = 1; ; k++) {
    const divisor = k * (k + v);
    term *= q / divisor;
    sum += term;
    if (!(term >= 1e-17 * sum || divisor <= q)) break;
  }
  return v * (Math.log(x) - Math.LN2) - logGamma(v + 1) + Math.log(sum);
}

/**
 * The same in logarithms, log aₖ = k ln(x²/4) − ln Γ(k+1) − ln Γ(k+v+1) (Plesner, Sørensen & Hauberg 2024, arXiv:2409.08729), summed outward from the
 * peak near k = (√(x²+v²) − v)/2: nothing overflows for any x. About 9.2 √x terms of two ln Γ each.
 */
export function logISeriesLog(v: number, x: number): number {
  const logQ = 2 * (Math.log(x) - Math.LN2);
  const term = (k: number): number => k * logQ - logGamma(k + 1) - logGamma(k + v + 1);
  const peak = Math.max(0, Math.floor(0.5 * (Math.hypot(x, v) - v)));
  const top = term(peak);
  let sum = 1;
  for (const step of [-1, 1]) {
    for (let k = peak + step; k >= 0; k += step) {
      const part = Math.exp(term(k) - top);
      sum += part;
      if (part < 1e-17 * sum) break;
    }
  }
  return v * (Math.log(x) - Math.LN2) + top + Math.log(sum);
}
