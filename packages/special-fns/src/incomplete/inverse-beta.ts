/** Inverse of the regularized incomplete beta function. */
import { logBeta } from '../gamma/log-beta.js';
import { normalQuantile } from '../normal/quantile.js';
import { betaTerm, bothTails } from './beta.js';
import { logConcaveRoot } from './log-concave-root.js';

const upper = (t: number): number => 1 / (1 + Math.exp(-t));

/** A first t = logit x: the first term of a tail, or a normal distribution of t about ln(a/b). */
function start(a: number, b: number, p: number, q: number): number {
  if (a >= 1 && b >= 1) {
    const z = p < q ? normalQuantile(p) : -normalQuantile(q);
    return Math.log(a / b) + z * Math.sqrt(1 / a + 1 / b);
  }
  const low = (Math.log(p) + Math.log(a) + logBeta(a, b)) / a;
  const high = -(Math.log(q) + Math.log(b) + logBeta(a, b)) / b;
  return low < -high ? low : high;
}

/** In t = logit x the logarithms of both tails are concave; the smaller of p and q is solved for. */
function solve(a: number, b: number, p: number, q: number): number {
  const first = start(a, b, p, q);
  const at = (t: number): { tails: readonly [number, number]; slope: number } => {
    const [x, y] = [upper(t), upper(-t)];
    return { tails: bothTails(a, b, x, y), slope: betaTerm(a, b, x, y) };
  };
  const t = p < q
    ? logConcaveRoot((s) => { const { tails, slope } = at(s); return [tails[0], slope]; }, p, first, true)
    : logConcaveRoot((s) => { const { tails, slope } = at(s); return [tails[1], -slope]; }, q, first, false);
  return upper(t);
}

/** The x with I_x(a, b) = p, a, b > 0, 0 ≤ p ≤ 1. 0 at p = 0, 1 at p = 1; NaN outside. About 6 evaluations of I. */
export function inverseIncompleteBeta(a: number, b: number, p: number): number {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity && p >= 0 && p <= 1)) return NaN;
  return p === 0 || p === 1 ? p : solve(a, b, p, 1 - p);
}

/** The x with 1 − I_x(a, b) = q: as `inverseIncompleteBeta`, from the upper tail. */
export function inverseIncompleteBetaComplement(a: number, b: number, q: number): number {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity && q >= 0 && q <= 1)) return NaN;
  return q === 0 || q === 1 ? 1 - q : solve(a, b, 1 - q, q);
}
