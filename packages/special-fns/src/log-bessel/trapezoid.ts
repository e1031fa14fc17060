/** log K_v by the trapezoidal rule on its integral representation, which converges geometrically (Trefethen & Weideman 2014). */
import { logGamma } from '../gamma/log-gamma.js';

/** What is averaged over the integrand at node t, if anything: the sums' quotient is the mean. */
export type Weight = (t: number) => number;

/** Below this argument K_v is its leading term to O(x²), for v ≥ 1. */
const SMALL = 1e-8;

export interface TrapezoidSums {
  readonly log: number;
  readonly mean: number;
}

/**
 * K_v(x) = ∫₀^∞ e^{−x cosh t} cosh(vt) dt (DLMF 10.32.9) with step h = min(0.18, 0.55/(x²+v²)^{1/4}), summed outward from the peak
 * t₀ = asinh(v/x) until terms no longer count. 12 to 130 nodes in the range where it is the default; ln(80/x)/0.18 for tiny x.
 */
export function trapezoidSums(v: number, x: number, weight: Weight | null): TrapezoidSums {
  const h = Math.min(0.18, 0.55 / Math.sqrt(Math.hypot(x, v)));
  const peak = asinhQuotient(v, x);
  const phi = (t: number): number => {
    const e = Math.exp(0.5 * t);
    const sinh = 0.5 * (e - 1 / e);
    return v * t - 2 * x * sinh * sinh;
  };
  const top = phi(peak);
  const first = Math.floor(peak / h);
  let sum = 0;
  let weighted = 0;
  for (let step = -1; step <= 1; step += 2) {
    for (let j = step < 0 ? first : first + 1; j >= 0; j += step) {
      const t = j * h;
      let part = Math.exp(phi(t) - top) * (j === 0 ? 0.5 : 1);
      const decay = 2 * v * t;
      if (decay < 40) part *= 1 + Math.exp(-decay);
      else if (part === 0) break;
      sum += part;
      if (weight !== null) weighted += part * weight(t);
      if (part < 1e-18 * sum) break;
    }
  }
  return { log: top - x + Math.log(0.5 * h * sum), mean: weighted / sum };
}

/** asinh(v/x), also where the quotient overflows. */
function asinhQuotient(v: number, x: number): number {
  const quotient = v / x;
  return quotient < 1e150 ? Math.asinh(quotient) : Math.LN2 + Math.log(v) - Math.log(x);
}

export function logKTrapezoid(v: number, x: number): number {
  // ln K_v = ln Γ(v) + (v−1) ln 2 − v ln x + O(x²) (DLMF 10.30.2); for v < 1 the neglected term is of order x^{2v}.
  if (x < SMALL && v >= 1) return logGamma(v) + (v - 1) * Math.LN2 - v * Math.log(x);
  return trapezoidSums(v, x, null).log;
}
