import type { UniformSource } from '../api.js';
import { requireCount } from '../checks.js';
import { sampleBeta } from '../random/beta.js';
import { sampleNormal } from '../random/normal.js';
import { requireUnitRows } from './samples.js';

/**
 * n draws of the von Mises-Fisher distribution with mean direction μ (a unit vector of p ≥ 2 components) and concentration κ ≥ 0, n×p by rows, by Wood's
 * rejection (1994) of the component along μ. About p normal draws each, whatever κ.
 * @throws RangeError unless μ has length 1 and κ is finite and at least 0
 */
export function sampleVonMisesFisher(mu: Float64Array, kappa: number, n: number, source: UniformSource): Float64Array {
  const where = 'sampleVonMisesFisher';
  const p = mu.length;
  requireUnitRows(where, mu, p);
  requireCount(where, 'n', n, 0);
  if (!(kappa >= 0 && kappa < Infinity)) throw new RangeError(`${where}: kappa must be a finite number of at least 0, got ${String(kappa)}`);
  const out = new Float64Array(n * p);
  const along = wood(p, kappa, source);
  for (let i = 0; i < n; i++) {
    const short = along();
    const row = out.subarray(i * p, (i + 1) * p);
    tangent(row, mu, source);
    // short = 1 − w, so that √(1−w²) keeps its digits as w nears 1.
    const side = Math.sqrt(short * (2 - short));
    for (let j = 0; j < p; j++) row[j] = (1 - short) * mu[j]! + side * row[j]!;
  }
  return out;
}

/** Draws of 1 − w, w = μᵀy. */
function wood(p: number, kappa: number, source: UniformSource): () => number {
  const m = p - 1;
  const b = m / (2 * kappa + Math.hypot(2 * kappa, m));
  const x0 = (1 - b) / (1 + b);
  // ln(1 − x₀²), without cancellation.
  const c = kappa * x0 + m * (Math.log(4 * b) - 2 * Math.log1p(b));
  return () => {
    for (;;) {
      const z = sampleBeta(source, m / 2, m / 2);
      const short = (2 * b * z) / (1 - (1 - b) * z);
      const w = 1 - short;
      if (kappa * w + m * Math.log(1 - x0 * w) - c >= Math.log(1 - source.uniform())) return short;
    }
  };
}

/** A random unit vector orthogonal to μ. */
function tangent(row: Float64Array, mu: Float64Array, source: UniformSource): void {
  const p = mu.length;
  for (;;) {
    let along = 0;
    for (let j = 0; j < p; j++) along += (row[j] = sampleNormal(source)) * mu[j]!;
    let square = 0;
    for (let j = 0; j < p; j++) square += (row[j]! -= along * mu[j]!) ** 2;
    if (square < 1e-20) continue;
    const scale = 1 / Math.sqrt(square);
    for (let j = 0; j < p; j++) row[j]! *= scale;
    return;
  }
}
