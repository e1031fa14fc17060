/** Inverses of the regularized incomplete gamma functions. */
import { logGamma1p } from '../gamma/log-gamma.js';
import { normalQuantile } from '../normal/quantile.js';
import { gammaP, gammaQ, poissonTerm } from './gamma.js';
import { logConcaveRoot } from './log-concave-root.js';

/** A first y = ln x from Wilson & Hilferty's normal approximation (1931), or from the first term of P in its lower tail. */
function start(a: number, p: number, q: number): number {
  const lower = (Math.log(p) + logGamma1p(a)) / a;
  if (a < 0.5 || lower < Math.log(0.2 * (a + 1))) return lower;
  const z = q < 0.5 ? -normalQuantile(q) : normalQuantile(p);
  const root = 1 - 1 / (9 * a) + z / (3 * Math.sqrt(a));
  return root > 0.05 ? Math.log(a) + 3 * Math.log(root) : lower;
}

/** x from the smaller of p and q, which hold the same information to different accuracy. In y = ln x both logarithms are concave. */
function solve(a: number, p: number, q: number): number {
  // dP/dy = x^a e^{−x}/Γ(a)
  const slope = (x: number): number => a * poissonTerm(a, x);
  const first = start(a, p, q);
  const y = p < q
    ? logConcaveRoot((t) => [gammaP(a, Math.exp(t)), slope(Math.exp(t))], p, first, true)
    : logConcaveRoot((t) => [gammaQ(a, Math.exp(t)), -slope(Math.exp(t))], q, Math.min(first, Math.log(a + 800)), false);
  return polish(a, p, q, Math.exp(y));
}

/** One Newton step in x itself: the exponential has made the rounding of y one of ε |y| in x. */
function polish(a: number, p: number, q: number, x: number): number {
  const density = (a * poissonTerm(a, x)) / x;
  if (!(density > 0) || x === 0) return x;
  const error = p < q ? gammaP(a, x) - p : q - gammaQ(a, x);
  const next = x - error / density;
  return Math.abs(next - x) < 1e-6 * x ? next : x;
}

/** The x with P(a, x) = p, a > 0, 0 ≤ p ≤ 1. 0 at p = 0, ∞ at p = 1; NaN outside. About 5 evaluations of P. */
export function inverseGammaP(a: number, p: number): number {
  if (!(a > 0 && a < Infinity && p >= 0 && p <= 1)) return NaN;
  if (p === 0) return 0;
  return p === 1 ? Infinity : solve(a, p, 1 - p);
}

/** The x with Q(a, x) = q, a > 0, 0 ≤ q ≤ 1. ∞ at q = 0, 0 at q = 1; NaN outside. */
export function inverseGammaQ(a: number, q: number): number {
  if (!(a > 0 && a < Infinity && q >= 0 && q <= 1)) return NaN;
  if (q === 0) return Infinity;
  return q === 1 ? 0 : solve(a, 1 - q, q);
}
