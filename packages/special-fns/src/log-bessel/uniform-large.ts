/**
 * The uniform expansion where w = √(v²+x²) is large. In w its exponent is v η = w + v ln(x/(v+w)), its front √(1/2πw), and four terms leave out less than 1e-17: one division by w, no power, no
 * square root but that of w.
 */
import { exponentNearZero, nearZero } from './uniform.js';

/** From this w on the fifth term u₅(t)/v⁵ ≤ 0.2271/w⁵ is below 1e-17. */
const LARGE = 2000;
/** Beyond, `exponentNearZero` does not hold; for smaller x the quotient leaves the normal numbers. */
const HUGE = 1e30;
const SMALL = 1e-140;

const INVERSE_2PI = 0.15915494309189535;
const HALF_PI = 1.5707963267948966;

/** Σ u_k(t)/vᵏ to k = 4 for p = ±1/w, s = t² = v²/w²: u_k(t)/vᵏ = pᵏ q_k(s) (DLMF 10.41.10 for u₁ to u₃; 10.41.9 gives u₄). */
function sumOf(p: number, s: number): number {
  const q1 = 3 / 24 - (5 / 24) * s;
  const q2 = 81 / 1152 + s * (-462 / 1152 + (385 / 1152) * s);
  const q3 = 30375 / 414720 + s * (-369603 / 414720 + s * (765765 / 414720 - (425425 / 414720) * s));
  const q4 = 4465125 / 39813120 + s * (-94121676 / 39813120 + s * (349922430 / 39813120 + s * (-446185740 / 39813120 + (185910725 / 39813120) * s)));
  return 1 + p * (q1 + p * (q2 + p * (q3 + p * q4)));
}

/** Whether `logILarge` and `logKLarge` hold and the row U4 of the table is the one: v² < 2x may be Hankel's. */
export const isLarge = (v: number, x: number): boolean => v > 163.6993 && v < HUGE && x < HUGE && x > SMALL && (v > LARGE || x > LARGE) && v * v >= 2 * x;

const exponent = (v: number, x: number, w: number): number => (nearZero(v, x) ? exponentNearZero(v, x) : w + v * Math.log(x / (v + w)));

export function logILarge(v: number, x: number): number {
  const w = Math.sqrt(v * v + x * x);
  const p = 1 / w;
  const sum = sumOf(p, v * p * (v * p));
  return exponent(v, x, w) + 0.5 * Math.log(sum * sum * p * INVERSE_2PI);
}

export function logKLarge(v: number, x: number): number {
  const w = Math.sqrt(v * v + x * x);
  const p = 1 / w;
  const sum = sumOf(-p, v * p * (v * p));
  return 0.5 * Math.log(sum * sum * p * HALF_PI) - exponent(v, x, w);
}
