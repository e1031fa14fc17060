/** Ratios of neighbouring orders and derivatives of the logarithms. */
import { hankelSum } from './hankel.js';
import { trapezoidSums } from './trapezoid.js';
import { U, uniformSum, uniformTerms, V } from './uniform-polynomials.js';

/** Steps of the backward recurrence: at least, and at most before the Hankel sums take over. */
const MIN_STEPS = 10;
const MAX_STEPS = 5000;

/**
 * R_v(x) = I_{v+1}(x)/I_v(x), v ≥ 0, x ≥ 0, without logarithms (the difference of two logarithms of size 1e5 keeps eleven digits). Backward recurrence
 * R_k = 1/(2(k+1)/x + R_{k+1}) (DLMF 10.29.1) from a seed between Amos's bounds (1974), its error shrinking by ρ² a step, ρ = x/(v+√(v²+x²)); the quotient of two
 * Hankel sums where x is large against v². Error to 1e-15. NaN outside; 0 at x = 0, 1 at x = ∞, 0 at v = ∞.
 * Cost 10 divisions for x ≤ v, up to 5000.
 */
export function besselIRatio(v: number, x: number): number {
  if (!(v >= 0 && x >= 0) || (v === Infinity && x === Infinity)) return NaN;
  if (x === 0 || v === Infinity) return 0;
  if (x === Infinity) return 1;
  // The second sum, of order v + 1, must be in its range too.
  if (x > 30 && (v + 1) * (v + 1) < 2 * x) return hankelSum(v + 1, x, -1, 60) / hankelSum(v, x, -1, 60);
  const steps = Math.max(MIN_STEPS, Math.ceil(20 / Math.asinh(v / x)));
  if (steps > MAX_STEPS && x > 30) return hankelSum(v + 1, x, -1, 60) / hankelSum(v, x, -1, 60);
  const count = Math.min(steps, MAX_STEPS);
  const top = v + count;
  let ratio = x / (top + 0.5 + Math.hypot(top + 1.5, x));
  const scale = 2 / x;
  for (let k = count - 1; k >= 0; k--) ratio = 1 / (scale * (v + k + 1) + ratio);
  return ratio;
}

/** From this order on the uniform expansions hold for every x. */
const UNIFORM_ORDER = 12.6964;

/** K_v′(x)/K_v(x), 0 ≤ v < ∞, 0 < x < ∞. */
function kLogDerivative(v: number, x: number): number {
  if (v > UNIFORM_ORDER) {
    // −(r/z) ΣV/ΣU (DLMF 10.41.4 and 10.41.6)
    const z = x / v;
    const r = Math.hypot(1, z);
    const terms = uniformTerms(v);
    const s = 1 / (r * r);
    return (-(r / z) * uniformSum(V, -1 / (r * v), s, terms)) / uniformSum(U, -1 / (r * v), s, terms);
  }
  if (x > 30) return v / x - hankelSum(v + 1, x, 1, 60) / hankelSum(v, x, 1, 60);
  return -trapezoidSums(v, x, Math.cosh).mean;
}

/**
 * K_{v+1}(x)/K_v(x), v ≥ 0, x > 0, relative error to 6e-15: uniform expansions, Hankel's, and the trapezoidal rule on DLMF 10.32.9 where v and x are both small.
 * NaN outside; ∞ at x = 0 and at v = ∞, 1 at x = ∞. Cost 0.1 to 5 µs.
 */
export function besselKRatio(v: number, x: number): number {
  if (!(v >= 0 && x >= 0) || (v === Infinity && x === Infinity)) return NaN;
  if (x === 0 || v === Infinity) return Infinity;
  if (x === Infinity) return 1;
  return v / x - kLogDerivative(v, x);
}

/** d/dx log I_v(x) = v/x + R_v(x) (DLMF 10.29.2). */
export function logBesselIDerivative(v: number, x: number): number {
  return v === 0 ? besselIRatio(0, x) : v / x + besselIRatio(v, x);
}

/** d/dx log K_v(x), any real v; relative error to 1.2e-14 where v and x are small, 1e-15 elsewhere. −∞ at x = 0, −1 at x = ∞. */
export function logBesselKDerivative(v: number, x: number): number {
  if (!(x > 0 && x < Infinity && Math.abs(v) < Infinity)) return x === Infinity && Math.abs(v) < Infinity ? -1 : x === 0 ? -Infinity : NaN;
  return kLogDerivative(Math.abs(v), x);
}

/** d²/dx² of log I_v or log K_v from the first derivative, by Bessel's equation: L″ = 1 + v²/x² − L′/x − L′². */
function second(v: number, x: number, first: number): number {
  return 1 + (v / x) ** 2 - first / x - first * first;
}

/** d²/dx² log I_v(x); absolute error about ε (1 + v²/x²), since the terms cancel for large x. */
export function logBesselISecondDerivative(v: number, x: number): number {
  // With R in place of L′ the terms in v²/x² cancel before they are rounded: L″ = 1 − v/x² − R² − (2v+1) R/x.
  const ratio = besselIRatio(v, x);
  return 1 - v / (x * x) - ratio * ratio - ((2 * v + 1) / x) * ratio;
}

/** d²/dx² log K_v(x), any real v; error to 1.5e-15 relative to max(1, |L″|). NaN at x = 0 and beyond, 0 at x = ∞. */
export function logBesselKSecondDerivative(v: number, x: number): number {
  const order = Math.abs(v);
  if (!(order >= 1 && order < Infinity && x > 0 && x < Infinity)) return second(v, x, logBesselKDerivative(v, x));
  // With S = K_{v−1}/K_v in place of L′ = −v/x − S the terms in v²/x² cancel before they are rounded.
  const ratio = 1 / besselKRatio(order - 1, x);
  return 1 + order / (x * x) - ((2 * order - 1) / x) * ratio - ratio * ratio;
}

/** ∂/∂v log K_v(x), the mean of t tanh(vt) over the integrand of DLMF 10.32.9; odd in v, relative error to 1e-14. x > 0. */
export function logBesselKOrderDerivative(v: number, x: number): number {
  if (!(x > 0 && x < Infinity && Math.abs(v) < Infinity)) return NaN;
  return trapezoidSums(Math.abs(v), x, (t) => t * Math.tanh(v * t)).mean;
}
