import { requireCount } from '../checks.js';
import { cosPi } from '../gamma/sin-pi.js';
import type { QuadratureRule } from './api.js';

/**
 * Clenshaw-Curtis rule on [−1, 1] at the n + 1 points cos(kπ/n), weight 1, exact to degree n; the points of n are among those of 2n. Positive weights, by their cosine sums
 * (Waldvogel 2006). Cost n²/2.
 * @throws RangeError unless n ≥ 1 is an integer
 */
export function clenshawCurtis(n: number): QuadratureRule {
  requireCount('clenshawCurtis', 'n', n);
  const cosine = Float64Array.from({ length: 2 * n }, (_, k) => cosPi(k / n));
  const weights = new Float64Array(n + 1);
  for (let k = 0; k <= n; k++) {
    let sum = 0;
    for (let j = 1; j <= n >> 1; j++) sum += ((2 * j === n ? 1 : 2) / (4 * j * j - 1)) * cosine[(2 * j * k) % (2 * n)]!;
    weights[k] = ((k === 0 || k === n ? 1 : 2) / n) * (1 - sum);
  }
  // In closed form: the sum would lose ε n² of them.
  weights[0] = weights[n] = 1 / (n * n - (n % 2 === 0 ? 1 : 0));
  return { nodes: Float64Array.from({ length: n + 1 }, (_, k) => -cosine[k]!), weights };
}
