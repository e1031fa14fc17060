import { gamma } from '../gamma/gamma.js';
import { logGamma } from '../gamma/log-gamma.js';

/** (x/2)^v/Γ(v+1), v > −1, x > 0. */
export function leadingTerm(v: number, x: number): number {
  const direct = Math.pow(0.5 * x, v) / gamma(v + 1);
  return v < 160 && direct > 1e-290 && direct < Infinity ? direct : Math.exp(v * (Math.log(x) - Math.LN2) - logGamma(v + 1));
}

/** J_v by its power series (DLMF 10.2.2), for x² ≤ 4(v+1), where the terms fall from the first on. */
export function besselJSeries(v: number, x: number): number {
  const q = 0.25 * x * x;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 200; k++) {
    term *= -q / (k * (k + v));
    sum += term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break;
  }
  return leadingTerm(v, x) * sum;
}
