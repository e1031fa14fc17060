import { erf } from './erf.js';
import { erfcxUpper } from './erfcx-upper.js';

const ROOT_PI = 1.772453850905516;
const MAX_STEPS = 20;

/**
 * The x ≥ ½ with erfc(x) = q, by Newton's method on ln erfc(x) = ln q: the left side is concave and falls, so that from any start the iteration comes from the
 * right side of the root, monotonically and at last quadratically. An error of ε |ln q| in the logarithm is one of ε/4 in x.
 */
function upper(q: number): number {
  const target = Math.log(q);
  let x = Math.sqrt(Math.max(0.25, -target - 0.5 * Math.log(-target * Math.PI + 1)));
  for (let step = 0; step < MAX_STEPS; step++) {
    const scaled = erfcxUpper(x);
    const move = (Math.log(scaled) - x * x - target) * 0.5 * ROOT_PI * scaled;
    x = Math.max(0.45, x + move);
    if (Math.abs(move) < 1e-9 * x) break;
  }
  // A last step, whose own error is of the second order in 1e-9.
  const scaled = erfcxUpper(x);
  return x + (Math.log(scaled) - x * x - target) * 0.5 * ROOT_PI * scaled;
}

/** The x with erf(x) = p, |p| ≤ ½, by Newton's method from the first terms of the series. */
function central(p: number): number {
  let x = 0.5 * ROOT_PI * p * (1 + (Math.PI / 12) * p * p);
  for (let step = 0; step < 3; step++) {
    const difference = erf(x) - p;
    const slope = (2 / ROOT_PI) * Math.exp(-x * x);
    // Halley: erf″ = −2x erf′.
    const newton = difference / slope;
    x -= newton / (1 + x * newton);
  }
  return x;
}

/** The x with erf(x) = p, −1 ≤ p ≤ 1. ±∞ at ±1, NaN beyond, ±0 at ±0. */
export function inverseErf(p: number): number {
  const magnitude = Math.abs(p);
  if (!(magnitude <= 1)) return NaN;
  if (magnitude <= 0.5) return p === 0 ? p : central(p);
  return Math.sign(p) * (magnitude === 1 ? Infinity : upper(1 - magnitude));
}

/** The x with erfc(x) = q, 0 ≤ q ≤ 2. ∞ at 0, −∞ at 2, NaN beyond. */
export function inverseErfc(q: number): number {
  if (!(q >= 0 && q <= 2)) return NaN;
  if (q === 0) return Infinity;
  if (q < 0.5) return upper(q);
  // 1 − q is exact here.
  return -inverseErf(q - 1);
}
