/** J_v and Y_v for real v ≥ 0 and x > 0 by Steed's two continued fractions and Temme's series (Temme 1976; Barnett 1981). */
import { gamma } from '../gamma/gamma.js';
import { horner } from '../polynomial.js';
import { TEMME_1, TEMME_2 } from './generated.js';
import type { BesselPair } from './hankel.js';

const TINY = 1e-300;
const MAX_TERMS = 100_000;

/** J_v′/J_v by the real continued fraction (DLMF 10.10.1), and the sign of J_v relative to orders far above. About x terms. */
export function logDerivative(v: number, x: number): { value: number; sign: number } {
  const step = 2 / x;
  let value = Math.max(v / x, TINY);
  let b = step * v;
  let d = 0;
  let c = value;
  let sign = 1;
  for (let k = 0; k < MAX_TERMS; k++) {
    b += step;
    d = b - d;
    if (Math.abs(d) < TINY) d = TINY;
    c = b - 1 / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    if (d < 0) sign = -sign;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return { value, sign };
}

/** p + iq = (J′ + iY′)/(J + iY) at order μ by the complex continued fraction (Barnett 1981), x ≥ 2. */
function complexFraction(mu: number, x: number): { p: number; q: number } {
  // p + iq = −1/(2x) + i + (i/x) K, K = (¼−μ²)/(2(x+i) + (9/4−μ²)/(2(x+2i) + …)), by Steed's algorithm in complex numbers.
  const square = mu * mu;
  let a = 0.25 - square;
  const br = 2 * x;
  let bi = 2;
  let norm = br * br + bi * bi;
  let [dr, di] = [br / norm, -bi / norm];
  let [tr, ti] = [a * dr, a * di];
  let [sr, si] = [tr, ti];
  for (let k = 2; k < MAX_TERMS; k++) {
    a = (k - 0.5) * (k - 0.5) - square;
    bi += 2;
    // D ← 1/(b + a D), Δ ← (b D − 1) Δ
    const [er, ei] = [br + a * dr, bi + a * di];
    norm = er * er + ei * ei;
    [dr, di] = [er / norm, -ei / norm];
    const [fr, fi] = [br * dr - bi * di - 1, br * di + bi * dr];
    [tr, ti] = [tr * fr - ti * fi, tr * fi + ti * fr];
    sr += tr;
    si += ti;
    if (Math.abs(tr) + Math.abs(ti) < 1e-17 * (Math.abs(sr) + Math.abs(si))) break;
  }
  return { p: -0.5 / x - si / x, q: 1 + sr / x };
}

/** Y_μ and Y_{μ+1} for |μ| ≤ ½ and x < 2 (Temme 1976). */
function temme(mu: number, x: number): readonly [number, number] {
  const ratio = (t: number, f: (t: number) => number): number => (Math.abs(t) < 1e-15 ? 1 : f(t) / t);
  const log = -Math.log(0.5 * x);
  const e = mu * log;
  const t = 8 * mu * mu - 1;
  const sine = Math.PI * mu;
  let f = ((2 / Math.PI) * (horner(TEMME_1, t) * Math.cosh(e) + horner(TEMME_2, t) * ratio(e, Math.sinh) * log)) / ratio(sine, Math.sin);
  let p = (Math.exp(e) * gamma(1 + mu)) / Math.PI;
  let q = gamma(1 - mu) / (Math.exp(e) * Math.PI);
  const r = 0.5 * Math.PI * sine * ratio(0.5 * sine, Math.sin) ** 2;
  let c = 1;
  let sum = f + r * q;
  let upper = p;
  for (let k = 1; k < 200; k++) {
    f = (k * f + p + q) / (k * k - mu * mu);
    c *= (-0.25 * x * x) / k;
    p /= k - mu;
    q /= k + mu;
    const part = c * (f + r * q);
    sum += part;
    upper += c * p - k * part;
    if (Math.abs(part) < 1e-17 * (1 + Math.abs(sum))) break;
  }
  return [-sum, (-upper * 2) / x];
}

export function steedPair(v: number, x: number): BesselPair {
  const steps = x < 2 ? Math.floor(v + 0.5) : Math.max(0, Math.floor(v - x + 1.5));
  const mu = v - steps;
  const { value, sign } = logDerivative(v, x);
  // Down from v to μ, where J is known up to a factor: J_{k−1} = (k/x) J_k + J_k′.
  let j = sign * TINY;
  let slope = value * j;
  const top = j;
  for (let k = 0; k < steps; k++) {
    const order = v - k;
    const below = (order / x) * j + slope;
    slope = ((order - 1) / x) * below - j;
    j = below;
  }
  const f = slope / j;
  const wronskian = 2 / (Math.PI * x);
  let jMu: number;
  let yLow: number;
  let yHigh: number;
  if (x < 2) {
    [yLow, yHigh] = temme(mu, x);
    jMu = wronskian / ((mu / x) * yLow - yHigh - f * yLow);
  } else {
    const { p, q } = complexFraction(mu, x);
    const g = (p - f) / q;
    jMu = Math.sign(j) * Math.sqrt(wronskian / ((p - f) * g + q));
    yLow = jMu * g;
    // Y′ = pY + qJ
    yHigh = (mu / x) * yLow - (p * yLow + q * jMu);
  }
  for (let k = 1; k <= steps; k++) [yLow, yHigh] = [yHigh, ((2 * (mu + k)) / x) * yHigh - yLow];
  return { j: top * (jMu / j), y: yLow };
}
